import type { CaptureSpec } from '../../../core/engines/driver.ts';
import type { ShardEntry } from '../../../core/manifest/index-file.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { type ManifestPlace, readIndex } from '../shared/manifest-io.ts';
import { type ObjectsPorts, placeOf } from './ports.ts';

/** The manifest that this one is compared with. */
export interface Base {
  readonly place: ManifestPlace;
  readonly shards: readonly ShardEntry[];
  /** Which shard a line came from. */
  readonly shardOf: WeakMap<ManifestLine, number>;
}

export async function baseOf(ports: ObjectsPorts, spec: CaptureSpec): Promise<Base | undefined> {
  if (spec.point.base === undefined) return undefined;
  const place = placeOf(ports, ports.home, spec.cluster.name, spec.point.base);
  const { shards } = await readIndex(place);
  return { place, shards, shardOf: new WeakMap() };
}

/** The shard of the base that holds exactly these lines: they all come from it, and it has no more. */
export function sameInBase(lines: readonly ManifestLine[], { shards, shardOf }: Base): number | undefined {
  const shard = lines[0] && shardOf.get(lines[0]);
  if (shard === undefined || shards[shard]?.items !== lines.length) return undefined;
  return lines.every((line) => shardOf.get(line) === shard) ? shard : undefined;
}
