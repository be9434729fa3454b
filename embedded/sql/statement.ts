/** `database.table`; without a database the one in use. */
export interface TableName {
  readonly database: string | undefined;
  readonly table: string;
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'sum'; readonly of: readonly [Expression, Expression] }
  | { readonly kind: 'coalesce'; readonly of: readonly Expression[] }
  | { readonly kind: 'max' | 'min'; readonly of: Expression }
  | { readonly kind: 'count' };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** All of them hold. */
export type Condition = readonly {
  readonly left: Expression;
  readonly comparator: Comparator;
  readonly right: Expression;
}[];

export interface ColumnDefinition {
  readonly name: string;
  readonly key: boolean;
}

export interface Selection {
  readonly kind: 'select';
  /** None: one row of its own. */
  readonly from: TableName | undefined;
  /** What stands in the statement, where it gives no name. */
  readonly items: readonly { readonly value: Expression; readonly name: string }[];
  readonly where: Condition;
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit: number | undefined;
}

export type Statement =
  | Selection
  | { readonly kind: 'create-database'; readonly database: string; readonly ifNotExists: boolean }
  | {
      readonly kind: 'create-table';
      readonly name: TableName;
      readonly ifNotExists: boolean;
      readonly columns: readonly ColumnDefinition[];
    }
  | {
      readonly kind: 'insert';
      readonly into: TableName;
      readonly columns: readonly string[];
      readonly from: readonly (readonly Expression[])[] | Selection;
    }
  | { readonly kind: 'delete'; readonly from: TableName; readonly where: Condition };
