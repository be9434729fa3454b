/** Why a statement was refused. How a database says it is its dialect's business. */
export type Trouble =
  | { readonly kind: 'syntax'; readonly near: string; readonly at: number }
  | { readonly kind: 'no database selected' }
  | { readonly kind: 'no database'; readonly database: string }
  | { readonly kind: 'no table'; readonly database: string; readonly table: string }
  | {
      readonly kind: 'no column';
      readonly column: string;
      readonly within: 'field list' | 'where clause' | 'order clause';
    }
  | { readonly kind: 'database exists'; readonly database: string }
  | { readonly kind: 'table exists'; readonly database: string; readonly table: string }
  | { readonly kind: 'duplicate key'; readonly table: string; readonly key: string; readonly value: string }
  | { readonly kind: 'columns differ' };

export class SqlFailure extends Error {
  override readonly name = 'SqlFailure';
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.kind);
    this.trouble = trouble;
  }
}
