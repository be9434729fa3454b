import type { TidbCluster } from '../cluster.ts';
import { newestCheckpoint, TRUNCATE_SAFEPOINT } from '../log-files.ts';
import type { ObjectStore } from '../object-store.ts';
import { dateOf, laterTs, parseTso, type Tso } from '../tso.ts';
import type { CommandLine } from './argv.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import { type BackupMeta, readMeta } from './snapshot-files.ts';

/** What a log's storage says about itself. */
export interface LogInfo {
  readonly clusterId: bigint;
  readonly minTs: Tso;
  readonly maxTs: Tso;
  readonly bytesPerChange: number;
}

/** The log reaches from its start, or from where it was truncated, to the newest checkpoint. */
export async function readLogInfo(store: ObjectStore): Promise<LogInfo> {
  const meta = await readMeta(store);
  if (meta.EndVersion > 0n)
    throw new BrFailure('the storage has been used for full backup', 'BR:ExternalStorage:ErrStorageUnknown');
  const truncated = await readTruncateSafepoint(store);
  const minTs = laterTs(truncated, meta.StartVersion);
  const newest = await newestCheckpoint(store);
  return {
    clusterId: meta.ClusterId,
    minTs,
    maxTs: laterTs(newest, minTs),
    bytesPerChange: meta.BytesPerChange,
  };
}

/** 0 when nothing was ever truncated. */
export async function readTruncateSafepoint(store: ObjectStore): Promise<Tso> {
  const bytes = await store.find(TRUNCATE_SAFEPOINT);
  return bytes ? BigInt(bytes.toString('utf8').trim()) : 0n;
}

/** A timestamp of a flag that wants a zone with a datetime; undefined when the flag is not there. */
export function zonedTs(line: CommandLine, flag: string): Tso | undefined {
  const text = line.text(flag);
  if (text === undefined || text === '') return undefined;
  const ts = parseTso(text, true);
  if (ts === 'no zone')
    throw invalidArgument("must set timezone when using datetime format ts, e.g. '2018-05-11 01:42:23+0800'");
  if (ts === undefined) throw invalidArgument(`parse ts from ${text} failed`);
  return ts;
}

/** `449…(2026-01-01 00:00:00.000 +0000)`. */
export const printTs = (ts: Tso): string => `${ts}(${dateOf(ts)})`;

/** What a log writes at the root of its storage when it starts. */
export const logMeta = (
  cluster: Pick<TidbCluster, 'id' | 'version' | 'bytesPerRow' | 'bytesPerChange'>,
  startTs: Tso,
): BackupMeta => ({
  ClusterId: cluster.id,
  ClusterVersion: cluster.version,
  BrVersion: cluster.version,
  StartVersion: startTs,
  EndVersion: 0n,
  NewCollationsEnabled: true,
  Databases: [],
  Schemas: [],
  Files: [],
  Ddls: [],
  BaseTables: [],
  BytesPerRow: cluster.bytesPerRow,
  BytesPerChange: cluster.bytesPerChange,
});
