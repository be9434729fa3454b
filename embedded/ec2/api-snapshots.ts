import type {
  CreateSnapshotsRequest,
  DeleteSnapshotRequest,
  Snapshot as Described,
  DescribeSnapshotsRequest,
} from '@aws-sdk/client-ec2';
import { type Instant, later } from '../../core/time/instant.ts';
import { GONE, Timeline } from '../rds/timeline.ts';
import { NotModelled } from '../service.ts';
import { instanceNamed } from './api-instances.ts';
import { SNAPSHOTS_APART, snapshotReady } from './durations.ts';
import {
  concurrentSnapshotLimitExceeded,
  invalidParameterValue,
  snapshotInUse,
  snapshotNotFound,
  snapshotRateExceeded,
} from './errors.ts';
import { type Context, type Fate, filtered, newId, operation, page, tagsFor } from './operation.ts';
import { type Instance, listed, present, type Snapshot, type Volume } from './store.ts';

/** Pending snapshots per volume, by its type (EBS endpoints and quotas). */
const pendingMax = ({ type }: Volume): number => (type === 'st1' || type === 'sc1' ? 1 : 5);

/** One crash-consistent snapshot of each volume of an instance, all of one instant. Knows no token. */
export const createSnapshots = operation<CreateSnapshotsRequest>(
  ['InstanceSpecification', 'TagSpecifications', 'Description'],
  (input, context) => {
    const { call, chance, here } = context;
    const { InstanceId, ExcludeBootVolume, ExcludeDataVolumeIds } = input.InstanceSpecification ?? {};
    const instance = instanceNamed(InstanceId, context);
    const volumes = attached(instance, context).filter(
      ({ id }) =>
        !(ExcludeBootVolume === true && id === instance.devices.get(instance.rootDevice)) &&
        !(ExcludeDataVolumeIds ?? []).includes(id),
    );
    if (volumes.length === 0)
      throw invalidParameterValue(`The instance ${instance.id} has no volumes that are not excluded.`);
    const tags = tagsFor('snapshot', input.TagSpecifications);
    for (const volume of volumes) roomForOneMore(volume, context);
    const fate = context.takeFate(here.region, instance.id);
    const readies = volumes.map(() => snapshotReady(call.now, chance));
    const listedFrom = later(call.now, context.listLag());
    const made = volumes.map((volume, n): Snapshot => {
      const ready = readies[n]!;
      return {
        id: newId('snap', context),
        volumeId: volume.id,
        sizeGib: volume.sizeGib,
        startedAt: call.now,
        history: volume.history,
        blocksOf: call.now,
        kmsKeyId: volume.kmsKeyId,
        // When one of a set fails, the others go with it.
        timeline: settle(call.now, fate === 'fails' ? readies[0]! : ready, fate),
        progress: { from: call.now, to: ready },
        stateMessage: fate === 'fails' ? 'A snapshot of the set could not be created.' : undefined,
        copyOf: undefined,
        listedFrom,
        imaged: false,
        tags,
      };
    });
    for (const snapshot of made) here.snapshots.set(snapshot.id, snapshot);
    return {
      Snapshots: made.map((snapshot) => {
        const { StateMessage: _, KmsKeyId: __, ...info } = describe(snapshot, context);
        return info;
      }),
    };
  },
);

const attached = (instance: Instance, { here }: Context): Volume[] =>
  [...instance.devices.values()].map((id) => here.volumes.get(id)!);

function roomForOneMore(volume: Volume, { call, here }: Context): void {
  const own = [...here.snapshots.values()].filter(({ volumeId }) => volumeId === volume.id);
  if (own.some(({ startedAt }) => call.now < later(startedAt, SNAPSHOTS_APART)))
    throw snapshotRateExceeded(
      `The maximum per volume CreateSnapshot request rate has been exceeded for ${volume.id}.`,
    );
  const pending = own.filter(({ timeline }) => timeline.status(call.now) === 'pending');
  if (pending.length >= pendingMax(volume))
    throw concurrentSnapshotLimitExceeded(
      `You have reached the limit of ${pendingMax(volume)} pending snapshots of ${volume.id}.`,
    );
}

