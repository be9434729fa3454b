import type { CopySpec } from '../../../core/engines/driver.ts';
import type { ShardEntry } from '../../../core/manifest/index-file.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { type ManifestPlace, readIndex, readShards } from '../shared/manifest-io.ts';
import { isUnreadable } from './base.ts';
import { type ObjectsPorts, placeOf } from './ports.ts';

/** Where a copy stands between two laps, and what it has to move so far. */
export interface CopyPosition {
  nextShard: number;
  /** The manifest that `baseShard` is a place in: a younger point may be proven between two laps. */
  base: string;
  baseShard: number;
  newItems: number;
  newBytes: number;
  /** The base, when its manifest in the target region turned out to be missing or altered: nothing counts as there. */
  unreadable: string;
}

export const START: CopyPosition = {
  nextShard: 0,
  base: '',
  baseShard: 0,
  newItems: 0,
  newBytes: 0,
  unreadable: '',
};

/** Told apart from a manifest of the point itself that cannot be read, which no other way leads around. */
export class BaseUnreadable extends Error {
  readonly base: string;

  constructor(base: string, cause: unknown) {
    super(`the manifest of ${base} cannot be read`, { cause });
    this.base = base;
  }
}

async function fromBase<T>(base: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isUnreadable(error) ? new BaseUnreadable(base, error) : error;
  }
}

export interface CopyBase {
  readonly place: ManifestPlace;
  readonly shards: readonly ShardEntry[];
}

export async function copyBaseOf(
  ports: ObjectsPorts,
  spec: CopySpec,
  position: CopyPosition,
): Promise<CopyBase | undefined> {
  const { base } = spec;
  if (!base || base.id === position.unreadable) return undefined;
  const place = placeOf(ports, spec.region, spec.cluster.name, base.id);
  const { shards } = await fromBase(base.id, () => readIndex(place, base.content?.root));
  if (position.base !== base.id) Object.assign(position, { base: base.id, baseShard: 0 });
  return { place, shards };
}

/**
 * What the base names, from where the last lap stopped, without the shards that the point has word for word too: a key
 * stands in a manifest once, so none of their lines is looked for. That a line's `since` is older than the base would
 * not do instead: a point that was captured beside the base, or is older than it, names items that never came here.
 */
export async function* copyBaseLines(
  { place, shards }: CopyBase,
  here: ReadonlySet<string>,
  position: CopyPosition,
): AsyncGenerator<ManifestLine> {
  const wanted = shards.filter(({ shard, digest }) => shard >= position.baseShard && !here.has(digest));
  const reading = readShards(place, wanted);
  for (;;) {
    const next = await fromBase(place.id, () => reading.next());
    if (next.done) return;
    position.baseShard = next.value.shard;
    yield* next.value.lines;
  }
}
