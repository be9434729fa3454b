import type { Trouble } from './failure.ts';

/** A refusal as MySQL's protocol carries it: symbol and number from MySQL's Server Error Message Reference. */
export interface MysqlWords {
  readonly code: string;
  readonly errno: number;
  readonly message: string;
}

/** Whose manual a mistake of syntax is to be looked up in. */
type Server = 'TiDB' | 'MySQL';

export function inMysqlsWords(trouble: Trouble, server: Server): MysqlWords {
  switch (trouble.kind) {
    case 'syntax':
      return {
        code: 'ER_PARSE_ERROR',
        errno: 1064,
        message: `You have an error in your SQL syntax; check the manual that corresponds to your ${server} ${where(trouble, server)}`,
      };
    case 'no database selected':
      return { code: 'ER_NO_DB_ERROR', errno: 1046, message: 'No database selected' };
    case 'no database':
      return { code: 'ER_BAD_DB_ERROR', errno: 1049, message: `Unknown database '${trouble.database}'` };
    case 'no table':
      return {
        code: 'ER_NO_SUCH_TABLE',
        errno: 1146,
        message: `Table '${trouble.database}.${trouble.table}' doesn't exist`,
      };
    case 'no column':
      return {
        code: 'ER_BAD_FIELD_ERROR',
        errno: 1054,
        message: `Unknown column '${trouble.column}' in '${trouble.within}'`,
      };
    case 'database exists':
      return {
        code: 'ER_DB_CREATE_EXISTS',
        errno: 1007,
        message: `Can't create database '${trouble.database}'; database exists`,
      };
    case 'table exists':
      return {
        code: 'ER_TABLE_EXISTS_ERROR',
        errno: 1050,
        message: `Table '${trouble.table}' already exists`,
      };
    case 'duplicate key':
      return {
        code: 'ER_DUP_ENTRY',
        errno: 1062,
        message: `Duplicate entry '${trouble.value}' for key '${trouble.table}.PRIMARY'`,
      };
    case 'columns differ':
      return {
        code: 'ER_WRONG_VALUE_COUNT_ON_ROW',
        errno: 1136,
        message: "Column count doesn't match value count at row 1",
      };
  }
}

const where = ({ near, at }: Extract<Trouble, { kind: 'syntax' }>, server: Server): string =>
  server === 'TiDB'
    ? `version for the right syntax to use line 1 column ${at + 1} near "${near}"`
    : `server version for the right syntax to use near '${near.slice(0, 80)}' at line 1`;
