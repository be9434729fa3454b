/** What kind of value a flag takes. `list` may be given several times, or once with commas. */
export type FlagKind = 'text' | 'list' | 'bool' | 'int' | 'duration';

export interface Flag {
  readonly kind: FlagKind;
  readonly short?: string;
  /** A value that stands for the flag's being absent. */
  readonly default?: string;
  readonly required?: boolean;
}

export type Flags = Readonly<Record<string, Flag>>;

const COMMON: Flags = {
  pd: { kind: 'list', short: 'u', default: '127.0.0.1:2379' },
  storage: { kind: 'text', short: 's' },
  'send-credentials-to-tikv': { kind: 'bool', short: 'c', default: 'true' },
  ca: { kind: 'text' },
  cert: { kind: 'text' },
  key: { kind: 'text' },
  checksum: { kind: 'bool' },
  ratelimit: { kind: 'int', default: '0' },
  concurrency: { kind: 'int' },
  'check-requirements': { kind: 'bool', default: 'true' },
  'switch-mode-interval': { kind: 'duration' },
  'status-addr': { kind: 'text' },
  'log-file': { kind: 'text' },
  'log-level': { kind: 'text', short: 'L' },
  'log-format': { kind: 'text' },
  's3.endpoint': { kind: 'text' },
  's3.region': { kind: 'text' },
  's3.storage-class': { kind: 'text' },
  's3.sse': { kind: 'text' },
  's3.sse-kms-key-id': { kind: 'text' },
  's3.acl': { kind: 'text' },
  's3.provider': { kind: 'text' },
  's3.role-arn': { kind: 'text' },
  's3.external-id': { kind: 'text' },
};

const FILTER: Flags = { filter: { kind: 'list', short: 'f' } };
const DATABASE: Flags = { db: { kind: 'text', required: true } };
const TABLE: Flags = { ...DATABASE, table: { kind: 'text', short: 't', required: true } };

const BACKUP: Flags = {
  ...COMMON,
  backupts: { kind: 'text' },
  timeago: { kind: 'duration' },
  gcttl: { kind: 'int' },
  lastbackupts: { kind: 'int' },
  compression: { kind: 'text', default: 'zstd' },
  'compression-level': { kind: 'int' },
  'ignore-stats': { kind: 'bool', default: 'true' },
  'use-checkpoint': { kind: 'bool', default: 'true' },
};

const RESTORE: Flags = {
  ...COMMON,
  'with-sys-table': { kind: 'bool', default: 'true' },
  'load-stats': { kind: 'bool', default: 'true' },
  'ddl-batch-size': { kind: 'int' },
  'with-tidb-placement-mode': { kind: 'text' },
  'tikv-max-restore-concurrency': { kind: 'int' },
  granularity: { kind: 'text' },
};

const TASK: Flags = { 'task-name': { kind: 'text' } };

/** Every command that this double knows, with the flags that it takes. */
export const COMMANDS: Readonly<Record<string, Flags>> = {
  'backup full': { ...BACKUP, ...FILTER },
  'backup db': { ...BACKUP, ...DATABASE },
  'backup table': { ...BACKUP, ...TABLE },
  'restore full': { ...RESTORE, ...FILTER },
  'restore db': { ...RESTORE, ...DATABASE },
  'restore table': { ...RESTORE, ...TABLE },
  'restore point': {
    ...RESTORE,
    'full-backup-storage': { kind: 'text' },
    'start-ts': { kind: 'text' },
    'restored-ts': { kind: 'text' },
    'pitr-concurrency': { kind: 'int' },
  },
  'log start': {
    ...COMMON,
    ...TASK,
    'start-ts': { kind: 'text' },
    'end-ts': { kind: 'text' },
    'gc-ttl': { kind: 'int' },
  },
  'log stop': { ...COMMON, ...TASK },
  'log pause': { ...COMMON, ...TASK, 'gc-ttl': { kind: 'int' }, message: { kind: 'text' } },
  'log resume': { ...COMMON, ...TASK },
  'log status': { ...COMMON, 'task-name': { kind: 'text', default: '*' }, json: { kind: 'bool' } },
  'log metadata': COMMON,
  'log truncate': {
    ...COMMON,
    until: { kind: 'text', required: true },
    yes: { kind: 'bool', short: 'y' },
    'dry-run': { kind: 'bool' },
    'clean-up-compactions': { kind: 'bool' },
  },
  'operator pause-gc-and-schedulers': {
    ...COMMON,
    ttl: { kind: 'duration', short: 'i', default: '2m' },
    safepoint: { kind: 'int', short: 't', default: '0' },
  },
  'debug checksum': COMMON,
  'debug decode': { ...COMMON, field: { kind: 'text' } },
};

/** Other names of commands. */
export const ALIASES: Readonly<Record<string, string>> = { validate: 'debug' };

/** What backups and restores are called in their summaries. */
export const UNITS: Readonly<Record<string, string>> = {
  'backup full': 'Full Backup',
  'backup db': 'Database Backup',
  'backup table': 'Table Backup',
  'restore full': 'Full Restore',
  'restore db': 'DataBase Restore',
  'restore table': 'Table Restore',
  'restore point': 'Point Restore',
};
