export interface Qualified {
  readonly database: string | undefined;
  readonly name: string;
}

export interface TableRef {
  readonly table: Qualified;
  /** Undefined for all of them. */
  readonly partitions: readonly string[] | undefined;
  readonly temporary: boolean;
  readonly alias: string | undefined;
}

export interface JobStatement {
  readonly label: Qualified;
  readonly repository: string;
  readonly exclude: boolean;
  /** Empty when the statement has neither ON nor EXCLUDE. */
  readonly tables: readonly TableRef[];
  readonly properties: ReadonlyMap<string, string>;
}

/** `WHERE column = 'text'` and `LIKE 'pattern'`, joined by AND. */
export interface Filter {
  readonly column: string;
  readonly like: boolean;
  readonly text: string;
}

/** What the frontend makes of a text. Names are as written; which of them exist is nobody's business here. */
export type Statement =
  | {
      readonly kind: 'create-repository';
      readonly name: string;
      readonly readOnly: boolean;
      readonly location: string;
      readonly properties: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'alter-repository';
      readonly name: string;
      readonly properties: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'drop-repository'; readonly name: string }
  | { readonly kind: 'show-repositories' }
  | ({ readonly kind: 'backup' | 'restore' } & JobStatement)
  | {
      readonly kind: 'show-backup' | 'show-restore';
      readonly brief: boolean;
      readonly database: string | undefined;
      readonly filter: Filter | undefined;
    }
  | { readonly kind: 'cancel-backup' | 'cancel-restore'; readonly database: string | undefined }
  | { readonly kind: 'show-snapshot'; readonly repository: string; readonly filters: readonly Filter[] }
  | { readonly kind: 'create-database'; readonly name: string; readonly ifNotExists: boolean }
  | {
      readonly kind: 'drop-database';
      readonly name: string;
      readonly ifExists: boolean;
      readonly force: boolean;
    }
  | {
      readonly kind: 'drop-table';
      readonly table: Qualified;
      readonly ifExists: boolean;
      readonly force: boolean;
    }
  | {
      readonly kind: 'drop-partition';
      readonly table: Qualified;
      readonly name: string;
      readonly ifExists: boolean;
      readonly force: boolean;
    }
  | {
      readonly kind: 'replace-table';
      readonly table: Qualified;
      readonly with: string;
      readonly properties: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'rename-table'; readonly table: Qualified; readonly to: string }
  | {
      readonly kind: 'set-properties';
      readonly on: 'database' | 'table';
      readonly target: Qualified;
      readonly properties: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'show-recycle-bin'; readonly filter: Filter | undefined }
  | { readonly kind: 'purge'; readonly column: string; readonly id: string }
  | {
      readonly kind: 'recover-database';
      readonly name: string;
      readonly id: string | undefined;
      readonly as: string | undefined;
    }
  | {
      readonly kind: 'recover-table';
      readonly table: Qualified;
      readonly id: string | undefined;
      readonly as: string | undefined;
    }
  | {
      readonly kind: 'recover-partition';
      readonly name: string;
      readonly id: string | undefined;
      readonly as: string | undefined;
      readonly table: Qualified;
    }
  | { readonly kind: 'show-databases'; readonly filter: Filter | undefined }
  | {
      readonly kind: 'show-tables';
      readonly database: string | undefined;
      readonly filter: Filter | undefined;
    }
  | { readonly kind: 'show-partitions'; readonly table: Qualified }
  /** `SHOW DATABASE 10001`, `SHOW TABLE 10002`: what has that id. */
  | { readonly kind: 'show-database-id' | 'show-table-id'; readonly id: string }
  | { readonly kind: 'show-frontends' | 'show-backends' }
  | { readonly kind: 'show-variables'; readonly filter: Filter | undefined }
  | { readonly kind: 'set'; readonly variable: string; readonly value: string }
  | { readonly kind: 'use'; readonly database: string }
  | { readonly kind: 'select-values'; readonly values: readonly SelectedValue[] }
  | { readonly kind: 'count' | 'select'; readonly table: Qualified; readonly as: string | undefined };

export interface SelectedValue {
  /** `version()`, `now()`, a variable's name, or a literal. */
  readonly what: 'version' | 'now' | 'variable' | 'literal';
  readonly name: string;
  /** The answer's column. */
  readonly column: string;
}
