import { type Duration, type Instant, milliseconds } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import { type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import { copySnapshot, failCopiesFrom } from './api-copy.ts';
import { describeInstances, describeZones } from './api-instances.ts';
import { createSnapshots, deleteSnapshot, describeSnapshots } from './api-snapshots.ts';
import { createTags, createVolume, deleteVolume, describeVolumes } from './api-volumes.ts';
import type { Blocks } from './blocks.ts';
import type { Context, Fate, Operation } from './operation.ts';
import { attach, type InstanceSeed, seeded, type VolumeSeed } from './seed.ts';
import { emptyRegion, present, type RegionStore, type Tags, type Volume } from './store.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeInstances: describeInstances,
  DescribeAvailabilityZones: describeZones,
  CreateSnapshots: createSnapshots,
  DescribeSnapshots: describeSnapshots,
  CopySnapshot: copySnapshot,
  DeleteSnapshot: deleteSnapshot,
  CreateVolume: createVolume,
  DeleteVolume: deleteVolume,
  DescribeVolumes: describeVolumes,
  CreateTags: createTags,
};

interface Ec2Parts {
  /** The stream that durations and ids are drawn from. */
  readonly chance: RandomStream;
  readonly account: string;
  readonly keyTrouble: Context['keyTrouble'];
  readonly isDark: (region: string) => boolean;
  /** @default at once */
  readonly listLag?: () => Duration;
}

/** A volume as whoever looks into its bytes sees it. */
export interface VolumeView {
  readonly id: string;
  readonly zone: string;
  readonly tags: Tags;
  readonly blocks: Blocks;
}

/**
 * EC2 as far as the snapshots of instances' EBS volumes go. Volumes hold bytes with their history, so that what a
 * restore brings back can be compared with what was true at that instant.
 *
 * Does not model: whatever else EC2 has; volumes that are made empty, changed, attached or detached through the API;
 * archived, locked, shared and time-based snapshots, the recycle bin, fast restore; the quotas of snapshots and volumes
 * per region; events; patterns in filters; local zones. A snapshot of an encrypted volume asks no key. What becomes of
 * a copy whose source is deleted or whose source region is lost is not documented by AWS and chosen here. One account.
 */
export class Ec2 implements EmbeddedService {
  readonly name = 'ec2';
  readonly #parts: Ec2Parts;
  readonly #regions = new Map<string, RegionStore>();
  readonly #fates = new Map<string, Fate>();

  constructor(parts: Ec2Parts) {
    this.#parts = parts;
  }

  call(name: string, input: object, call: Call): object {
    const operation = OPERATIONS[name];
    if (!operation) throw new NotModelled('ec2', name);
    onlyModelled('ec2', name, input, operation.members);
    for (const region of this.#regions.keys())
      if (this.#parts.isDark(region)) this.loseRegion(region, call.now);
    return operation.run(input, this.#context(call));
  }

  /** Puts a running instance there, and answers its id. */
  seedInstance(seed: InstanceSeed): string {
    return seeded(seed, this.#asOwner(seed.region, seed.launchedAt)).id;
  }

  /** Attaches a new, empty volume to an instance, and answers its id. */
  attachVolume(instanceId: string, region: string, seed: VolumeSeed, at: Instant): string {
    const instance = this.#region(region).instances.get(instanceId);
    if (!instance) throw new Error(`there is no instance ${instanceId} in ${region}`);
    const { id } = attach(seed, instance.zone, at, this.#asOwner(region, at));
    instance.devices.set(seed.device, id);
    return id;
  }

  terminate(instanceId: string, region: string, at: Instant): void {
    this.#region(region).instances.get(instanceId)?.timeline.interrupt(at).next('terminated', at);
  }

  /** The volumes of an instance by device. */
  devicesOf(instanceId: string, region: string): ReadonlyMap<string, string> {
    const instance = this.#region(region).instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId} ever was in ${region}`);
    return instance.devices;
  }

  /** A write of whatever runs on the instance. */
  write(volumeId: string, region: string, block: number, bytes: Buffer, at: Instant): void {
    this.#volume(volumeId, region).history.write(block, bytes, at);
  }

  blocksAt(volumeId: string, region: string, at: Instant): Blocks {
    return this.#volume(volumeId, region).history.at(at);
  }

  /** Every volume of a region that is there. */
  volumesIn(region: string, at: Instant): readonly VolumeView[] {
    return present(this.#region(region).volumes, at).map(({ id, zone, tags, history }) => ({
      id,
      zone,
      tags,
      blocks: history.at(at),
    }));
  }

  tagsOf(region: string, id: string): Tags | undefined {
    const { snapshots, volumes, instances } = this.#region(region);
    return (snapshots.get(id) ?? volumes.get(id) ?? instances.get(id))?.tags;
  }

  /** Lays a fate on the next set of snapshots of an instance, or on the next copy of a snapshot to a region. */
  spoil(region: string, id: string, fate: Fate): void {
    this.#fates.set(`${region}/${id}`, fate);
  }

  /** Forgets fates that nothing took, and lets every snapshot that hangs come to its end: completed or in error. */
  endFates(at: Instant): void {
    this.#fates.clear();
    for (const { snapshots } of this.#regions.values())
      for (const { timeline } of present(snapshots, at))
        if (timeline.status(at) === 'pending' && !timeline.goesOn(at))
          timeline.next(this.#parts.chance.chance(0.5) ? 'completed' : 'error', at);
  }

  /** Registers an image on a snapshot, as a person may. */
  registerImage(region: string, snapshotId: string): void {
    const snapshot = this.#region(region).snapshots.get(snapshotId);
    if (!snapshot) throw new Error(`there is no snapshot ${snapshotId} in ${region}`);
    snapshot.imaged = true;
  }

  /** Fails the copies that were reading from a region when it was lost. Found out at the next call otherwise. */
  loseRegion(region: string, at: Instant): void {
    failCopiesFrom(region, this.#regions.values(), at);
  }

  #volume(id: string, region: string): Volume {
    const volume = this.#region(region).volumes.get(id);
    if (!volume) throw new Error(`there is no volume ${id} in ${region}`);
    return volume;
  }

  #region(region: string): RegionStore {
    let store = this.#regions.get(region);
    if (!store) {
      store = emptyRegion(region);
      this.#regions.set(region, store);
    }
    return store;
  }

  #asOwner(region: string, now: Instant): Context {
    const { account } = this.#parts;
    return this.#context({ account, region, principal: `arn:aws:iam::${account}:root`, now });
  }

  #context(call: Call): Context {
    const { chance, keyTrouble, isDark, listLag = () => milliseconds(0) } = this.#parts;
    return {
      call,
      here: this.#region(call.region),
      region: (name) => this.#region(name),
      everyRegion: () => this.#regions.values(),
      chance,
      keyTrouble,
      isDark,
      listLag,
      takeFate: (region, id) => {
        const fate = this.#fates.get(`${region}/${id}`);
        this.#fates.delete(`${region}/${id}`);
        return fate;
      },
    };
  }
}
