import type { Volume } from '@aws-sdk/client-ec2';
import type { Cursor, RestoreSpec, Step, Verdict } from '../../../core/engines/driver.ts';
import { RecoveryPointNotRestorable, RestoreFailed } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { askAgain, lookAgain, missedOnce, noteMissing, seen } from '../shared/ask-again.ts';
import { allOf } from '../shared/bounded.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { type Captured, type CapturedVolume, parseCaptured, volumesOf } from './configuration.ts';
import { copyOf } from './copy.ts';
import { failed, unsound } from './faults.ts';
import { type EbsPorts, manifestIn } from './ports.ts';
import { snapshotsOf, type VolumeSnapshot } from './snapshots.ts';
import { type Making, makeVolume, restoredVolumes, zoneFor } from './volumes.ts';

/** Volumes that are being asked for at once. */
const AT_ONCE = 5;

export interface Source {
  readonly index: ManifestIndex;
  readonly captured: Captured;
  readonly snapshots: readonly VolumeSnapshot[];
}

/** The manifest in the region of the restore, and the snapshots of it there. */
export async function sourceOf(ports: EbsPorts, spec: RestoreSpec): Promise<Source> {
  const index = await readIndex(manifestIn(ports, spec.region, spec.point), spec.point.content?.root);
  const captured = parseCaptured(index.configuration, spec.point.id);
  const snapshots = await snapshotsOf(ports.ec2(spec.region), spec.point);
  return { index, captured, snapshots };
}

/** The snapshot that a volume is restored from in this region: its own one, or the copy that was made of it. */
export function snapshotFor(
  volume: CapturedVolume,
  snapshots: readonly VolumeSnapshot[],
): VolumeSnapshot | undefined {
  const found =
    snapshots.find(({ snapshotId }) => snapshotId === volume.snapshotId) ?? copyOf(volume, snapshots);
  return found?.state === 'completed' ? found : undefined;
}

/** New volumes of every snapshot. To attach them is the operator's: only they know which instances stand ready. */
export async function beginRestore(ports: EbsPorts, spec: RestoreSpec): Promise<Step> {
  const ec2 = ports.ec2(spec.region);
  const { captured, snapshots } = await sourceOf(ports, spec);
  const there = await restoredVolumes(ec2, spec.restore.id);
  const wanted = volumesOf(captured);
  const making = wanted
    .filter(({ volume }) => !there.has(volume.volumeId))
    .map(({ instance, volume }): Making => {
      const snapshot = snapshotFor(volume, snapshots);
      if (snapshot) return { instance, volume, snapshot };
      throw new RecoveryPointNotRestorable(
        `the snapshot of ${volume.volumeId} (${instance.instanceId}, ${volume.device}) is not complete in ${spec.region}; restore another recovery point, or this one in another region`,
      );
    });
  await allOf(making, AT_ONCE, (one) => makeVolume(ec2, spec, one));
  return askAgain('running', `${wanted.length} volumes of ${spec.restore.id}: creating`, {});
}

export async function pollRestore(ports: EbsPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> {
  const index = await readIndex(manifestIn(ports, spec.region, spec.point), spec.point.content?.root);
  const wanted = volumesOf(parseCaptured(index.configuration, spec.point.id));
  const there = await restoredVolumes(ports.ec2(spec.region), spec.restore.id);
  const lost = wanted.filter(({ volume }) => !there.has(volume.volumeId));
  if (lost.length > 0 && !missedOnce(cursor))
    return lookAgain(`looking for ${lost.length} of ${wanted.length} volumes`, noteMissing(cursor));
  const broken = [...there.values()].filter(({ State }) => State === 'error');
  if (lost.length + broken.length > 0) return failed(lostVolumes(lost, broken, spec));
  const ready = wanted.filter(({ volume }) => isThere(there.get(volume.volumeId))).length;
  if (ready === wanted.length) return { outcome: 'ready', cursor };
  return askAgain('running', `${ready} of ${wanted.length} volumes are available`, seen(cursor));
}

/** Somebody may have attached it already. */
const isThere = (volume: Volume | undefined): boolean =>
  volume?.State === 'available' || volume?.State === 'in-use';

/** EBS asks KMS after it has answered, and takes a volume away whose key it may not use. */
const lostVolumes = (
  lost: ReturnType<typeof volumesOf>,
  broken: readonly Volume[],
  { region, restore }: RestoreSpec,
): RestoreFailed =>
  new RestoreFailed(
    `${lost.length} volumes of ${restore.id} went away in ${region} and ${broken.length} ended as error (${[
      ...lost.map(({ volume }) => `that of ${volume.volumeId}`),
      ...broken.map(({ VolumeId }) => VolumeId),
    ].join(
      ', ',
    )}); ebs does so when it may not use a key: look at the keys of the snapshots and of the target, remove the volumes tagged ${restore.id}, and start the restore again`,
  );

/** Compares every volume with what was captured. Their bytes it cannot see: EBS loads them as they are read. */
export async function validateRestore(ports: EbsPorts, spec: RestoreSpec): Promise<Verdict> {
  const { index, captured, snapshots } = await sourceOf(ports, spec);
  const there = await restoredVolumes(ports.ec2(spec.region), spec.restore.id);
  const differences = volumesOf(captured).flatMap(({ instance, volume }) => {
    const made = there.get(volume.volumeId);
    if (!made) return [`there is no volume for ${volume.volumeId}`];
    const pairs = [
      ['available', isThere(made), true],
      ['size', made.Size, volume.sizeGib],
      ['snapshot', made.SnapshotId, snapshotFor(volume, snapshots)?.snapshotId],
      ['zone', made.AvailabilityZone, zoneFor(spec, instance)],
      ['type', made.VolumeType, spec.target.volumeType ?? volume.type],
      // A restore may encrypt what was not encrypted, never the other way round.
      ['encrypted', made.Encrypted === true || !volume.encrypted, true],
    ] as const;
    return pairs
      .filter(([, found, expected]) => found !== expected)
      .map(([what, found, expected]) => `${what} of ${made.VolumeId} is ${found} and was to be ${expected}`);
  });
  if (differences.length === 0) return { sound: true, index };
  return unsound(
    new RestoreFailed(
      `the volumes of ${spec.restore.id} differ from what was captured: ${differences.join('; ')}`,
    ),
  );
}
