import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { compareKeys, type ManifestLine } from '../../../core/manifest/line.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { shardEntry, totalsOf } from '../../../core/manifest/shards.ts';
import { type Instant, iso, parseInstant } from '../../../core/time/instant.ts';
import { type ManifestPlace, writeIndex, writeShard } from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { type Captured, volumesOf } from './configuration.ts';

/** One shard holds a line for each volume of the largest cluster: some thousand at the most. */
const ONLY_SHARD = 0;

const GIB = 1024 ** 3;

/** What identifies a captured volume, wherever a snapshot of it lies. */
export interface VolumeFacts {
  readonly instanceId: string;
  readonly device: string;
  readonly volumeId: string;
  readonly sizeGib: number;
  readonly takenAt: Instant;
}

/**
 * What a manifest says about one volume. No byte of a snapshot is read, so its checksum is one over what a copy
 * preserves: equal roots say that both regions hold snapshots of the same volumes at the same instants, made from one
 * another.
 */
function lineOf(facts: VolumeFacts, point: Pick<RecoveryPoint, 'id'>): ManifestLine {
  const { instanceId, device, volumeId, sizeGib, takenAt } = facts;
  return {
    key: `volume/${instanceId}/${volumeId}`,
    version: volumeId,
    bytes: sizeGib * GIB,
    checksum: `attributes:${sha256(JSON.stringify([instanceId, device, volumeId, sizeGib, iso(takenAt)]))}`,
    since: point.id,
  };
}

export function manifestOf(point: RecoveryPoint, volumes: readonly VolumeFacts[], captured: Captured) {
  const lines = volumes.map((facts) => lineOf(facts, point)).sort((a, b) => compareKeys(a.key, b.key));
  const entry = shardEntry(ONLY_SHARD, lines, sha256);
  const parts = {
    ...totalsOf(lines, point.id),
    shards: [entry],
    statistics: {
      engine: 'ebs',
      instances: captured.instances.length,
      volumes: volumes.length,
      sizeGib: volumes.reduce((sum, { sizeGib }) => sum + sizeGib, 0),
      spreadMilliseconds: spreadOf(captured),
    },
    configuration: { ...captured },
  };
  const index = indexOf(point, parts, sha256);
  return { index, lines };
}

export const takenAtOf = ({ takenAt }: { readonly takenAt: string }): Instant =>
  parseInstant(takenAt) ?? (0 as Instant);

/** Milliseconds from the first instance's instant to the last one's. */
export function spreadOf({ instances }: Captured): number {
  const instants = instances.map(takenAtOf);
  return Math.max(...instants) - Math.min(...instants);
}

/** The same facts from what was written down. */
export const factsOf = (captured: Captured): readonly VolumeFacts[] =>
  volumesOf(captured).map(({ instance, volume: { device, volumeId, sizeGib } }) => ({
    instanceId: instance.instanceId,
    device,
    volumeId,
    sizeGib,
    takenAt: takenAtOf(instance),
  }));

/** The shard first, the index last: an index that is there names what is there. */
export async function writeManifest(
  place: ManifestPlace,
  { index, lines }: ReturnType<typeof manifestOf>,
): Promise<ManifestIndex> {
  await writeShard(place, ONLY_SHARD, lines);
  await writeIndex(place, index);
  return index;
}
