import { type Duration, type Instant, instant, later, minutes } from '../../../../core/time/instant.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import type { Rows, Values } from '../../../../embedded/rds/rows.ts';
import { EmbeddedRds } from '../../../../embedded/rds/service.ts';

export const HOME = 'eu-west-1';
export const ELSEWHERE = 'eu-central-1';
export const ACCOUNT = '111122223333';
export const keyIn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/app`;
export const START = instant(Date.UTC(2026, 10, 21, 3, 0, 0));

/** An account with the embedded RDS, a clock that the test moves, and keys and regions that it switches off. */
export class RdsAccount {
  now: Instant = START;
  readonly disabledKeys = new Set<string>();
  readonly darkRegions = new Set<string>();
  readonly rds: EmbeddedRds;

  constructor(seed = 1) {
    this.rds = new EmbeddedRds({
      chance: new Streams(seed).stream('rds'),
      account: ACCOUNT,
      checkKey: (region, key) => {
        if (!key.startsWith(`arn:aws:kms:${region}:`)) throw new Error(`${key} is not a key of ${region}`);
        if (this.disabledKeys.has(key)) throw new Error(`${key} is disabled`);
      },
      isDark: (region) => this.darkRegions.has(region),
    });
  }

  advance(by: Duration): this {
    this.now = later(this.now, by);
    return this;
  }

  call<Out = Record<string, unknown>>(operation: string, input: object, region = HOME): Out {
    const principal = `arn:aws:iam::${ACCOUNT}:role/holdfast`;
    return this.rds.call(operation, input, { account: ACCOUNT, region, principal, now: this.now }) as Out;
  }

  /** The error that a call ends with: `<name> <wire code> <status>`. */
  refusal(operation: string, input: object, region = HOME): string {
    try {
      this.call(operation, input, region);
    } catch (error) {
      const { name, code, status } = error as { name: string; code?: string; status?: number };
      return [name, code, status].filter((part) => part !== undefined).join(' ');
    }
    return 'accepted';
  }

  write(id: string, values: Values | null, cluster = 'orders', region = HOME): void {
    this.rds.write(cluster, region, { table: 'order', id, values }, this.now);
  }

  rows(cluster: string, region = HOME): Rows {
    return this.rds.rowsAt(cluster, region, this.now);
  }

  snapshot(name: string, region = HOME): Snapshot {
    const found = this.call<{ DBClusterSnapshots: Snapshot[] }>(
      'DescribeDBClusterSnapshots',
      { DBClusterSnapshotIdentifier: name },
      region,
    );
    return found.DBClusterSnapshots[0]!;
  }

  take(name: string, cluster = 'orders'): void {
    this.call('CreateDBClusterSnapshot', { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster });
  }

  taken(name: string, cluster = 'orders'): Snapshot {
    this.take(name, cluster);
    return this.advance(minutes(10)).snapshot(name);
  }
}

export interface Snapshot {
  readonly Status: string;
  readonly PercentProgress: number;
  readonly SnapshotCreateTime?: Date;
  readonly DBClusterSnapshotArn: string;
  readonly DBClusterSnapshotIdentifier: string;
  readonly SourceDBClusterSnapshotArn?: string;
  readonly KmsKeyId?: string;
}

export const ORDERS = {
  region: HOME,
  clusterId: 'orders',
  engine: 'aurora-postgresql',
  engineVersion: '16.6',
  kmsKeyId: keyIn(HOME),
  createdAt: instant(START - 30 * 86_400_000),
} as const;
