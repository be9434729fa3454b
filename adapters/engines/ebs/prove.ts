import type { CopySpec, Verdict } from '../../../core/engines/driver.ts';
import { CopyFailed, RootMismatch } from '../../../core/errors/registry.ts';
import { keptCaptured, volumesOf } from './configuration.ts';
import { copyOf } from './copy.ts';
import { manifestOf, type VolumeFacts, writeManifest } from './descriptor.ts';
import { unsound } from './faults.ts';
import { type EbsPorts, manifestIn } from './ports.ts';
import { snapshotsOf, type VolumeSnapshot } from './snapshots.ts';

/**
 * Describes the copies as their sources were described and compares the roots; only then the manifest is written
 * there. Where a copy comes from, its tags say: EBS itself forgets its volume.
 */
export async function proveCopy(ports: EbsPorts, { point, region }: CopySpec): Promise<Verdict> {
  const place = manifestIn(ports, region, point);
  const captured = await keptCaptured(place);
  if (!captured)
    return unsound(
      new CopyFailed(
        `what was to be copied of ${point.id} is no longer in the work folder of ${region}; start the copy again`,
      ),
    );
  const copies = await snapshotsOf(ports.ec2(region), point);
  const found = volumesOf(captured).map(({ volume }) => ({ volume, copy: copyOf(volume, copies) }));
  const lacking = found.find(({ copy }) => copy?.state !== 'completed');
  if (lacking)
    return unsound(
      new CopyFailed(
        `the copy of ${lacking.volume.snapshotId} is ${lacking.copy?.state ?? 'missing'} in ${region} and was to be completed`,
      ),
    );
  const facts = found.flatMap(({ copy }) => (copy ? [factsOf(copy)] : []));
  const manifest = manifestOf(point, facts, captured);
  if (manifest.index.root !== point.content?.root)
    return unsound(
      new RootMismatch(
        `the copies of ${point.id} in ${region} have root ${manifest.index.root} and the recovery point ${point.content?.root}; they are not of the same volumes: remove them and copy again`,
        { region },
      ),
    );
  return { sound: true, index: await writeManifest(place, manifest) };
}

const factsOf = ({ instanceId, device = '', volumeId, sizeGib, takenAt }: VolumeSnapshot): VolumeFacts => ({
  instanceId,
  device,
  volumeId,
  sizeGib,
  takenAt,
});
