import { beforeEach, describe, expect, test } from 'vitest';
import { EventRejected } from '../../../core/errors/registry.ts';
import { memberRun } from '../../../core/ids/names.ts';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { record as recordMember } from '../../../lambdas/failover/record-member/record.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import { FAILURE_NOT_TOLD } from '../../../workflows/asl/build.ts';
import { executionNamed, FailoverWorld, NOON, ONE, STATES, TWO } from '../../support/failover-world.ts';
import { RECOVERY, time } from '../../support/task-world.ts';

const THREE = executionNamed('three');
const abortedOne = {
  ...{ executionArn: ONE, stateMachineArn: `${STATES}:stateMachine:holdfast-failover`, status: 'ABORTED' },
  ...{ name: 'one', startDate: NOON, input: JSON.stringify({ group: 'shop' }) },
};

let failing: FailoverWorld;
beforeEach(async () => {
  failing = await FailoverWorld.of();
});

describe('a failover whose execution is gone', () => {
  test('is refused to another one while it runs', async () => {
    await failing.begun();
    await expect(failing.resolveBy(TWO)).rejects.toMatchObject({ name: 'MoveUnderWay' });
  });

  /** Two that were asked for in the same moment: each had looked before the other was written down. */
  async function askedTwice() {
    failing.running.clear();
    const first = await failing.resolveBy(ONE);
    await failing.resolveBy(TWO, later(NOON, minutes(1)));
    failing.running.add(ONE);
    return first;
  }

  test('is refused to another one while it runs, also when a later one was refused since', async () => {
    await askedTwice();
    await expect(failing.resolveBy(THREE, later(NOON, minutes(2)))).rejects.toMatchObject({
      name: 'MoveUnderWay',
      message: expect.stringContaining(ONE),
    });
  });

  test('is gone on with when it raised the epoch, also when a later one did not', async () => {
    const first = await askedTwice();
    await raise({ execution: ONE, failover: first }, failing.ports(), NOON);
    failing.running.clear();
    const again = await failing.resolveBy(THREE, later(NOON, hours(1)));
    expect([again.outcome, again.move]).toEqual(['again', first.move]);
  });

  test('raises nothing any more once it was ended before it had: what it showed is not what is there', async () => {
    const failover = await failing.resolveBy(ONE);
    await close({ detail: abortedOne }, failing.ports(), NOON);
    await expect(raise({ execution: ONE, failover }, failing.ports(), NOON)).rejects.toMatchObject({
      name: 'FencedOff',
    });
    expect(await failing.tasks.groups.epoch('shop')).toBeUndefined();
  });

  test('is not ended by a late word of an execution that another one took over from', async () => {
    await failing.begun();
    failing.running.clear();
    const failover = await failing.resolveBy(TWO, later(NOON, hours(1)));
    await raise({ execution: TWO, failover }, failing.ports(), NOON);
    await close({ detail: abortedOne }, failing.ports(), NOON);
    expect(await failing.moved()).toMatchObject({ state: 'moving', execution: TWO });
    expect(failing.tasks.events).toEqual([]);
  });

  test.each([
    ['a restore that runs still is waited for', 'running', 'restore', true],
    ['a restore that ended well is taken over', 'restored', 'look', true],
    ['a restore that failed is tried again under another name', 'failed', 'restore', false],
  ] as const)('%s', async (_, standing, how, sameRun) => {
    const { member } = await failing.begun();
    failing.running.clear();
    if (standing === 'running') failing.running.add(`${STATES}:execution:holdfast-restore:${member.run}`);
    else await failing.restored('orders', member.run, NOON, standing);
    const failover = await failing.resolveBy(TWO, later(NOON, hours(1)));
    expect([failover.outcome, failover.epoch]).toEqual(['again', 2]);
    await raise({ execution: TWO, failover }, failing.ports(), NOON);
    const { members } = await failing.nextOf(failover, TWO);
    const run = sameRun ? member.run : memberRun('orders', TWO, NOON);
    expect(members).toEqual([{ ...member, how, run }]);
  });

  /** A member whose restore failed, with an older point beside the one that was chosen. */
  async function failedRestore() {
    const { member, failover } = await failing.begun();
    const id = await failing.prove('orders', time('2026-11-21T09:00:00Z'));
    await failing.restored('orders', member.run, NOON, 'failed');
    const error = { Error: 'RestoreFailed', Cause: '{}' };
    await recordMember({ failover, member, state: { error } }, failing.ports(), NOON);
    failing.running.clear();
    return { id, failover };
  }
  const again = (more: object = {}) => failing.resolveBy(TWO, later(NOON, hours(1)), more);
  const orders = async (move: string) => failing.tasks.groups.member('shop', move, 'orders');

  test('brings a member that failed to another point, where the chosen one cannot be restored any more', async () => {
    const { id, failover } = await failedRestore();
    await again();
    expect(await orders(failover.move)).toMatchObject({ restoreTo: 'orders-hourly-20261121t110000z' });
    await failing.tasks.catalog.advanceCopy(
      'orders-hourly-20261121t110000z' as never,
      RECOVERY,
      'quarantined',
    );
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

  test('is ended from outside, with a word of how to go on, which a repetition says again', async () => {
    await failing.begun();
    const rejected = { announce: () => Promise.reject(new EventRejected('the entry was not taken')) };
    const deaf = { ...failing.ports(), announcer: rejected };
    await expect(close({ detail: abortedOne }, deaf, NOON)).rejects.toMatchObject({ name: 'EventRejected' });
    expect(await failing.moved()).toMatchObject({ state: 'failed', reason: { name: 'FailoverIncomplete' } });
    await close({ detail: abortedOne }, failing.ports(), NOON);
    expect(failing.tasks.events.map(({ name, sentence }) => [name, sentence])).toEqual([
      ['FailoverIncomplete', expect.stringContaining("start holdfast-failover with {'group':'shop'} again")],
    ]);
  });

  test('that was done, and was stopped before it could say so, is told and stays done', async () => {
    await failing.begun();
    const before = (await failing.moved())!;
    await failing.tasks.groups.recordMove({ ...before, state: 'moved' }, before);
    await close({ detail: { ...abortedOne, status: 'FAILED' } }, failing.ports(), NOON);
    expect(failing.tasks.events).toEqual([]);
    await close({ detail: abortedOne }, failing.ports(), NOON);
    expect(await failing.moved()).toMatchObject({ state: 'moved' });
    expect(failing.tasks.events.map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('after all of it served in'),
    ]);
  });

  test('that failed and could not say so is told with the reason that was recorded, and one that could is left alone', async () => {
    await failing.begun();
    const before = (await failing.moved())!;
    const reason = { name: 'FailoverIncomplete', message: 'a member of a layer does not serve' };
    await failing.tasks.groups.recordMove({ ...before, state: 'failed', reason }, before);
    const failed = { ...abortedOne, status: 'FAILED' };
    await close({ detail: failed }, failing.ports(), NOON);
    expect(failing.tasks.events).toEqual([]);
    await close({ detail: { ...failed, error: FAILURE_NOT_TOLD } as never }, failing.ports(), NOON);
    expect(failing.tasks.events).toMatchObject([{ name: 'FailoverIncomplete', reason }]);
  });
});
