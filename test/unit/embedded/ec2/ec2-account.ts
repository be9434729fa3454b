import type { Snapshot, Volume } from '@aws-sdk/client-ec2';
import { type Instant, instant, later, milliseconds, seconds } from '../../../../core/time/instant.ts';
import { Ec2 } from '../../../../embedded/ec2/service.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import { AwsError } from '../../../../embedded/service.ts';

export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';
export const ACCOUNT = '111122223333';
export const keyIn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/own`;

/** An account with one instance, a boot and a data volume, and a clock that moves when it is told to. */
export class Ec2Account {
  now: Instant = instant(Date.UTC(2026, 10, 21, 3));
  lagSeconds = 0;
  readonly dark = new Set<string>();
  /** Keys that KMS does not let the caller use. */
  readonly closed = new Set<string>();
  readonly ec2: Ec2;
  readonly instance: string;

  constructor() {
    this.ec2 = new Ec2({
      chance: new Streams(1).stream('ec2'),
      account: ACCOUNT,
      keyTrouble: (_call, _region, key) =>
        this.closed.has(key) ? 'Given key ID is not accessible' : undefined,
      isDark: (region) => this.dark.has(region),
      listLag: () => milliseconds(this.lagSeconds * 1_000),
    });
    this.instance = this.ec2.seedInstance({
      region: HOME,
      tags: { cluster: 'doris' },
      launchedAt: this.now,
      volumes: [{ device: '/dev/xvda' }, { device: '/dev/sdf', sizeGib: 20, kmsKeyId: keyIn(HOME) }],
    });
  }

  wait(s: number): void {
    this.now = later(this.now, seconds(s));
  }

  call<Answer>(operation: string, input: object, region = HOME): Answer {
    const call = { account: ACCOUNT, region, principal: `arn:aws:iam::${ACCOUNT}:root`, now: this.now };
    return this.ec2.call(operation, input, call) as Answer;
  }

  /** The name of the error that a call is answered with. */
  refusal(operation: string, input: object, region = HOME): string {
    try {
      this.call(operation, input, region);
    } catch (error) {
      if (error instanceof AwsError) return error.name;
      throw error;
    }
    return 'none';
  }

  take(tags: Readonly<Record<string, string>> = {}, specification: object = {}): Snapshot[] {
    return this.call<{ Snapshots: Snapshot[] }>('CreateSnapshots', this.wish(tags, specification)).Snapshots;
  }

  wish(tags: Readonly<Record<string, string>> = {}, specification: object = {}): object {
    return {
      InstanceSpecification: { InstanceId: this.instance, ...specification },
      TagSpecifications: [
        { ResourceType: 'snapshot', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    };
  }

  snapshots(filters: readonly object[] = [], region = HOME): Snapshot[] {
    const input = { OwnerIds: ['self'], Filters: filters };
    return this.call<{ Snapshots: Snapshot[] }>('DescribeSnapshots', input, region).Snapshots;
  }

  /** The id of a copy of a snapshot. */
  copy(source: string | undefined, more: object = {}): string {
    const input = { SourceRegion: HOME, SourceSnapshotId: source, ...more };
    return this.call<{ SnapshotId: string }>('CopySnapshot', input, AWAY).SnapshotId;
  }

  volume(snapshot: string | undefined, more: object = {}, region = HOME): Volume {
    const input = { AvailabilityZone: `${region}a`, SnapshotId: snapshot, VolumeType: 'gp3', ...more };
    return this.call<Volume>('CreateVolume', input, region);
  }

  /** Bytes at the first block of the data volume. */
  write(text: string): void {
    const [, data] = [...this.ec2.devicesOf(this.instance, HOME).values()];
    this.ec2.write(data!, HOME, 0, Buffer.from(text), this.now);
  }

  read(volume: string | undefined, region = HOME): string | undefined {
    return this.ec2.blocksAt(volume!, region, this.now).get(0)?.toString();
  }
}
