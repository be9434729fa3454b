import type { CopyRecord, RecoveryPoint, RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import type { Situation } from '../../core/objectives/situation.ts';
import type { Cluster, EngineName, Plan } from '../../core/plan/installation.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  later,
  minutes,
  parseInstant,
  seconds,
} from '../../core/time/instant.ts';

export const NOON = parseInstant('2026-11-21T12:00:00Z')!;
export const HERE = 'eu-central-1';
export const THERE = 'eu-west-1';
export const GB = 1e9;

export const PLAN: Plan = {
  name: 'gold',
  timeZone: 'UTC',
  rules: [
    { name: 'hourly', cron: '0 * * * ? *', flexibleWindow: minutes(0), deadline: minutes(30), kind: 'full' },
  ],
  retention: { keepLast: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimumKeep: 1 },
  copyTo: [THERE],
  objectives: { rpo: hours(3), rto: hours(4), survives: 'region' },
  grace: days(3),
  maxExpireShare: 0.5,
  copyAllowance: minutes(45),
  logBackup: false,
};

/** Of 100 GB at 100 MB/s; only what the arithmetic reads. */
export const clusterOf = (engine: EngineName, more: object = {}): Cluster =>
  ({
    name: 'orders',
    engine,
    plan: 'gold',
    expectedBytes: 100 * GB,
    restoreBytesPerSecond: 100e6,
    restoreInto: {},
    ...more,
  }) as unknown as Cluster;

export const pointAt = (
  takenAt: Instant,
  bytes = 100 * GB,
  more: Partial<RecoveryPoint> = {},
): RecoveryPoint => ({
  id: recoveryPointId('orders', 'hourly', takenAt),
  cluster: 'orders',
  engine: 'aurora',
  plan: 'gold',
  rule: 'hourly',
  region: HERE,
  state: 'sealed',
  scheduledAt: takenAt,
  openedAt: takenAt,
  takenAt,
  execution: 'test',
  content: { root: 'f'.repeat(64), shards: 1, items: 1, bytes, newItems: 1, newBytes: bytes },
  ...more,
});

export const copyOf = (point: RecoveryPoint, region: string, more: Partial<CopyRecord> = {}): CopyRecord => ({
  id: point.id,
  cluster: point.cluster,
  region,
  state: 'proven',
  startedAt: point.openedAt,
  provenAt: later(point.openedAt, minutes(5)),
  takenAt: point.takenAt!,
  root: point.content!.root,
  ...more,
});

export const restoreOf = (at: Instant, bytes: number, took: number): RestoreRecord => ({
  id: `orders-${at}`,
  cluster: 'orders',
  region: THERE,
  state: 'restored',
  recoveryPoint: recoveryPointId('orders', 'hourly', at),
  instant: at,
  target: 'restored',
  startedAt: at,
  endedAt: later(at, seconds(took)),
  bytes,
  achievedRtoSeconds: took,
});

export const drillOf = (
  endedAt: Instant,
  state: DrillRecord['state'],
  more: Partial<DrillRecord> = {},
): DrillRecord => ({
  id: `drill-orders-${endedAt}`,
  cluster: 'orders',
  region: THERE,
  mode: 'ordinary',
  pick: 'latest',
  state,
  startedAt: earlier(endedAt, hours(1)),
  deadline: later(endedAt, hours(5)),
  endedAt,
  ...more,
});

/** A cluster with a point of an hour ago that is proven in both regions, and nothing else. */
export function situationOf(more: Partial<Situation> = {}): Situation {
  const points = more.points ?? [pointAt(earlier(NOON, hours(1)))];
  return {
    cluster: clusterOf('aurora'),
    plan: PLAN,
    vaultLock: undefined,
    active: HERE,
    points,
    regions: [HERE, THERE].map((region) => ({
      region,
      copies: points.map((point) => copyOf(point, region)),
      chains: [],
    })),
    restores: [],
    drills: [],
    since: earlier(NOON, days(100)),
    ...more,
  };
}
