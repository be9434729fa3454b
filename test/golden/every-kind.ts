import { approvals } from '../../adapters/aws/dynamo-approval-items.ts';
import {
  type Codec,
  chains,
  copies,
  holds,
  points,
  restores,
  standbys,
} from '../../adapters/aws/dynamo-catalog-items.ts';
import { drills } from '../../adapters/aws/dynamo-drill-items.ts';
import { epochs, members, moves } from '../../adapters/aws/dynamo-group-items.ts';
import type { Approval } from '../../core/approvals/approval.ts';
import type { CopyRecord, LegalHold, RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import type { Epoch } from '../../core/groups/group.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { FollowedDatabase, StandbyRecord } from '../../core/standby/record.ts';
import { parseInstant } from '../../core/time/instant.ts';
import { everyField } from './every-field.ts';

/** One record of each kind that the catalog stores, with every field that one can have. */

const at = parseInstant('2026-11-21T03:00:00.250Z')!;
export const reason = { name: 'CaptureFailed', message: 'the engine said no' };

export const point = everyField;

export const copy: Required<CopyRecord> = {
  id: point.id,
  cluster: 'orders',
  region: 'eu-central-1',
  state: 'proven',
  startedAt: at,
  provenAt: at,
  takenAt: at,
  root: 'ab12',
  newItems: 1,
  newBytes: 10,
  forkedFrom: 'orders-daily-20261120t020000z',
  epoch: 3,
  reason,
  discardAfter: at,
};

export const hold: Required<LegalHold> = {
  name: 'audit-2026',
  cluster: 'orders',
  recoveryPoint: point.id,
  placedAt: at,
  why: 'tax audit',
};

export const restore: Required<RestoreRecord> = {
  id: 'orders-restore-20261121t041502z',
  cluster: 'orders',
  region: 'eu-central-1',
  state: 'restored',
  recoveryPoint: point.id,
  instant: at,
  target: 's3://restored/orders/',
  chain: '20261101t000000z',
  startedAt: at,
  part: true,
  asked: true,
  drill: { id: 'drill-orders-1x7k0qp-20261121t041502z', deadline: at },
  endedAt: at,
  items: 7,
  bytes: 4096,
  achievedRpoSeconds: 900,
  achievedRtoSeconds: 120,
  heartbeat: {
    outcome: 'read',
    beats: 7,
    newest: 9,
    newestAt: at,
    missing: 2,
    firstMissing: 4,
    beyond: 0,
    provenLossSeconds: 930,
  },
  reason,
};

export const chain: Required<LogChain> = {
  cluster: 'orders',
  region: 'eu-central-1',
  chain: '20261101t000000z',
  state: 'broken',
  startedAt: at,
  stateSince: at,
  from: at,
  fromMark: '461168601842738790',
  checkpoint: at,
  checkpointMark: '18446744073709551615',
  checkpointAt: at,
  epoch: 3,
  reason,
};

const followed: Required<FollowedDatabase> = {
  state: 'following',
  stateSince: at,
  lag: 3,
  reaches: at,
  seq: 41,
  movedAt: at,
  restartedAt: at,
  head: { seq: 44, at },
  trouble: { ...reason, since: at, toldAt: at },
};

export const standby: Required<StandbyRecord> = {
  cluster: 'orders',
  region: 'eu-central-1',
  mode: 'following',
  modeSince: at,
  seenAt: at,
  databases: { shop: followed },
};

const drill: Required<DrillRecord> = {
  id: 'drill-orders-1x7k0qp-20261121t041502z',
  cluster: 'orders',
  region: 'eu-central-1',
  mode: 'region-lost',
  pick: 'random',
  state: 'failed',
  by: 'ann',
  startedAt: at,
  deadline: at,
  recoveryPoint: point.id,
  root: 'ab12',
  instant: at,
  chain: '20261101t000000z',
  restoreId: restore.id,
  target: 's3://restored/drill/',
  bytes: 4096,
  items: 7,
  steps: [{ name: 'restore', seconds: 90 }],
  checks: [{ name: 'statistics', outcome: 'failed', detail: '6 items and not 7' }],
  heartbeat: { outcome: 'unread', reason },
  endedAt: at,
  tornDownAt: at,
  receipt: 3,
  reason,
};

const epoch: Required<Epoch> = {
  group: 'web',
  number: 3,
  active: 'eu-west-1',
  since: at,
  move: 'failback-web-1',
  before: [{ number: 2, active: 'eu-central-1', since: at }],
};

const move: Required<Move> = {
  id: 'failback-web-1',
  kind: 'failback',
  group: 'web',
  from: 'eu-central-1',
  to: 'eu-west-1',
  state: 'moved',
  askedAt: at,
  askedBy: 'ann',
  approvedBy: 'ben',
  epoch: 3,
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-failback:one',
  endedAt: at,
  reason,
};

const member: Required<MoveMember> = {
  move: move.id,
  group: 'web',
  cluster: 'orders',
  layer: 0,
  way: 'restore',
  state: 'switched',
  instant: at,
  recoveryPoint: point.id,
  lossSeconds: 900,
  rpoSeconds: 3600,
  rtoSeconds: 7200,
  forecastSeconds: 1800,
  restoreTo: point.id,
  run: 'orders-member-0abc123-20261121t030000z',
  restoreId: restore.id,
  target: 's3://restored/orders/',
  startedAt: at,
  servingAt: at,
  achievedRtoSeconds: 1700,
  movedBytes: 10,
  totalBytes: 4096,
  switched: ['/web/orders is restored'],
  reason,
};

export const approval: Required<Approval> = {
  id: 'orders-restore-1x7k0qp-20261121t041502z',
  about: 'restore',
  sentence: 'what is there is written over',
  facts: { cluster: 'orders', lossSeconds: 900 },
  region: 'eu-central-1',
  askedAt: at,
  askedBy: 'ada',
  until: at,
  fourEyes: true,
  token: 'a-token',
  state: 'approved',
  answeredAt: at,
  answeredBy: 'grace',
  note: 'seen',
};

export type Kind = readonly [kind: string, codec: Codec<never>, record: object];
export const kindOf = <Record extends object>(kind: string, codec: Codec<Record>, record: Record): Kind => [
  kind,
  codec as Codec<never>,
  record,
];

export const KINDS: readonly Kind[] = [
  kindOf('point', points, point),
  kindOf('copy', copies, copy),
  kindOf('hold', holds, hold),
  kindOf('restore', restores, restore),
  kindOf('chain', chains, chain),
  kindOf('standby', standbys, standby),
  kindOf('drill', drills, drill),
  kindOf('epoch', epochs, epoch),
  kindOf('move', moves, move),
  kindOf('member', members, member),
  kindOf('approval', approvals, approval),
];
