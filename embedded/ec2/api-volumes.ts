import type {
  CreateTagsRequest,
  CreateVolumeRequest,
  DeleteVolumeRequest,
  Volume as Described,
  DescribeVolumesRequest,
} from '@aws-sdk/client-ec2';
import { type Instant, later } from '../../core/time/instant.ts';
import { GONE, Timeline } from '../rds/timeline.ts';
import { NotModelled } from '../service.ts';
import { zonesOf } from './api-instances.ts';
import { snapshotNamed } from './api-snapshots.ts';
import { BlockHistory } from './blocks.ts';
import { keyRefused, VOLUME_GOES, volumeReady } from './durations.ts';
import {
  idempotentParameterMismatch,
  incorrectState,
  invalidParameterValue,
  snapshotNotFound,
  volumeInUse,
  volumeNotFound,
  zoneNotFound,
} from './errors.ts';
import { type Context, filtered, newId, operation, page, tagsFor } from './operation.ts';
import { listed, present, type Snapshot, tagsOf, type Volume } from './store.ts';

const WITH_IOPS = new Set(['gp3', 'io1', 'io2']);

/** A volume of a snapshot. Its token makes a repeat find what the first request made. */
export const createVolume = operation<CreateVolumeRequest>(
  [
    'AvailabilityZone',
    'SnapshotId',
    'Size',
    'VolumeType',
    'Iops',
    'Throughput',
    'Encrypted',
    'KmsKeyId',
    'ClientToken',
    'TagSpecifications',
  ],
  (input, context) => {
    const { call, here } = context;
    const { ClientToken, ...request } = input;
    const repeated = ClientToken === undefined ? undefined : madeBefore(ClientToken, request, context);
    if (repeated) return describe(repeated, call.now);
    const zone = input.AvailabilityZone ?? '';
    if (!zonesOf(here.region).includes(zone)) throw zoneNotFound(`The zone '${zone}' does not exist.`);
    if (input.SnapshotId === undefined) throw new NotModelled('ec2', 'volumes that are made of no snapshot');
    const snapshot = snapshotNamed(input.SnapshotId, context);
    const state = snapshot.timeline.status(call.now);
    if (state !== 'completed') throw incorrectState(`Snapshot ${snapshot.id} is ${state}.`);
    const volume = made(snapshot, input, context);
    here.volumes.set(volume.id, volume);
    return describe(volume, call.now);
  },
);

function madeBefore(token: string, request: object, { call, here }: Context): Volume | undefined {
  const found = present(here.volumes, call.now).find((volume) => volume.token?.is === token);
  if (found && found.token?.request !== JSON.stringify(request))
    throw idempotentParameterMismatch(`The client token ${token} came with another request before.`);
  return found;
}

function made(snapshot: Snapshot, input: CreateVolumeRequest, context: Context): Volume {
  const { call, chance } = context;
  const { ClientToken, ...request } = input;
  const sizeGib = input.Size ?? snapshot.sizeGib;
  if (sizeGib < snapshot.sizeGib)
    throw invalidParameterValue(
      `The size ${sizeGib} is less than that of the snapshot, ${snapshot.sizeGib}.`,
    );
  const type = input.VolumeType ?? 'gp2';
  if (input.Iops !== undefined && !WITH_IOPS.has(type))
    throw invalidParameterValue(`The parameter iops is not supported for ${type} volumes.`);
  if (input.Iops === undefined && (type === 'io1' || type === 'io2'))
    throw invalidParameterValue(`The parameter iops must be specified for ${type} volumes.`);
  if (input.Throughput !== undefined && type !== 'gp3')
    throw invalidParameterValue(`The parameter throughput is not supported for ${type} volumes.`);
  const key = input.KmsKeyId ?? snapshot.kmsKeyId;
  const keys = [...new Set([snapshot.kmsKeyId, key])].filter((one) => one !== undefined);
  const trouble = keys.some((one) => context.keyTrouble(call, call.region, one) !== undefined);
  const timeline = new Timeline('creating', call.now);
  return {
    id: newId('vol', context),
    zone: input.AvailabilityZone ?? '',
    sizeGib,
    type,
    iops: input.Iops,
    throughput: input.Throughput,
    kmsKeyId: key,
    snapshotId: snapshot.id,
    createdAt: call.now,
    // What KMS refuses is found out later, and the volume goes away again.
    timeline: trouble
      ? timeline.next(GONE, keyRefused(call.now, chance))
      : timeline.next('available', volumeReady(call.now, chance)),
    history: BlockHistory.startingWith(snapshot.history.at(snapshot.blocksOf), call.now),
    token: ClientToken === undefined ? undefined : { is: ClientToken, request: JSON.stringify(request) },
    tags: tagsFor('volume', input.TagSpecifications),
  };
}

export const describeVolumes = operation<DescribeVolumesRequest>(
  ['VolumeIds', 'Filters', 'MaxResults', 'NextToken'],
  (input, { call, here }) => {
    const all = present(here.volumes, call.now);
    const named = input.VolumeIds?.map((id) => {
      const found = all.find((volume) => volume.id === id);
      if (!found) throw volumeNotFound(`The volume '${id}' does not exist.`);
      return found;
    });
    const kept = filtered('DescribeVolumes', named ?? all, input.Filters, {
      status: ({ timeline }) => timeline.status(call.now),
      'snapshot-id': ({ snapshotId }) => snapshotId ?? '',
    });
    const { items, ...rest } = page(kept, input);
    return { Volumes: items.map((volume) => describe(volume, call.now)), ...rest };
  },
);

export const deleteVolume = operation<DeleteVolumeRequest>(['VolumeId'], (input, { call, here }) => {
  const found = present(here.volumes, call.now).find((volume) => volume.id === input.VolumeId);
  if (!found) throw volumeNotFound(`The volume '${input.VolumeId}' does not exist.`);
  if (found.timeline.status(call.now) === 'in-use')
    throw volumeInUse(`The volume ${found.id} is attached to an instance.`);
  found.timeline.interrupt(call.now).next('deleting', call.now).next(GONE, later(call.now, VOLUME_GOES));
  return {};
});

function describe(volume: Volume, now: Instant): Described {
  return {
    VolumeId: volume.id,
    AvailabilityZone: volume.zone,
    Size: volume.sizeGib,
    VolumeType: volume.type,
    State: volume.timeline.status(now) as 'creating' | 'available' | 'in-use',
    CreateTime: new Date(volume.createdAt),
    Encrypted: volume.kmsKeyId !== undefined,
    Tags: listed(volume.tags),
    // Every volume has a snapshot id; one that was made empty has an empty one.
    SnapshotId: volume.snapshotId ?? '',
    ...(volume.kmsKeyId === undefined ? {} : { KmsKeyId: volume.kmsKeyId }),
    ...(volume.iops === undefined ? {} : { Iops: volume.iops }),
    ...(volume.throughput === undefined ? {} : { Throughput: volume.throughput }),
  };
}

export const createTags = operation<CreateTagsRequest>(['Resources', 'Tags'], (input, { call, here }) => {
  for (const id of input.Resources ?? []) {
    const found = here.snapshots.get(id) ?? here.volumes.get(id) ?? here.instances.get(id);
    if (!found || found.timeline.status(call.now) === GONE)
      throw snapshotNotFound(`The resource '${id}' does not exist.`);
    found.tags = new Map([...found.tags, ...tagsOf(input.Tags)]);
  }
  return {};
});
