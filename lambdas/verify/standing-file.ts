import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type Instant, iso, parseInstant } from '../../core/time/instant.ts';
import { type Cursor, FIRST } from '../../core/verify/cursor.ts';
import type { Rot } from '../../core/verify/rot.ts';
import type { Vault } from '../shared/ports.ts';

/** Where the scrubbing of a region's vault stands, between two laps and between two days. */
export interface Standing {
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
  readonly manifests: Cursor;
  readonly items: Cursor;
  /** What was found rotten and is not known to be mended. */
  readonly open: readonly Rot[];
}

const KEY = 'work/verify/standing.json';

export async function readStanding({
  store,
  bucket,
}: {
  readonly store: Pick<ObjectStore, 'get'>;
  readonly bucket: string;
}): Promise<Standing> {
  const bytes = await store.get(bucket, KEY);
  const nothing: Standing = {
    writtenAt: iso(parseInstant('1970-01-01T00:00:00Z')!),
    manifests: FIRST,
    items: FIRST,
    open: [],
  };
  return bytes ? { ...nothing, ...(JSON.parse(Buffer.from(bytes).toString('utf8')) as Standing) } : nothing;
}

export async function writeStanding(
  { store, bucket }: Vault,
  standing: Omit<Standing, 'writtenAt'>,
  now: Instant,
): Promise<void> {
  const file: Standing = { ...standing, writtenAt: iso(now) };
  await store.put(bucket, KEY, Buffer.from(JSON.stringify(file)));
}
