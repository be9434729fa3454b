import type { CaptureSpec, Cursor } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { addTotals, NO_TOTALS, shardCutter, type Totals, totalsOf } from '../../../core/manifest/shards.ts';
import { COPIES_IN_FLIGHT, LAP, type ObjectsPorts, placeOf } from '../objects/ports.ts';
import { allOf } from './bounded.ts';
import { type ManifestPlace, readPlan, writePlan, writeShard } from './manifest-io.ts';

/** What an engine writes below a recovery point's `data/` by itself: files that Holdfast names, proves and moves. */
export interface FileWriter {
  /** Whether a file is part of the recovery point, by its name below `data/`: what the engine needs while it runs is not. */
  readonly isPart: (name: string) => boolean;
  /** Who writes there, for the message that a file is gone: `BR`. */
  readonly writes: string;
  /** Why S3 may hold another checksum than its own CRC64NVME, and what to do: it stands behind a colon. */
  readonly otherChecksum: string;
}

/** An engine writes a file once, and nobody else writes below the prefix, so a key alone says which it is. */
const ONLY_VERSION = '-';

/** Where the listing of a recovery point's files stands between two laps. */
export interface Listing {
  /** The last name that a shard holds; empty before the first. */
  readonly after: string;
  readonly nextShard: number;
  readonly ended: boolean;
  readonly totals: Totals;
}

export const NOT_LISTED: Listing = { after: '', nextShard: 0, ended: false, totals: NO_TOTALS };

/** Its members as a cursor carries them, which is flat. */
export const listingCursor = ({ totals, ...listing }: Listing): Cursor => ({ ...listing, ...totals });

export function listingIn(cursor: Cursor): Listing {
  const number = (name: string): number => {
    const value = cursor[name];
    invariant(typeof value === 'number', `the cursor carries the number ${name}`);
    return value;
  };
  const { after, ended } = cursor;
  invariant(typeof after === 'string', 'the cursor carries the text after');
  return {
    after,
    nextShard: number('nextShard'),
    ended: ended === true,
    totals: {
      items: number('items'),
      bytes: number('bytes'),
      newItems: number('newItems'),
      newBytes: number('newBytes'),
    },
  };
}

/** Lists on from where the last lap stopped, and writes plans. Returns the shards that it planned. */
export async function planFiles(
  ports: ObjectsPorts,
  { isPart }: FileWriter,
  { cluster, point }: CaptureSpec,
  from: Listing,
): Promise<{ readonly planned: readonly number[]; readonly listing: Listing }> {
  const place = placeOf(ports, ports.home, cluster.name, point.id);
  const data = dataPrefix(cluster.name, point.id);
  const most = (ports.lap ?? LAP).shards;
  const cutter = shardCutter<ManifestLine>();
  const planned: number[] = [];
  let listing = from;
  const plan = async (lines: readonly ManifestLine[]): Promise<void> => {
    await writePlan(place, listing.nextShard, lines);
    planned.push(listing.nextShard);
    listing = {
      after: lines.at(-1)!.key,
      nextShard: listing.nextShard + 1,
      ended: false,
      totals: addTotals(listing.totals, totalsOf(lines, point.id)),
    };
  };
  const after = from.after === '' ? undefined : data + from.after;
  for await (const { key, bytes } of place.store.list(place.bucket, data, after)) {
    const name = key.slice(data.length);
    if (!isPart(name)) continue;
    const full = cutter.add({ key: name, version: ONLY_VERSION, bytes, checksum: '', since: point.id });
    if (full) await plan(full);
    if (planned.length >= most) return { planned, listing };
  }
  const rest = cutter.rest();
  if (rest) await plan(rest);
  return { planned, listing: { ...listing, ended: true } };
}

/** Asks S3 for the checksum of every file that one plan names, and writes the shard. */
export async function captureFiles(
  ports: ObjectsPorts,
  writer: FileWriter,
  spec: CaptureSpec,
  shard: number,
): Promise<void> {
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  const lines = await allOf(await readPlan(place, shard), COPIES_IN_FLIGHT, async (line) => ({
    ...line,
    checksum: await checksumOf(place, writer, line.key),
  }));
  await writeShard(place, shard, lines);
}

async function checksumOf(
  { store, bucket, cluster, id }: ManifestPlace,
  { writes, otherChecksum }: FileWriter,
  name: string,
): Promise<string> {
  const key = dataPrefix(cluster, id) + name;
  const checksum = await store.checksum(bucket, key);
  if (checksum?.startsWith('crc64nvme:')) return checksum;
  throw new CaptureFailed(
    checksum === undefined
      ? `s3://${bucket}/${key} was listed and is gone: someone removes what ${writes} writes; find out who, and take the recovery point again`
      : `S3 holds no CRC64NVME of s3://${bucket}/${key}, so nobody could prove a copy of it: ${otherChecksum}, and take the recovery point again`,
    { bucket, key },
  );
}
