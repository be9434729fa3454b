/** The tool's errors: code → what it says by itself (pingcap/tidb, br/pkg/errors). */
const CODES = {
  'BR:Common:ErrInvalidArgument': 'invalid argument',
  'BR:Common:ErrUndefinedDbOrTable': 'undefined restore databases or tables',
  'BR:Common:ErrVersionMismatch': 'version mismatch',
  'BR:Common:ErrInvalidMetaFile': 'invalid metafile',
  'BR:PD:ErrPDUpdateFailed': 'failed to update PD',
  'BR:Backup:ErrBackupChecksumMismatch': 'backup checksum mismatch',
  'BR:Backup:ErrBackupGCSafepointExceeded': 'backup GC safepoint exceeded',
  'BR:Restore:ErrRestoreModeMismatch': 'restore mode mismatch',
  'BR:Restore:ErrRestoreChecksumMismatch': 'restore checksum mismatch',
  'BR:Restore:ErrRestoreSchemaNotExists': 'schema not exists',
  'BR:Restore:ErrRestoreNotFreshCluster': 'cluster is not fresh',
  'BR:Restore:ErrDatabasesAlreadyExisted': 'databases already existed in restored cluster',
  'BR:Stream:ErrStreamLogTaskExist': 'stream task already exists',
  'BR:PiTR:ErrTaskNotFound': 'task not found',
  'BR:ExternalStorage:ErrStorageUnknown': 'unknown external storage error',
  'BR:ExternalStorage:ErrStorageInvalidConfig': 'invalid external storage config',
  'BR:KV:ErrKVStorage': 'tikv storage occur I/O error',
  'BR:KV:ErrKVDownloadFailed': 'download sst failed',
  'BR:KV:ErrKVUnknown': 'unknown error occur on tikv',
} as const;

export type BrCode = keyof typeof CODES;

/** BR gives up: one line on its error output, exit code 1. */
export class BrFailure extends Error {
  override readonly name = 'BrFailure';

  /** An error with a code is printed as the tool does: the occasion, then the code with its text. */
  constructor(what: string, code?: BrCode) {
    super(code ? `${what}: [${code}]${CODES[code]}` : what);
  }
}

export const invalidArgument = (what: string): BrFailure =>
  new BrFailure(what, 'BR:Common:ErrInvalidArgument');

/** The kernel killed the process: nothing is printed, nothing cleaned up. */
export class Killed extends Error {
  override readonly name = 'Killed';
  readonly exitCode = 137;
}
