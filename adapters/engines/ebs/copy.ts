import { CopySnapshotCommand } from '@aws-sdk/client-ec2';
import type { CopySpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { CopyFailed, type HoldfastError, KeyNotUsable } from '../../../core/errors/registry.ts';
import { instant } from '../../../core/time/instant.ts';
import { askAgain, lookAgain } from '../shared/ask-again.ts';
import { readIndex } from '../shared/manifest-io.ts';
import {
  type Captured,
  type CapturedInstance,
  type CapturedVolume,
  keep,
  keptCaptured,
  parseCaptured,
  volumesOf,
} from './configuration.ts';
import { ec2Fault, failed, isLimit } from './faults.ts';
import { type EbsPorts, manifestIn } from './ports.ts';
import {
  CLUSTER_TAG,
  DEVICE_TAG,
  INSTANCE_TAG,
  POINT_TAG,
  SOURCE_SNAPSHOT_TAG,
  SOURCE_VOLUME_TAG,
  snapshotsOf,
  specified,
  TAKEN_AT_TAG,
  VOLUMES_TAG,
  type VolumeSnapshot,
} from './snapshots.ts';

interface Wanted {
  readonly instance: CapturedInstance;
  readonly volume: CapturedVolume;
  /** How many the point has. */
  readonly volumes: number;
}

/**
 * One CopySnapshot per volume, as many as EBS lets be under way. It takes no token either: what is to be copied is
 * written down in the region that receives, and an attempt that finds it written leaves the beginning to `pollCopy`,
 * which looks twice.
 */
export async function beginCopy(ports: EbsPorts, spec: CopySpec): Promise<Step> {
  const cursor: Cursor = { since: spec.now };
  const there = manifestIn(ports, spec.region, spec.point);
  if (await keptCaptured(there)) return begun(spec, cursor);
  const source = await readIndex(manifestIn(ports, spec.point.region, spec.point), spec.point.content?.root);
  const captured = parseCaptured(source.configuration, spec.point.id);
  await keep(there, captured);
  // What an attempt of days ago made is listed by now, though what it wrote down has been cleared away since.
  const copies = await snapshotsOf(ports.ec2(spec.region), spec.point);
  return start(ports, spec, missingOf(captured, copies), cursor);
}

const begun = (spec: CopySpec, cursor: Cursor): Step =>
  lookAgain(`copies of ${spec.point.id} to ${spec.region} are begun`, cursor);

/** Volumes that no copy stands for which is complete or may yet be. */
function missingOf(captured: Captured, copies: readonly VolumeSnapshot[]): readonly Wanted[] {
  const all = volumesOf(captured);
  return all
    .filter(
      ({ volume }) =>
        !copies.some((copy) => copy.sourceSnapshot === volume.snapshotId && copy.state !== 'error'),
    )
    .map((wanted) => ({ ...wanted, volumes: all.length }));
}

async function start(
  ports: EbsPorts,
  spec: CopySpec,
  missing: readonly Wanted[],
  cursor: Cursor,
): Promise<Step> {
  let started = 0;
  for (const wanted of missing) {
    const refused = await startOne(ports, spec, wanted);
    if (!refused) {
      started++;
      continue;
    }
    if (started > 0) break;
    // Nothing was begun, so the next look may begin at once.
    return askAgain(
      'waiting',
      `waiting for a place: ebs takes no more copies to ${spec.region} now, and ${missing.length} of ${spec.point.id} are left`,
      { ...cursor, lacking: missing.length },
    );
  }
  const { lacking: _, ...rest } = cursor;
  return begun(spec, rest);
}

/** Answers the limit that EBS refused it by, when it did. */
async function startOne(
  ports: EbsPorts,
  spec: CopySpec,
  { instance, volume, volumes }: Wanted,
): Promise<HoldfastError | undefined> {
  const { point, region } = spec;
  const tags = {
    [POINT_TAG]: point.id,
    [CLUSTER_TAG]: point.cluster,
    [VOLUMES_TAG]: String(volumes),
    [INSTANCE_TAG]: instance.instanceId,
    [DEVICE_TAG]: volume.device,
    [SOURCE_VOLUME_TAG]: volume.volumeId,
    [SOURCE_SNAPSHOT_TAG]: volume.snapshotId,
    [TAKEN_AT_TAG]: instance.takenAt,
  };
  try {
    await ports.ec2(region).send(
      new CopySnapshotCommand({
        SourceRegion: point.region,
        SourceSnapshotId: volume.snapshotId,
        // One key for all copies of a volume: with another one, each would move the whole volume.
        Encrypted: true,
        KmsKeyId: vaultKey(ports, region),
        TagSpecifications: specified('snapshot', tags),
      }),
    );
    return undefined;
  } catch (error) {
    if (isLimit(error)) return ec2Fault(error);
    throw ec2Fault(error);
  }
}

function vaultKey(ports: EbsPorts, region: string): string {
  const key = ports.vaultKeys[region];
  if (key === undefined)
    throw new KeyNotUsable(
      `no vault key is known in ${region}, and copies of snapshots are encrypted with it`,
    );
  return key;
}

export async function pollCopy(ports: EbsPorts, spec: CopySpec, cursor: Cursor): Promise<Step> {
  const captured = await keptCaptured(manifestIn(ports, spec.region, spec.point));
  if (!captured)
    return failed(
      new CopyFailed(
        `what was to be copied of ${spec.point.id} is no longer in the work folder of ${spec.region}; start the copy again`,
      ),
    );
  const copies = await snapshotsOf(ports.ec2(spec.region), spec.point);
  const broken = copies.find((copy) => copy.state === 'error' && isOfThisTry(copy, cursor));
  if (broken) return failed(copyFailed(broken, spec));
  const missing = missingOf(captured, copies);
  if (missing.length === 0) return stepOf(captured, copies, spec, cursor);
  // A list may be behind. What two looks in a row find missing is begun.
  if (cursor['lacking'] === missing.length) return start(ports, spec, missing, cursor);
  const left = `${missing.length} of ${volumesOf(captured).length} copies to ${spec.region} are to be begun`;
  return lookAgain(left, { ...cursor, lacking: missing.length });
}

/** One that failed in an earlier try of this copy says nothing about this one. */
const isOfThisTry = ({ startedAt }: VolumeSnapshot, { since }: Cursor): boolean =>
  startedAt >= instant(typeof since === 'number' ? since : 0);

const copyFailed = ({ snapshotId, trouble }: VolumeSnapshot, { region, point }: CopySpec): CopyFailed =>
  new CopyFailed(
    `the copy ${snapshotId} in ${region} ended as error: ${trouble ?? 'ebs gives no reason'}; look at the vault's key and at the snapshots of ${point.id}, and start the copy again`,
    { snapshot: snapshotId, region },
  );

function stepOf(captured: Captured, copies: readonly VolumeSnapshot[], spec: CopySpec, cursor: Cursor): Step {
  const chosen = volumesOf(captured).map(({ volume }) => copyOf(volume, copies)!);
  const pending = chosen.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return { outcome: 'ready', cursor };
  const least = Math.min(...pending.map(({ percent }) => percent));
  return askAgain(
    'running',
    `${chosen.length - pending.length} of ${chosen.length} copies to ${spec.region} complete, the slowest at ${least} %`,
    cursor,
  );
}

/** The copy that counts for a volume: a complete one before one that is pending, the first by name among equals. */
export function copyOf(
  volume: CapturedVolume,
  copies: readonly VolumeSnapshot[],
): VolumeSnapshot | undefined {
  const own = copies.filter(({ sourceSnapshot }) => sourceSnapshot === volume.snapshotId);
  return own.find(({ state }) => state === 'completed') ?? own.find(({ state }) => state === 'pending');
}
