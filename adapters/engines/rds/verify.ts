import type { DBClusterSnapshot } from '@aws-sdk/client-rds';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import type { CaptureSpec, Verdict } from '../../../core/engines/driver.ts';
import { CaptureFailed, type HoldfastError, reasonOf } from '../../../core/errors/registry.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { shardEntry, totalsOf } from '../../../core/manifest/shards.ts';
import { type ManifestPlace, writeIndex, writeShard } from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';
import { takenAtOf } from './capture.ts';
import { keptConfiguration, type RdsConfiguration } from './configuration.ts';
import { lineOf, ONLY_SHARD } from './descriptor.ts';
import { manifestIn, type RdsPorts } from './ports.ts';
import { findSnapshot, isOurs } from './snapshots.ts';

export const unsound = (error: HoldfastError): Verdict => ({ sound: false, reason: reasonOf(error) });

/** Looks at the snapshot once more, compares it with the cluster that was to be captured, and writes the manifest. */
export async function verifyCapture(ports: RdsPorts, spec: CaptureSpec): Promise<Verdict> {
  const { point } = spec;
  const rds = ports.rds(point.region);
  const place = manifestIn(ports, point.region, point);
  const name = snapshotName(point.id);
  const snapshot = await findSnapshot(rds, name);
  if (snapshot?.Status !== 'available')
    return unsound(
      new CaptureFailed(
        `the snapshot ${name} is ${snapshot?.Status ?? 'missing'} in ${point.region} and was to be available`,
      ),
    );
  if (!(await isOurs(rds, snapshot, point)))
    return unsound(new CaptureFailed(`the snapshot ${name} does not carry the tags of ${point.id}`));
  const kept = await keptConfiguration(place);
  if (!kept)
    return unsound(
      new CaptureFailed(
        `the configuration that was kept for ${point.id} is no longer in the vault's work folder`,
      ),
    );
  const differences = differencesBetween(snapshot, kept);
  if (differences.length > 0)
    return unsound(
      new CaptureFailed(
        `the snapshot ${name} is not of the cluster that was to be captured: ${differences.join('; ')}`,
      ),
    );
  // An upgrade may have come between: the snapshot's own version is the one that a restore has to ask for.
  const configuration = { ...kept, engineVersion: snapshot.EngineVersion ?? kept.engineVersion };
  return { sound: true, index: await writeManifest(place, point, snapshot, configuration) };
}

function differencesBetween(snapshot: DBClusterSnapshot, captured: RdsConfiguration): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['cluster', snapshot.DBClusterIdentifier, captured.clusterId],
    ['resource id', snapshot.DbClusterResourceId ?? captured.resourceId, captured.resourceId],
    ['engine', snapshot.Engine, captured.engine],
    ['cluster created at', snapshot.ClusterCreateTime?.toISOString(), captured.createdAt],
    ['encrypted', snapshot.StorageEncrypted ?? false, captured.encrypted],
  ];
  return pairs
    .filter(([, found, expected]) => found !== expected)
    .map(([what, found, expected]) => `${what} is ${found} and was ${expected}`);
}

/** The shard first, the index last: an index that is there names what is there. */
export async function writeManifest(
  place: ManifestPlace,
  point: RecoveryPoint,
  snapshot: DBClusterSnapshot,
  configuration: RdsConfiguration,
): Promise<ManifestIndex> {
  const { index, lines } = manifestOf(point, snapshot, configuration);
  await writeShard(place, ONLY_SHARD, lines);
  await writeIndex(place, index);
  return index;
}

export function manifestOf(
  point: RecoveryPoint,
  snapshot: DBClusterSnapshot,
  configuration: RdsConfiguration,
) {
  const lines = [lineOf(snapshot, configuration, point)];
  const entry = shardEntry(ONLY_SHARD, lines, sha256);
  const takenAt = takenAtOf(snapshot) ?? point.takenAt;
  const taken = point.takenAt === undefined && takenAt !== undefined ? { ...point, takenAt } : point;
  const parts = {
    ...totalsOf(lines, point.id),
    shards: [entry],
    statistics: {
      engine: configuration.engine,
      engineVersion: configuration.engineVersion,
      instances: configuration.instances.length,
      allocatedStorageGib: snapshot.AllocatedStorage ?? 0,
    },
    configuration: { ...configuration },
  };
  const index = indexOf(taken, parts, sha256);
  return { index, lines };
}
