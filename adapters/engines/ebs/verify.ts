import type { CaptureSpec, Verdict } from '../../../core/engines/driver.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { iso, milliseconds, speak } from '../../../core/time/instant.ts';
import { instantOf, SPREAD_MAX } from './capture.ts';
import { type Captured, type CapturedInstance, keptPlanned, type PlannedInstance } from './configuration.ts';
import { factsOf, manifestOf, spreadOf, writeManifest } from './descriptor.ts';
import { unsound } from './faults.ts';
import { type EbsPorts, manifestIn } from './ports.ts';
import { choose, type SnapshotSet } from './sets.ts';
import { snapshotsOf } from './snapshots.ts';

/** Looks at every snapshot once more, compares the sets with what was to be captured, and writes the manifest. */
export async function verifyCapture(ports: EbsPorts, { point }: CaptureSpec): Promise<Verdict> {
  const place = manifestIn(ports, point.region, point);
  const planned = await keptPlanned(place);
  if (!planned)
    return unsound(
      new CaptureFailed(
        `what was to be captured as ${point.id} is no longer in the vault's work folder; start the backup again`,
      ),
    );
  const found = await snapshotsOf(ports.ec2(point.region), point);
  const { sets } = choose(found, point.takenAt);
  const wrong = planned.instances.flatMap((instance) => flaws(instance, sets.get(instance.instanceId)));
  if (wrong.length > 0)
    return unsound(
      new CaptureFailed(`the snapshots of ${point.id} are not what was to be captured: ${wrong.join('; ')}`),
    );
  const takenAt = instantOf(planned, sets);
  if (point.takenAt !== undefined && takenAt !== point.takenAt)
    return unsound(
      new CaptureFailed(
        `what ${point.id} restores is of ${takenAt === undefined ? 'no instant' : iso(takenAt)}, and ${iso(point.takenAt)} was recorded; start the backup again`,
      ),
    );
  const captured: Captured = {
    ...planned,
    instances: planned.instances.map((instance) => capturedOf(instance, sets.get(instance.instanceId)!)),
  };
  const spread = milliseconds(spreadOf(captured));
  if (spread > SPREAD_MAX)
    return unsound(
      new CaptureFailed(
        `the instances of ${point.cluster} were captured ${speak(spread)} apart, and more than ${speak(SPREAD_MAX)} is no backup of one cluster; start the backup again`,
        { spreadMilliseconds: spread },
      ),
    );
  const whole = { ...point, ...(takenAt === undefined ? {} : { takenAt }) };
  return {
    sound: true,
    index: await writeManifest(place, manifestOf(whole, factsOf(captured), captured)),
  };
}

function flaws({ instanceId, volumes }: PlannedInstance, set: SnapshotSet | undefined): readonly string[] {
  if (!set) return [`of ${instanceId} there is no set`];
  const planned = new Set(volumes.map(({ volumeId }) => volumeId));
  return [
    ...volumes.flatMap(({ volumeId }) => {
      const snapshot = set.snapshots.find((one) => one.volumeId === volumeId);
      return snapshot?.state === 'completed'
        ? []
        : [`the snapshot of ${volumeId} is ${snapshot?.state ?? 'missing'} and was to be completed`];
    }),
    ...set.snapshots
      .filter(({ volumeId }) => !planned.has(volumeId))
      .map(({ volumeId }) => `${volumeId} was attached to ${instanceId} while it was captured`),
  ];
}

/** A volume may have grown before its snapshot was begun: the snapshot's own size is the one that a restore needs. */
function capturedOf(instance: PlannedInstance, set: SnapshotSet): CapturedInstance {
  return {
    ...instance,
    takenAt: iso(set.takenAt),
    volumes: instance.volumes.map((volume) => {
      const { snapshotId, sizeGib } = set.snapshots.find(({ volumeId }) => volumeId === volume.volumeId)!;
      return { ...volume, sizeGib, snapshotId };
    }),
  };
}
