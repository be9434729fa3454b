import type { ServerReply } from '../network/server.ts';

/** Numbers of Doris (ErrorCode.java), for those that have one of their own. */
const NUMBERS = {
  ER_UNKNOWN_ERROR: 1105,
  ER_DB_CREATE_EXISTS: 1007,
  ER_DB_DROP_EXISTS: 1008,
  ER_NO_DB_ERROR: 1046,
  ER_BAD_DB_ERROR: 1049,
  ER_TABLE_EXISTS_ERROR: 1050,
  ER_BAD_TABLE_ERROR: 1051,
  ER_WRONG_DB_NAME: 1102,
  ER_WRONG_TABLE_NAME: 1103,
  ER_UNKNOWN_TABLE: 1109,
  ER_UNKNOWN_SYSTEM_VARIABLE: 1193,
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 1227,
  ER_BAD_TABLE_STATE: 5014,
} as const;

type Code = keyof typeof NUMBERS;

/** A statement that Doris refuses. The message is without the prefix that Doris puts before every one. */
export class SqlRefused extends Error {
  override readonly name = 'SqlRefused';
  readonly code: Code;

  constructor(message: string, code: Code = 'ER_UNKNOWN_ERROR') {
    super(message);
    this.code = code;
  }

  get reply(): ServerReply {
    return {
      error: {
        code: this.code,
        errno: NUMBERS[this.code],
        message: `errCode = 2, detailMessage = ${this.message}`,
      },
    };
  }
}

export function refuse(message: string, code?: Code): never {
  throw new SqlRefused(message, code);
}

export const unknownDatabase = (name: string) =>
  new SqlRefused(`Unknown database '${name}'`, 'ER_BAD_DB_ERROR');

export const unknownTable = (name: string, database: string) =>
  new SqlRefused(`Unknown table '${name}' in ${database}`, 'ER_UNKNOWN_TABLE');

export const OK: ServerReply = { affectedRows: 0 };
