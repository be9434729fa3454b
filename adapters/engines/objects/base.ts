import type { CaptureSpec } from '../../../core/engines/driver.ts';
import { ManifestAltered, ManifestIncomplete } from '../../../core/errors/registry.ts';
import type { ShardEntry } from '../../../core/manifest/index-file.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { SHARD_LINES_FILL, SHARD_LINES_MIN, shardCutter } from '../../../core/manifest/shards.ts';
import { type ManifestPlace, readIndex } from '../shared/manifest-io.ts';
import { type ObjectsPorts, objectsCluster, placeOf } from './ports.ts';

/** The manifest that this one is compared with. */
export interface Base {
  readonly place: ManifestPlace;
  readonly shards: readonly ShardEntry[];
  /** It lists another bucket, whose versions say nothing about this one: that of the other side of a group. */
  readonly ofAnother: boolean;
  /** Which shard a line came from. */
  readonly shardOf: WeakMap<ManifestLine, number>;
}

export async function baseOf(ports: ObjectsPorts, spec: CaptureSpec): Promise<Base | undefined> {
  if (spec.point.base === undefined) return undefined;
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.base);
  const { shards, configuration } = await readIndex(place);
  const { bucket } = objectsCluster(spec.cluster);
  const ofAnother = configuration['bucket'] !== bucket || configuration['region'] !== ports.home;
  return { place, shards, ofAnother, shardOf: new WeakMap() };
}

/** What is wrong with a manifest itself, and not with the way to it. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof ManifestAltered || error instanceof ManifestIncomplete;

/** The shard of the base that holds exactly these lines: they all come from it, and it has no more. */
export function sameInBase(lines: readonly ManifestLine[], { shards, shardOf }: Base): number | undefined {
  const shard = lines[0] && shardOf.get(lines[0]);
  if (shard === undefined || shards[shard]?.items !== lines.length) return undefined;
  return lines.every((line) => shardOf.get(line) === shard) ? shard : undefined;
}

/**
 * Cuts a manifest into shards where the base was cut, as long as that makes sense: a shard in which nothing changed is
 * then the same text, which copying, proving and discarding recognise without reading it.
 */
export function cutLikeBase(base: Base | undefined): {
  /** Takes a line, and hands back the shards that it completes. */
  add(line: ManifestLine): readonly ManifestLine[][];
  rest(): ManifestLine[] | undefined;
} {
  const cutter = shardCutter<ManifestLine>();
  // The shard of the base that the lines in hand come from; undefined when all of them are new.
  let home: number | undefined;
  const isBorder = (from: number | undefined): boolean =>
    home === undefined
      ? cutter.size() >= SHARD_LINES_FILL
      : from !== undefined && from !== home && cutter.size() >= SHARD_LINES_MIN;
  return {
    add(line) {
      const from = base?.shardOf.get(line);
      const before = isBorder(from) ? cutter.rest() : undefined;
      if (before) home = undefined;
      const full = cutter.add(line);
      if (full) home = undefined;
      home = from ?? home;
      return [before, full].filter((shard) => shard !== undefined);
    },
    rest: () => cutter.rest(),
  };
}
