import { beforeEach, describe, expect, test } from 'vitest';
import type { Move } from '../../../core/groups/move.ts';
import { memberRun, recoveryPointId, restoreId } from '../../../core/ids/names.ts';
import { hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { next } from '../../../lambdas/failover/next-layer/next.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { record as recordMember } from '../../../lambdas/failover/record-member/record.ts';
import { resolve } from '../../../lambdas/failover/resolve-failover/resolve.ts';
import type { Output } from '../../../lambdas/shared/ports.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import type { resolveFailover } from '../../../workflows/contracts/failover.ts';
import { INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const STATES = `arn:aws:states:${RECOVERY}:111122223333`;
const ONE = `${STATES}:execution:holdfast-failover:one`;
const TWO = `${STATES}:execution:holdfast-failover:two`;
const THREE = `${STATES}:execution:holdfast-failover:three`;
const abortedOne = {
  ...{ executionArn: ONE, stateMachineArn: `${STATES}:stateMachine:holdfast-failover`, status: 'ABORTED' },
  ...{ name: 'one', startDate: NOON, input: JSON.stringify({ group: 'shop' }) },
};
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

describe('a failover whose execution is gone', () => {
  test('is refused to another one while it runs', async () => {
    await begun();
    await expect(resolveBy(TWO)).rejects.toMatchObject({ name: 'MoveUnderWay' });
  });

  /** Two that were asked for in the same moment: each had looked before the other was written down. */
  async function askedTwice() {
    running.clear();
    const first = await resolveBy(ONE);
    await resolveBy(TWO, later(NOON, minutes(1)));
    running.add(ONE);
    return first;
  }

  test('is refused to another one while it runs, also when a later one was refused since', async () => {
    await askedTwice();
    await expect(resolveBy(THREE, later(NOON, minutes(2)))).rejects.toMatchObject({
      name: 'MoveUnderWay',
      message: expect.stringContaining(ONE),
    });
  });

  test('is gone on with when it raised the epoch, also when a later one did not', async () => {
    const first = await askedTwice();
    await raise({ execution: ONE, failover: first }, ports(), NOON);
    running.clear();
    const again = await resolveBy(THREE, later(NOON, hours(1)));
    expect([again.outcome, again.move]).toEqual(['again', first.move]);
  });

  test('raises nothing any more once it was ended before it had: what it showed is not what is there', async () => {
    const failover = await resolveBy(ONE);
    await close({ detail: abortedOne }, ports(), NOON);
    await expect(raise({ execution: ONE, failover }, ports(), NOON)).rejects.toMatchObject({
      name: 'FencedOff',
    });
    expect(await world.groups.epoch('shop')).toBeUndefined();
  });

  test('is not ended by a late word of an execution that another one took over from', async () => {
    await begun();
    running.clear();
    const failover = await resolveBy(TWO, later(NOON, hours(1)));
    await raise({ execution: TWO, failover }, ports(), NOON);
    await close({ detail: abortedOne }, ports(), NOON);
    expect(await moved()).toMatchObject({ state: 'moving', execution: TWO });
    expect(world.events).toEqual([]);
  });

  test.each([
    ['a restore that runs still is waited for', 'running', 'restore', true],
    ['a restore that ended well is taken over', 'restored', 'look', true],
    ['a restore that failed is tried again under another name', 'failed', 'restore', false],
  ] as const)('%s', async (_, standing, how, sameRun) => {
    const { member } = await begun();
    running.clear();
    if (standing === 'running') running.add(`${STATES}:execution:holdfast-restore:${member.run}`);
    else await restored('orders', member.run, NOON, standing);
    const failover = await resolveBy(TWO, later(NOON, hours(1)));
    expect([failover.outcome, failover.epoch]).toEqual(['again', 2]);
    await raise({ execution: TWO, failover }, ports(), NOON);
    const { members } = await nextOf(failover, TWO);
    const run = sameRun ? member.run : memberRun('orders', TWO, NOON);
    expect(members).toEqual([{ ...member, how, run }]);
  });

  /** A member whose restore failed, with an older point beside the one that was chosen. */
  async function failedRestore() {
    const { member, failover } = await begun();
    const older = time('2026-11-21T09:00:00Z');
    const id = recoveryPointId('orders', 'hourly', older);
    const copy = { id, cluster: 'orders', region: RECOVERY, startedAt: older, takenAt: older, root: 'cd34' };
    await world.catalog.openCopy({ ...copy, state: 'copying' });
    await world.catalog.advanceCopy(id, RECOVERY, 'copied');
    await world.catalog.advanceCopy(id, RECOVERY, 'proven', { provenAt: older });
    await restored('orders', member.run, NOON, 'failed');
    const error = { Error: 'RestoreFailed', Cause: '{}' };
    await recordMember({ failover, member, state: { error } }, ports(), NOON);
    running.clear();
    return { id, failover };
  }
  const again = (more: object = {}) =>
    resolve(
      {
        request: { ...asked, ...more },
        execution: TWO,
        startedAt: new Date(later(NOON, hours(1))).toISOString(),
      },
      ports(),
      later(NOON, hours(1)),
    );
  const orders = async (move: string) => world.groups.member('shop', move, 'orders');

  test('brings a member that failed to another point, where the chosen one cannot be restored any more', async () => {
    const { id, failover } = await failedRestore();
    await again();
    expect(await orders(failover.move)).toMatchObject({ restoreTo: 'orders-hourly-20261121t110000z' });
    await world.catalog.advanceCopy('orders-hourly-20261121t110000z' as never, RECOVERY, 'quarantined');
    await again();
    expect(await orders(failover.move)).toMatchObject({
      ...{ restoreTo: id, recoveryPoint: id, state: 'failed' },
      lossSeconds: 3 * 3_600,
    });
  });

  test('brings a member that failed to the instant that is asked for, and takes no wish that comes too late', async () => {
    const { id, failover } = await failedRestore();
    await again({ to: '2026-11-21T10:00:00Z' });
    expect(await orders(failover.move)).toMatchObject({ restoreTo: id });
    for (const late of [{ without: ['billing'] }, { to: 'together' }])
      await expect(again(late)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('is ended from outside, with a word of how to go on, once', async () => {
    await begun();
    for (const _ of [1, 2]) await close({ detail: abortedOne }, ports(), NOON);
    expect(await moved()).toMatchObject({ state: 'failed', reason: { name: 'FailoverIncomplete' } });
    expect(world.events.map(({ name, sentence }) => [name, sentence])).toEqual([
      ['FailoverIncomplete', expect.stringContaining("start holdfast-failover with {'group':'shop'} again")],
    ]);
  });
});
