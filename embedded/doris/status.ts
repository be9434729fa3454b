/** Codes of a job's status (backup/Status.java). */
export type ErrCode =
  | 'NOT_FOUND'
  | 'BAD_FILE'
  | 'TIMEOUT'
  | 'BAD_CONNECTION'
  | 'COMMON_ERROR'
  | 'OLAP_VERSION_ALREADY_MERGED';

/** What ends a job, or a statement that looks into a repository. */
export class Failed extends Error {
  override readonly name = 'Failed';
  readonly code: ErrCode;

  constructor(code: ErrCode, message: string) {
    super(message);
    this.code = code;
  }

  /** As the column `Status` shows it. */
  get status(): string {
    return `[${this.code}, msg: ${this.message}]`;
  }
}

export const OK_STATUS = '[OK]';