/** How a snapshot that is under way ends. One that hangs does not. */
export function settle(from: Instant, ready: Instant, fate: Fate | undefined): Timeline {
  const timeline = new Timeline('pending', from);
  if (fate === 'hangs') return timeline;
  return timeline.next(fate === 'fails' ? 'error' : 'completed', ready);
}

export const describeSnapshots = operation<DescribeSnapshotsRequest>(
  ['SnapshotIds', 'OwnerIds', 'Filters', 'MaxResults', 'NextToken'],
  (input, context) => {
    const { call, here } = context;
    if ((input.OwnerIds ?? []).join() !== 'self' && input.SnapshotIds === undefined)
      throw new NotModelled('ec2', 'snapshots of other owners: give OwnerIds ["self"] or SnapshotIds');
    if (input.SnapshotIds !== undefined) {
      const Snapshots = input.SnapshotIds.map((id) => describe(snapshotNamed(id, context), context));
      return { Snapshots };
    }
    const all = present(here.snapshots, call.now).filter(({ listedFrom }) => listedFrom <= call.now);
    const kept = filtered('DescribeSnapshots', all, input.Filters, {
      status: ({ timeline }) => timeline.status(call.now),
      'volume-id': ({ volumeId }) => volumeId,
      'snapshot-id': ({ id }) => id,
    });
    const { items, ...rest } = page(kept, input);
    return { Snapshots: items.map((snapshot) => describe(snapshot, context)), ...rest };
  },
);

export function snapshotNamed(id: string | undefined, { call, here }: Context): Snapshot {
  const found = present(here.snapshots, call.now).find((snapshot) => snapshot.id === id);
  if (!found) throw snapshotNotFound(`The snapshot '${id}' does not exist.`);
  return found;
}

export const deleteSnapshot = operation<DeleteSnapshotRequest>(['SnapshotId'], (input, context) => {
  const { call } = context;
  const snapshot = snapshotNamed(input.SnapshotId, context);
  if (snapshot.imaged)
    throw snapshotInUse(`The snapshot ${snapshot.id} is currently in use by a registered image.`);
  const { timeline } = snapshot;
  // EBS guide, Delete an Amazon EBS snapshot: what is in progress completes before the deletion takes effect.
  const ends = [timeline.when('completed'), timeline.when('error')].find((at) => at !== undefined);
  if (timeline.status(call.now) === 'pending' && ends !== undefined)
    timeline.interrupt(call.now).next(GONE, ends);
  else timeline.interrupt(call.now).next(GONE, call.now);
  failCopiesOf(snapshot, context);
  return {};
});

/** A copy reads its source to the end. EBS does not say what becomes of one whose source goes: here it fails. */
function failCopiesOf({ id }: Snapshot, { call, here, everyRegion }: Context): void {
  for (const store of everyRegion())
    for (const copy of present(store.snapshots, call.now))
      if (copy.copyOf?.snapshotId === id && copy.copyOf.region === here.region)
        failIfPending(copy, call.now, 'The source snapshot is gone.');
}

export function failIfPending(copy: Snapshot, now: Instant, message: string): void {
  if (copy.timeline.status(now) !== 'pending') return;
  copy.timeline.interrupt(now).next('error', now);
  copy.stateMessage = message;
}

export function percent({ progress }: Snapshot, status: string, now: Instant): string {
  if (status === 'completed') return '100%';
  const share = (now - progress.from) / Math.max(1, progress.to - progress.from);
  return `${Math.min(99, Math.max(0, Math.floor(share * 100)))}%`;
}

export function describe(snapshot: Snapshot, { call }: Pick<Context, 'call'>): Described {
  const state = snapshot.timeline.status(call.now) as 'pending' | 'completed' | 'error';
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volumeId,
    VolumeSize: snapshot.sizeGib,
    StartTime: new Date(snapshot.startedAt),
    State: state,
    Progress: percent(snapshot, state, call.now),
    OwnerId: call.account,
    Encrypted: snapshot.kmsKeyId !== undefined,
    Tags: listed(snapshot.tags),
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    ...(state === 'error' && snapshot.stateMessage !== undefined
      ? { StateMessage: snapshot.stateMessage }
      : {}),
    ...(state === 'completed' ? { CompletionTime: new Date(snapshot.progress.to) } : {}),
  };
}
