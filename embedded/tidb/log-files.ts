import type { Change } from './contents.ts';
import type { ObjectStore } from './object-store.ts';
import { instantOf, type Tso } from './tso.ts';

/** Below this lie the metadata of what was flushed, below the next one how far all stores had come. */
export const LOG_META_FOLDER = 'v1/backupmeta/';
export const CHECKPOINT_FOLDER = 'v1/global_checkpoint/';
/** The spelling is the tool's. */
export const TRUNCATE_SAFEPOINT = 'v1_stream_trancate_safepoint.txt';
export const TRUNCATE_LOCK = 'truncating.lock';

/** A file of changes as its metadata names it. */
export interface LogFile {
  readonly path: string;
  readonly minTs: Tso;
  readonly maxTs: Tso;
  readonly count: number;
  readonly sha256: string;
}

export interface LogMeta {
  readonly storeId: number;
  readonly flushTs: Tso;
  readonly files: readonly LogFile[];
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `v1/{yyyymmdd}/{hour}/{store}/{min_ts}-{uuid}.log`, in UTC. */
export function dataPath(storeId: number, minTs: Tso, id: string): string {
  const at = new Date(instantOf(minTs));
  const day = `${at.getUTCFullYear()}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`;
  return `v1/${day}/${two(at.getUTCHours())}/${storeId}/${minTs}-${id}.log`;
}

/** `v1/backupmeta/{flushTs}-{minDefaultTs}-{minTs}-{maxTs}.meta`, as TiKV names it from v8.5.3 on. */
export const metaPath = (flushTs: Tso, minTs: Tso, maxTs: Tso): string =>
  `${LOG_META_FOLDER}${flushTs}-${minTs}-${minTs}-${maxTs}.meta`;

export const checkpointPath = (storeId: number): string => `${CHECKPOINT_FOLDER}${storeId}.ts`;

/** 8 bytes, little-endian. */
export function encodeCheckpoint(ts: Tso): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes;
}

export const decodeCheckpoint = (bytes: Buffer): Tso => bytes.readBigUInt64LE();

const BIG_MEMBERS = new Set(['ts', 'minTs', 'maxTs', 'flushTs']);

/** JSON with timestamps as decimal strings: TiKV's own encoding is nobody's business. */
export const printWithTso = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member));

export const parseWithTso = <T>(text: string): T =>
  JSON.parse(text, (key, member: unknown) =>
    BIG_MEMBERS.has(key) && typeof member === 'string' ? BigInt(member) : member,
  ) as T;

export const encodeChanges = (changes: readonly Change[]): Buffer =>
  Buffer.from(changes.map((change) => `${printWithTso(change)}\n`).join(''), 'utf8');

export const decodeChanges = (bytes: Buffer): Change[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseTimed(line));

/** Only the change itself has a timestamp: a column of a row may be called `ts` too. */
function parseTimed(line: string): Change {
  const { ts, ...action } = JSON.parse(line) as { ts: string };
  return { ...action, ts: BigInt(ts) } as Change;
}

/** How far the log reaches: the newest checkpoint that any store wrote. 0 when none did. */
export async function newestCheckpoint(store: ObjectStore): Promise<Tso> {
  let newest = 0n;
  for (const { key } of await store.list(CHECKPOINT_FOLDER)) {
    if (!key.endsWith('.ts')) continue;
    const ts = decodeCheckpoint(await store.get(key));
    if (ts > newest) newest = ts;
  }
  return newest;
}

/** All metadata files, each with its key. */
export async function readMetas(store: ObjectStore): Promise<{ key: string; meta: LogMeta }[]> {
  const metas: { key: string; meta: LogMeta }[] = [];
  for (const { key } of await store.list(LOG_META_FOLDER)) {
    if (!key.endsWith('.meta')) continue;
    metas.push({ key, meta: parseWithTso<LogMeta>((await store.get(key)).toString('utf8')) });
  }
  return metas;
}
