import { beforeEach, describe, expect, test } from 'vitest';
import type { Move } from '../../../core/groups/move.ts';
import { recoveryPointId, restoreId } from '../../../core/ids/names.ts';
import { hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { adopt } from '../../../lambdas/failover/adopt-restore/adopt.ts';
import { next } from '../../../lambdas/failover/next-layer/next.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { record as recordMember } from '../../../lambdas/failover/record-member/record.ts';
import { resolve } from '../../../lambdas/failover/resolve-failover/resolve.ts';
import type { Output } from '../../../lambdas/shared/ports.ts';
import type { resolveFailover } from '../../../workflows/contracts/failover.ts';
import { INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const STATES = `arn:aws:states:${RECOVERY}:111122223333`;
const ONE = `${STATES}:execution:holdfast-failover:one`;
const TWO = `${STATES}:execution:holdfast-failover:two`;
const asked = { to: 'latest', without: [] as string[], group: 'shop' } as const;

let world: TaskWorld;
/** Executions that go on. */
let running: Set<string>;
const ports = () => ({
  ...world.ports(RECOVERY),
  machineArns: { restore: `${STATES}:stateMachine:holdfast-restore` },
  runs: { isRunning: async (execution: string) => running.has(execution) },
  oldSides: { moveAway: async () => true },
});

beforeEach(async () => {
  world = new TaskWorld();
  running = new Set([ONE]);
  world.installation = {
    ...INSTALLATION,
    groups: [
      {
        name: 'shop',
        layers: [['orders'], ['billing']],
        to: RECOVERY,
        maxSkew: minutes(15),
        approvalWithin: hours(1),
      },
    ],
  };
  for (const cluster of ['orders', 'billing']) {
    const takenAt = time('2026-11-21T11:00:00Z');
    const id = recoveryPointId(cluster, 'hourly', takenAt);
    const copy = { id, cluster, region: RECOVERY, startedAt: takenAt, takenAt, root: 'ab12' };
    await world.catalog.openCopy({ ...copy, state: 'copying' });
    await world.catalog.advanceCopy(id, RECOVERY, 'copied');
    await world.catalog.advanceCopy(id, RECOVERY, 'proven', { provenAt: takenAt });
  }
});

const resolveBy = (execution: string, now = NOON) =>
  resolve({ request: asked, execution, startedAt: new Date(now).toISOString() }, ports(), now);
type Failover = Output<typeof resolveFailover>;
const nextOf = (failover: Failover, execution: string, layer?: { layer: number; lap: number }) =>
  next({ execution, state: { failover, ...(layer && { layer }) } }, ports(), NOON);
const moved = async (): Promise<Move> => (await world.groups.moves('shop'))[0]!;

async function restored(cluster: string, run: string, startedAt: Instant, state: 'restored' | 'failed') {
  const id = restoreId(cluster, startedAt, `${STATES}:execution:holdfast-restore:${run}`);
  const opened = { id, cluster, region: RECOVERY, instant: startedAt, target: 's3://x/', startedAt };
  await world.catalog.openRestore({ ...opened, state: 'restoring' });
  const end =
    state === 'restored'
      ? { achievedRtoSeconds: 600 }
      : { reason: { name: 'KeyNotUsable', message: 'gone' } };
  await world.catalog.closeRestore({ ...opened, state, endedAt: startedAt, ...end });
}

/** The first layer's only member, handed out. */
async function begun(execution = ONE) {
  const failover = await resolveBy(execution);
  await raise({ execution, failover }, ports(), NOON);
  const { members } = await nextOf(failover, execution);
  return { failover, member: members[0]! };
}

describe('a failover whose tasks are repeated', () => {
  test('asks one question about one move', async () => {
    const first = await resolveBy(ONE);
    expect(await resolveBy(ONE, NOON)).toEqual(first);
    expect(await world.groups.moves('shop')).toHaveLength(1);
    expect(first.facts['orders']).toContain('gives up 1 h');
  });

  test('says who is left behind, and what that means', async () => {
    expect((await resolveBy(ONE)).sentence).not.toContain('left behind');
    running.clear();
    const request = { ...asked, without: ['billing'] };
    const startedAt = new Date(later(NOON, minutes(1))).toISOString();
    const { sentence, facts } = await resolve({ request, execution: TWO, startedAt }, ports(), NOON);
    expect(sentence).toContain('left behind: billing, protected on neither side until restored by hand');
    expect(facts).toMatchObject({ members: 1, leftBehind: 'billing' });
  });

  test('raises the epoch once, and not over somebody else', async () => {
    const failover = await resolveBy(ONE);
    for (const _ of [1, 2])
      expect(await raise({ execution: ONE, failover }, ports(), NOON)).toEqual({ epoch: 2 });
    expect(await moved()).toMatchObject({ state: 'moving', epoch: 2 });
    await world.groups.raise({
      group: 'shop',
      number: 3,
      active: 'eu-west-1',
      since: NOON,
      move: 'failback',
    });
    await expect(raise({ execution: ONE, failover }, ports(), NOON)).rejects.toMatchObject({
      name: 'FencedOff',
    });
  });

  test('hands out a layer under the same names, and the next one only when it serves', async () => {
    const { failover, member } = await begun();
    expect(member).toMatchObject({ cluster: 'orders', how: 'restore', to: 'orders-hourly-20261121t110000z' });
    expect((await nextOf(failover, ONE)).members).toEqual([member]);
    expect(await nextOf(failover, ONE, { layer: 0, lap: 1 })).toMatchObject({ outcome: 'incomplete' });
    await restored('orders', member.run, NOON, 'restored');
    await adopt({ execution: ONE, failover, member, state: {} }, ports(), later(NOON, hours(3)));
    await recordMember({ failover, member, state: { switched: { switched: [] } } }, ports(), NOON);
    expect(await nextOf(failover, ONE, { layer: 0, lap: 1 })).toMatchObject({
      outcome: 'members',
      layer: 1,
      members: [{ cluster: 'billing' }],
    });
    // What was measured is the restore's own end, not when somebody came to look.
    expect(await world.groups.member('shop', failover.move, 'orders')).toMatchObject({
      achievedRtoSeconds: 600,
    });
  });

  test('a restore that failed is told in its own words', async () => {
    const { failover, member } = await begun();
    await restored('orders', member.run, NOON, 'failed');
    const looked = adopt({ execution: ONE, failover, member, state: {} }, ports(), NOON);
    await expect(looked).rejects.toMatchObject({ name: 'RestoreFailed', message: 'KeyNotUsable: gone' });
  });
});
