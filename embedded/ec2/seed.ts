import type { VolumeType } from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/time/instant.ts';
import { Timeline } from '../rds/timeline.ts';
import { BlockHistory } from './blocks.ts';
import { type Context, newId } from './operation.ts';
import type { Instance, Volume } from './store.ts';

export interface VolumeSeed {
  readonly device: string;
  /** @default 8 */
  readonly sizeGib?: number;
  /** @default gp3 */
  readonly type?: VolumeType;
  readonly iops?: number;
  readonly throughput?: number;
  /** @default not encrypted */
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface InstanceSeed {
  readonly region: string;
  /** @default the region's zone a */
  readonly zone?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** @default a boot volume at /dev/xvda and a data volume at /dev/sdf */
  readonly volumes?: readonly VolumeSeed[];
  /** @default /dev/xvda */
  readonly rootDevice?: string;
  readonly launchedAt: Instant;
}

const BOOT_AND_DATA: readonly VolumeSeed[] = [{ device: '/dev/xvda' }, { device: '/dev/sdf', sizeGib: 20 }];

/** A running instance with its volumes attached. */
export function seeded(seed: InstanceSeed, context: Context): Instance {
  const zone = seed.zone ?? `${seed.region}a`;
  const devices = (seed.volumes ?? BOOT_AND_DATA).map((volume): [string, string] => [
    volume.device,
    attach(volume, zone, seed.launchedAt, context).id,
  ]);
  const instance: Instance = {
    id: newId('i', context),
    zone,
    rootDevice: seed.rootDevice ?? '/dev/xvda',
    devices: new Map(devices),
    timeline: new Timeline('running', seed.launchedAt),
    launchedAt: seed.launchedAt,
    tags: new Map(Object.entries(seed.tags)),
  };
  context.here.instances.set(instance.id, instance);
  return instance;
}

export function attach(seed: VolumeSeed, zone: string, at: Instant, context: Context): Volume {
  const type = seed.type ?? 'gp3';
  const volume: Volume = {
    id: newId('vol', context),
    zone,
    sizeGib: seed.sizeGib ?? 8,
    type,
    iops: seed.iops ?? (type === 'gp3' ? 3_000 : undefined),
    throughput: seed.throughput ?? (type === 'gp3' ? 125 : undefined),
    kmsKeyId: seed.kmsKeyId,
    snapshotId: undefined,
    createdAt: at,
    timeline: new Timeline('in-use', at),
    history: new BlockHistory(),
    token: undefined,
    tags: new Map(Object.entries(seed.tags ?? {})),
  };
  context.here.volumes.set(volume.id, volume);
  return volume;
}
