import { type Duration, days, minutes, seconds } from '../../core/time/instant.ts';
import { refuse } from './errors.ts';
import { RESTORE_DEFAULTS, type RestoreOptions } from './restore-options.ts';
import type { JobStatement } from './sql/statement.ts';

const LABEL = /^[-_A-Za-z0-9:]{1,128}$/;
/** `backup_job_default_timeout_ms`. */
const TIMEOUT_DEFAULT = days(1);
const TIMEOUT_MIN = minutes(10);

/** What Doris looks at before it looks at anything that exists (BackupCommand.validate, RestoreCommand.validate). */
export function checkLabel(label: string): void {
  if (!LABEL.test(label)) refuse(`Label format error. regex: ${LABEL.source}, label: ${label}`);
}

export function checkTables(kind: 'backup' | 'restore', { tables, exclude }: JobStatement): void {
  for (const { table } of tables)
    if (table.database !== undefined)
      refuse(
        `Cannot specify database name on backup objects: ${table.name}. Specify database name before label`,
      );
  const names = new Set<string>();
  for (const { table } of tables) {
    if (names.has(table.name)) refuse(`Duplicated table: ${table.name}`);
    names.add(table.name);
  }
  for (const { table, alias } of tables) {
    if (alias === undefined) continue;
    if (kind === 'backup') refuse(`Can not set alias for table in Backup Command: ${table.name}`);
    if (exclude) refuse('The table alias in exclude clause does not make sense');
    if (names.has(alias)) refuse(`Duplicated alias name: ${alias}`);
    names.add(alias);
  }
}

export interface BackupOptions {
  readonly timeout: Duration;
  readonly content: 'ALL' | 'METADATA_ONLY';
}

export function backupOptions(given: ReadonlyMap<string, string>): BackupOptions {
  const left = new Map(given);
  const timeout = takeTimeout(left);
  const type = take(left, 'type')?.toUpperCase() ?? 'FULL';
  if (type === 'INCREMENTAL') refuse('Currently does not support incremental backup');
  if (type !== 'FULL') refuse(`Invalid backup job type: ${given.get('type')}`);
  const content = take(left, 'content')?.toUpperCase() ?? 'ALL';
  if (content !== 'ALL' && content !== 'METADATA_ONLY')
    return refuse(`Invalid backup job content:${given.get('content')}`);
  if (left.size > 0) refuse(`Unknown backup job properties: [${[...left.keys()].join(', ')}]`);
  return { timeout, content };
}

export function restoreOptions(
  given: ReadonlyMap<string, string>,
): RestoreOptions & { readonly timeout: Duration } {
  const left = new Map(given);
  const timeout = takeTimeout(left);
  const allowLoad = takeBoolean(left, 'allow_load');
  const replicationNum = takeReplicas(left);
  const reserveReplica = takeBoolean(left, 'reserve_replica');
  takeBoolean(left, 'reserve_colocate');
  const reserveDynamicPartition = takeBoolean(left, 'reserve_dynamic_partition_enable');
  const timestamp = take(left, 'backup_timestamp') ?? refuse('Missing backup_timestamp property');
  const meta = take(left, 'meta_version');
  if (meta !== undefined && !/^\d+$/.test(meta)) refuse(`Invalid meta version format: ${meta}`);
  const options = {
    ...{ timeout, allowLoad, replicationNum, reserveReplica, reserveDynamicPartition, timestamp },
    beingSynced: takeBoolean(left, 'is_being_synced'),
    cleanTables: takeBoolean(left, 'clean_tables'),
    cleanPartitions: takeBoolean(left, 'clean_partitions'),
    atomic: takeBoolean(left, 'atomic_restore'),
    forceReplace: takeBoolean(left, 'force_replace'),
  };
  if (left.size > 0) refuse(`Unknown restore job properties: [${[...left.keys()].join(', ')}]`);
  return options;
}

function take(properties: Map<string, string>, name: string): string | undefined {
  const value = properties.get(name);
  properties.delete(name);
  return value;
}

function takeTimeout(properties: Map<string, string>): Duration {
  const text = take(properties, 'timeout');
  if (text === undefined) return TIMEOUT_DEFAULT;
  if (!/^-?\d+$/.test(text)) refuse(`Invalid timeout format: ${text}`);
  const timeout = seconds(Number(text));
  if (timeout < TIMEOUT_MIN) refuse('timeout must be at least 10 min');
  return timeout;
}

function takeBoolean(properties: Map<string, string>, name: string): boolean {
  const text = take(properties, name);
  if (text === undefined) return false;
  if (!/^(true|false)$/i.test(text)) refuse(`Invalid boolean property ${name} value: ${text}`);
  return text.toLowerCase() === 'true';
}

function takeReplicas(properties: Map<string, string>): number {
  const allocation = take(properties, 'replication_allocation');
  const text = take(properties, 'replication_num') ?? allocation?.replace(/^tag\.location\.default:\s*/, '');
  if (text === undefined) return RESTORE_DEFAULTS.replicationNum;
  if (!/^\d+$/.test(text) || Number(text) < 1) refuse(`Invalid replication num: ${text}`);
  return Number(text);
}
