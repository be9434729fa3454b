import type { Mark } from '../../../core/log/chain.ts';
import type { LogKind, LogLayout, Stretch } from '../../../core/log/layout.ts';
import { earlier, hours, type Instant, instant, iso } from '../../../core/time/instant.ts';
import { instantOfTso, parseTso, printTso, type Tso, tsoOf } from './tso.ts';

/** The layout of a log (docs.pingcap.com/tidb/stable/br-log-architecture): data by the hour of its first change, metas by their flush. */
const METAS = 'v1/backupmeta/';
const CHECKPOINTS = 'v1/global_checkpoint/';
const SAFEPOINT = 'v1_stream_trancate_safepoint.txt';
/** The first path behind a folder: `0` follows `/`. */
const behind = (folder: string): string => `${folder.slice(0, -1)}0`;

/**
 * A file that is written after a checkpoint begins after it, but for transactions that began earlier and were committed
 * later: they live for an hour at most (`max-txn-ttl`). The other hour is for clocks.
 */
const BEFORE_CHECKPOINT = hours(2);
/** From this lag on TiDB pauses the log: no flush reaches further back. */
const LAG_MAX = hours(48);

export const tidbLogLayout: LogLayout = {
  checkpoints: CHECKPOINTS,
  kindOf,
  written: (kind, since) => (kind === 'data' ? data(since) : metas(since)),
  read,
  // Each store writes the checkpoint of the whole cluster, as of its own last flush; BR takes the greatest of them too.
  // The smallest would stand still for ever when a store is taken out of service: its file stays.
  reached: (checkpoints) =>
    checkpoints.reduce<Mark | undefined>(
      (best, each) => (best && compare(best, each) >= 0 ? best : each),
      undefined,
    ),
  compare,
  beginsAt,
  markAt: (at) => ({ at, mark: printTso(tsoOf(at)) }),
};

function kindOf(path: string): LogKind {
  if (path.startsWith(CHECKPOINTS)) return path.endsWith('.ts') ? 'checkpoint' : 'local';
  if (path.startsWith(METAS)) return 'names';
  // Truncation and its locks: `truncating.lock`, and the ones that newer versions put beside it.
  if (path === SAFEPOINT || (path !== 'backup.lock' && /(^|\/)[^/]*(lock|LOCK)[^/]*$/.test(path)))
    return 'local';
  return 'data';
}

/** Whatever a newer version puts there has no order that we know. Checkpoints are written anew all day long and are not data. */
const ELSEWHERE: readonly Stretch[] = [
  { after: behind(METAS), until: CHECKPOINTS },
  { after: behind(CHECKPOINTS) },
];

function data(since: Instant | undefined): readonly Stretch[] {
  if (since === undefined) return [{ until: METAS }, ...ELSEWHERE];
  const [day = '', time = ''] = iso(earlier(since, BEFORE_CHECKPOINT)).split('T');
  return [{ after: `v1/${day.replaceAll('-', '')}/${time.slice(0, 2)}/`, until: METAS }, ...ELSEWHERE];
}

/**
 * Names of metas begin with a timestamp: 16 hexadecimal digits from v8.5.3 on, decimal before. The one begins with a 0
 * until the year 2109, the other with anything else since 1970.
 */
function metas(since: Instant | undefined): readonly Stretch[] {
  if (since === undefined) return [{ within: METAS, after: METAS, until: behind(METAS) }];
  const from = tsoOf(earlier(since, BEFORE_CHECKPOINT));
  return [
    // Capital letters come first, so that this lies before names in small ones too.
    { within: METAS, after: `${METAS}${hex(from).toUpperCase()}`, until: `${METAS}1` },
    { within: METAS, after: `${METAS}${printTso(from)}`, until: behind(METAS) },
  ];
}

const hex = (tso: Tso): string => tso.toString(16).padStart(16, '0');

/** 8 bytes, little-endian. */
function read(checkpoint: Uint8Array): Mark | undefined {
  if (checkpoint.length !== 8) return undefined;
  const tso = Buffer.from(checkpoint).readBigUInt64LE();
  return { at: instantOfTso(tso), mark: printTso(tso) };
}

function compare(a: Mark, b: Mark): number {
  const [x, y] = [BigInt(a.mark), BigInt(b.mark)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const DATA = /^v1\/\d{8}\/\d{1,2}\/\d+\/(\d{17,20})-/;
const DECIMAL = /^(\d{17,20})-/;
const HEXADECIMAL =
  /^[0-9a-f]{16}(?:[0-9a-f]{16})?-(?:d)?([0-9a-f]{16})[-l]([0-9a-f]{16})[-u][0-9a-f]{16}\./i;
const IN_DECIMAL = /^\d{17,20}-(\d{1,20})-(\d{17,20})-\d{17,20}\./;

function beginsAt(path: string): Instant | undefined {
  const file = DATA.exec(path)?.[1];
  if (file !== undefined) return earliest(parseTso(file));
  if (!path.startsWith(METAS)) return undefined;
  const name = path.slice(METAS.length);
  const ofHex = HEXADECIMAL.exec(name);
  if (ofHex) return earliest(BigInt(`0x${ofHex[1]}`), BigInt(`0x${ofHex[2]}`));
  const ofDecimal = IN_DECIMAL.exec(name);
  if (ofDecimal) return earliest(parseTso(ofDecimal[1]!), parseTso(ofDecimal[2]!));
  const flushed = parseTso(DECIMAL.exec(name)?.[1] ?? '');
  return flushed === undefined ? undefined : earlier(instantOfTso(flushed), LAG_MAX);
}

/** A file without changes of a kind has a zero in the place of their first. */
function earliest(...times: readonly (Tso | undefined)[]): Instant | undefined {
  const known = times.filter((time) => time !== undefined && time > 0n) as Tso[];
  return known.length === 0 ? undefined : instant(Math.min(...known.map(instantOfTso)));
}
