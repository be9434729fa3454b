import type { CaptureSpec } from '../../../core/engines/driver.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { addTotals, shardCutter, type Totals, totalsOf } from '../../../core/manifest/shards.ts';
import { COPIES_IN_FLIGHT, LAP, type ObjectsPorts, placeOf } from '../objects/ports.ts';
import { allOf } from '../shared/bounded.ts';
import { type ManifestPlace, readPlan, writePlan, writeShard } from '../shared/manifest-io.ts';
import { dataPrefix } from './ports.ts';

/** What BR needs while it runs, and what tells it that a prefix is taken. A restore reads neither. */
const SCRATCH = /^(backup\.lock$|checkpoints\/)/;

export const isPartOfSnapshot = (key: string): boolean => !SCRATCH.test(key);

/** BR writes a file once, and no other run writes below the prefix, so a key alone says which it is. */
const ONLY_VERSION = '-';

/** Where the listing of a snapshot's files stands between two laps. */
export interface Listing {
  /** The last key that a shard holds; empty before the first. */
  readonly after: string;
  readonly nextShard: number;
  readonly ended: boolean;
  readonly totals: Totals;
}

/** Lists on from where the last lap stopped, and writes plans. Returns the shards that it planned. */
export async function planFiles(
  ports: ObjectsPorts,
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
    if (!isPartOfSnapshot(name)) continue;
    const full = cutter.add({ key: name, version: ONLY_VERSION, bytes, checksum: '', since: point.id });
    if (full) await plan(full);
    if (planned.length >= most) return { planned, listing };
  }
  const rest = cutter.rest();
  if (rest) await plan(rest);
  return { planned, listing: { ...listing, ended: true } };
}

/** Asks S3 for the checksum of every file that one plan names, and writes the shard. */
export async function captureShard(ports: ObjectsPorts, spec: CaptureSpec, shard: number): Promise<void> {
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.id);
  const lines = await allOf(await readPlan(place, shard), COPIES_IN_FLIGHT, async (line) => ({
    ...line,
    checksum: await checksumOf(place, line.key),
  }));
  await writeShard(place, shard, lines);
}

async function checksumOf({ store, bucket, cluster, id }: ManifestPlace, name: string): Promise<string> {
  const key = dataPrefix(cluster, id) + name;
  const checksum = await store.checksum(bucket, key);
  if (checksum?.startsWith('crc64nvme:')) return checksum;
  throw new CaptureFailed(
    checksum === undefined
      ? `s3://${bucket}/${key} was listed and is gone: someone removes what BR writes; find out who, and take the recovery point again`
      : `S3 holds no CRC64NVME of s3://${bucket}/${key}, so nobody could prove a copy of it: a client in TiKV asked for another checksum; leave its checksum settings at their defaults, and take the recovery point again`,
    { bucket, key },
  );
}
