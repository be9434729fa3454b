import type { RestoreScope } from '../../../core/engines/driver.ts';
import type { TidbReach } from '../../../core/plan/installation.ts';
import { printTso, type Tso } from './tso.ts';

/** A prefix of a vault as BR is told of it. No credentials: BR and TiKV have roles, and BR logs this text. */
export interface Storage {
  readonly bucket: string;
  /** Without a leading slash; ends with one. */
  readonly prefix: string;
  /** Of the bucket. BR compares it with what the bucket says. */
  readonly region: string;
  /** The KMS key that what is written there is encrypted with. */
  readonly key: string;
}

/** What reaches the cluster. */
type Reach = Pick<TidbReach, 'pd' | 'tls'>;

/** All that a filter lets through, one database, or one table. */
export type Scope =
  | { readonly filter: readonly string[] }
  | { readonly database: string; readonly table?: string };

/** BR prints its log to the terminal instead of into a file that ends with the container. */
export const ENVIRONMENT: Readonly<Record<string, string>> = { BR_LOG_TO_TERM: '1' };

/**
 * A secret reaches a container as environment, BR wants files. The PEM texts never stand in the command, which everybody
 * who may describe a task can read.
 */
const WITH_TLS =
  'printf \'%s\' "$BR_CA" > /tmp/ca.pem && printf \'%s\' "$BR_CERT" > /tmp/cert.pem && ' +
  'printf \'%s\' "$BR_KEY" > /tmp/key.pem && exec /br "$@"';
const TLS_FLAGS = ['--ca', '/tmp/ca.pem', '--cert', '/tmp/cert.pem', '--key', '/tmp/key.pem'];

/** A command that talks to the cluster. */
export const withCluster = (reach: Reach, args: readonly string[]): string[] => [
  ...(reach.tls === undefined ? ['/br'] : ['sh', '-c', WITH_TLS, 'br']),
  ...args,
  '--pd',
  reach.pd,
  ...(reach.tls === undefined ? [] : TLS_FLAGS),
];

/** A command that reads or writes storage only. */
export const withoutCluster = (args: readonly string[]): string[] => ['/br', ...args];

export const uri = ({ bucket, prefix }: Storage): string => `s3://${bucket}/${prefix}`;

export const readsFrom = (storage: Storage): string[] => [
  '--storage',
  uri(storage),
  '--s3.region',
  storage.region,
];

export const writesTo = (storage: Storage): string[] => [
  ...readsFrom(storage),
  '--s3.sse',
  'aws:kms',
  '--s3.sse-kms-key-id',
  storage.key,
];

/** TiKV's nodes have a role of their own: credentials of the task would end before they do. */
export const OWN_ROLES = '--send-credentials-to-tikv=false';

export const filters = (filter: readonly string[]): string[] => filter.flatMap((one) => ['--filter', one]);

function scoped(scope: Scope): { readonly word: string; readonly flags: readonly string[] } {
  if ('filter' in scope) return { word: 'full', flags: filters(scope.filter) };
  const { database, table } = scope;
  return table === undefined
    ? { word: 'db', flags: ['--db', database] }
    : { word: 'table', flags: ['--db', database, '--table', table] };
}

/** @param last the timestamp of the backup that this one continues; absent for one that stands on its own */
export function backupArgv(reach: Reach, to: Storage, scope: Scope, last?: Tso): string[] {
  const { word, flags } = scoped(scope);
  const since = last === undefined ? [] : ['--lastbackupts', printTso(last)];
  return withCluster(reach, ['backup', word, ...writesTo(to), ...flags, ...since, OWN_ROLES]);
}

/** Users and their rights come back with everything else; a drill leaves none behind, and lets no source's user in. */
const withUsers = (users: boolean): readonly string[] => (users ? [] : ['--with-sys-table=false']);

export function restoreArgv(reach: Reach, from: Storage, scope: Scope, users = true): string[] {
  const { word, flags } = scoped(scope);
  return withCluster(reach, ['restore', word, ...readsFrom(from), ...flags, ...withUsers(users), OWN_ROLES]);
}

/** A full backup and the log that follows it, up to a timestamp, in one command: in two the second one is refused. */
export const restorePointArgv = (
  reach: Reach,
  log: Storage,
  full: Storage,
  restoredTo: Tso,
  filter: readonly string[] = [],
  users = true,
): string[] =>
  withCluster(reach, [
    'restore',
    'point',
    ...readsFrom(log),
    '--full-backup-storage',
    uri(full),
    '--restored-ts',
    printTso(restoredTo),
    ...filters(filter),
    ...withUsers(users),
    OWN_ROLES,
  ]);

/** Prints one value of `backupmeta` as its last line. A field that BR does not know ends with 0 too. */
export const decodeArgv = (from: Storage, field: 'end-version' | 'start-version' | 'ClusterId'): string[] =>
  withoutCluster(['debug', 'decode', ...readsFrom(from), '--field', field]);

/** Reads every file of a snapshot and compares it with what `backupmeta` says. */
export const checksumArgv = (from: Storage): string[] =>
  withoutCluster(['debug', 'checksum', ...readsFrom(from)]);

/** What is asked for as BR names it. Several databases or tables at once are a filter. */
export function scopeOf(scope: RestoreScope | undefined): Scope {
  const databases = scope?.databases ?? [];
  const tables = (scope?.tables ?? []).map(tableOf);
  if (databases.length === 1 && tables.length === 0) return { database: databases[0]! };
  if (databases.length === 0 && tables.length === 1) return tables[0]!;
  return {
    filter: [
      ...databases.map((database) => `${quoted(database)}.*`),
      ...tables.map(({ database, table }) => `${quoted(database)}.${quoted(table)}`),
    ],
  };
}

/** `database.table` in its two halves; a database's name has no dot here. */
export function tableOf(name: string): { readonly database: string; readonly table: string } {
  const dot = name.indexOf('.');
  return { database: name.slice(0, dot), table: name.slice(dot + 1) };
}

/** In a table filter other characters than these have a meaning, unless the name stands in backticks. */
const quoted = (name: string): string =>
  /^[A-Za-z0-9_$]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
