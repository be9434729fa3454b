import { EC2Client, type Snapshot, type Volume } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { connect, registerTransport } from '../../adapters/aws/clients.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { ebsDriver } from '../../adapters/engines/ebs/driver.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { EngineDriver, RestoreTarget } from '../../core/engines/driver.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import { indexKey, workPrefix } from '../../core/manifest/layout.ts';
import type { EbsCluster } from '../../core/plan/installation.ts';
import { type Instant, instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import { Ec2 } from '../../embedded/ec2/service.ts';
import { Streams } from '../../embedded/random/streams.ts';
import { S3 } from '../../embedded/s3/s3.ts';
import type { Content, DriverFixture } from '../conformance/driver-suite.ts';
import { ACCOUNT, type DirectCall, directTransport } from './direct-transport.ts';

const HOME = 'eu-west-1';
const RECOVERY = 'eu-central-1';
const VAULTS: Readonly<Record<string, string>> = { [HOME]: 'vault-home', [RECOVERY]: 'vault-recovery' };
export const keyIn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:alias/holdfast-vault`;

/** A cluster of three instances with bytes on their volumes in an embedded EC2, vaults in two regions, and a driver. */
export class EbsWorld implements DriverFixture {
  readonly home = HOME;
  readonly recovery = RECOVERY;
  /** A restore makes new volumes every time, so there is no target to be empty or not. */
  readonly makesItsTarget = true;
  readonly cluster: EbsCluster;
  readonly driver: EngineDriver;
  readonly ec2: Ec2;
  readonly s3: S3;
  /** Ids in the order in which they were launched. */
  readonly instances: readonly string[];
  /** Called before and after the service: throws to refuse a call, or to lose its answer. */
  before: (call: DirectCall) => void = () => {};
  after: (call: DirectCall, answer: object) => void = () => {};
  listLagSeconds = 0;
  /** Keys that EBS may not use. */
  readonly closed = new Set<string>();
  /** What the engine on the instances wrote, kept apart from the service that is to bring it back. */
  readonly #truth: { readonly at: Instant; readonly key: string; readonly value: string }[] = [];
  #now = instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250));

  constructor() {
    const streams = new Streams(1);
    this.s3 = new S3({ random: streams.stream('s3') });
    for (const [region, name] of Object.entries(VAULTS))
      this.s3.createBucket({ name, region, account: ACCOUNT, versioning: true, eventBridge: false });
    this.ec2 = new Ec2({
      chance: streams.stream('ec2'),
      account: ACCOUNT,
      keyTrouble: (_call, region, key) =>
        this.closed.has(key) || !key.includes(`:${region}:`) ? 'Given key ID is not accessible' : undefined,
      isDark: () => false,
      listLag: () => milliseconds(this.listLagSeconds * 1_000),
    });
    const transport = directTransport([this.s3, this.ec2], {
      now: () => this.#now,
      before: (call) => this.before(call),
      after: (call, answer) => this.after(call, answer),
    });
    registerTransport(transport);
    this.cluster = {
      name: 'doris',
      engine: 'ebs',
      plan: 'standard',
      instances: { key: 'cluster', value: 'doris' },
      excludeBootVolume: true,
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
    };
    this.instances = ['a', 'b', 'c'].map((zone) => this.launch({ cluster: 'doris', node: zone }, zone));
    this.launch({ cluster: 'another' }, 'a');
    this.driver = ebsDriver({
      ec2: (region) => connect(new EC2Client({ region }), 'ec2', region),
      store: (region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region),
      vaults: VAULTS,
      vaultKeys: { [HOME]: keyIn(HOME), [RECOVERY]: keyIn(RECOVERY) },
    });
  }

  launch(tags: Readonly<Record<string, string>>, zone: string): string {
    const tagged = { 'aws:ours': 'no', team: 'data' };
    return this.ec2.seedInstance({
      region: HOME,
      zone: `${HOME}${zone}`,
      tags,
      launchedAt: this.#now,
      volumes: [
        { device: '/dev/xvda' },
        { device: '/dev/sdf', sizeGib: 100, kmsKeyId: keyIn(HOME), iops: 6_000, tags: tagged },
        { device: '/dev/sdg', sizeGib: 50, type: 'gp2' },
      ],
    });
  }

  now(): Instant {
    return this.#now;
  }

  wait(s: number): void {
    this.#now = later(this.#now, seconds(s));
  }

  write(node: number, device: string, block: number, value: string): void {
    const instance = this.instances[node]!;
    const volume = this.ec2.devicesOf(instance, HOME).get(device)!;
    this.ec2.write(volume, HOME, block, Buffer.from(value), this.#now);
    this.#truth.push({ at: this.#now, key: `${instance}${device}/${block}`, value });
  }

  /** Every snapshot of a region, as its owner sees it. */
  snapshots(region: string): Snapshot[] {
    const input = { OwnerIds: ['self'] };
    return (this.#asOwner('DescribeSnapshots', input, region) as { Snapshots: Snapshot[] }).Snapshots;
  }

  /** Takes a set by hand, with these tags. */
  take(instanceId: string, tags: Readonly<Record<string, string>>): void {
    const own = { ...tags, 'holdfast:instance': instanceId };
    const Tags = Object.entries(own).map(([Key, Value]) => ({ Key, Value }));
    this.#asOwner('CreateSnapshots', {
      InstanceSpecification: { InstanceId: instanceId, ExcludeBootVolume: true },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
    });
  }

  /** Somebody else's copies to the recovery region: one of nobody's tags, or one of each snapshot with those of a point. */
  copyByHand(of?: Pick<RecoveryPoint, 'id'>): void {
    for (const { SnapshotId } of of ? this.snapshots(HOME) : this.snapshots(HOME).slice(0, 1)) {
      const tags = {
        'holdfast:recovery-point': of?.id ?? '',
        'holdfast:cluster': 'doris',
        'holdfast:source-snapshot': SnapshotId!,
      };
      const Tags = Object.entries(of ? tags : {}).map(([Key, Value]) => ({ Key, Value }));
      const TagSpecifications = [{ ResourceType: 'snapshot', Tags }];
      const input = { SourceRegion: HOME, SourceSnapshotId: SnapshotId, TagSpecifications };
      this.#asOwner('CopySnapshot', input, RECOVERY);
    }
  }

  /** Changes tags of a snapshot in the recovery region. */
  tag(snapshotId: string, tags: Readonly<Record<string, string>>): void {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    this.#asOwner('CreateTags', { Resources: [snapshotId], Tags }, RECOVERY);
  }

  volumes(region: string): Volume[] {
    return (this.#asOwner('DescribeVolumes', {}, region) as { Volumes: Volume[] }).Volumes;
  }

  /** Clears a work folder, as the vault's lifecycle does. */
  forgetNotes(region: string, { cluster, id }: Pick<RecoveryPoint, 'cluster' | 'id'>): void {
    const call = { account: ACCOUNT, region, principal: `arn:aws:iam::${ACCOUNT}:root`, now: this.#now };
    const Bucket = VAULTS[region]!;
    for (const [Key] of [...this.s3.current(Bucket, workPrefix(cluster, id))])
      this.s3.call('DeleteObject', { Bucket, Key }, call);
  }

  remove(snapshotId: string, region = HOME): void {
    this.#asOwner('DeleteSnapshot', { SnapshotId: snapshotId }, region);
  }

  /** The manifest's index as it lies in a vault. */
  index(region: string, { cluster, id }: Pick<RecoveryPoint, 'cluster' | 'id'>): ManifestIndex {
    const found = [...this.s3.current(VAULTS[region]!, indexKey(cluster, id))][0]?.[1];
    if (!found?.body) throw new Error(`${id} has no index in ${region}`);
    return JSON.parse(Buffer.from(found.body).toString('utf8')) as ManifestIndex;
  }

  #asOwner(operation: string, input: object, region: string = HOME): object {
    const principal = `arn:aws:iam::${ACCOUNT}:root`;
    return this.ec2.call(operation, input, { account: ACCOUNT, region, principal, now: this.#now });
  }

  create(): void {
    for (const [node] of this.instances.entries())
      for (const device of ['/dev/sdf', '/dev/sdg'])
        for (let block = 0; block < 4; block++) this.write(node, device, block, `first ${node} ${block}`);
  }

  mutate(round: number): void {
    this.write(0, '/dev/sdf', 0, `changed in round ${round}`);
    this.write(1, '/dev/sdg', 10 + round, `added in round ${round}`);
    this.write(2, '/dev/sdf', 1, '');
    this.write(2, '/dev/sdf', 2, round % 2 === 0 ? '' : 'back');
  }

  truth(at: Instant): Content {
    const content = new Map<string, string>();
    for (const write of this.#truth.filter((one) => one.at <= at)) content.set(write.key, write.value);
    return content;
  }

  target(region: string): RestoreTarget {
    return { availabilityZone: `${region}b` };
  }

  drill(region: string, id: string) {
    const target = { availabilityZone: `${region}c` };
    return { target, called: `the volumes of ${id}`, content: () => this.restored(region, target) };
  }

  /** What the newest restore made in that zone. */
  restored(region: string, { availabilityZone }: RestoreTarget): Content {
    const made = this.ec2
      .volumesIn(region, this.#now)
      .filter(({ zone, tags }) => zone === availabilityZone && tags.has('holdfast:restore'));
    const newest = made
      .map(({ tags }) => tags.get('holdfast:restore')!)
      .sort((a, b) => (a.slice(-16) < b.slice(-16) ? -1 : 1))
      .at(-1);
    return new Map(
      made
        .filter(({ tags }) => tags.get('holdfast:restore') === newest)
        .flatMap(({ tags, blocks }) =>
          [...blocks].map(([block, bytes]): [string, string] => [
            `${tags.get('holdfast:instance')}${tags.get('holdfast:device')}/${block}`,
            bytes.toString(),
          ]),
        ),
    );
  }
}
