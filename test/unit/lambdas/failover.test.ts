import { beforeEach, describe, expect, test } from 'vitest';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { adopt } from '../../../lambdas/failover/adopt-restore/adopt.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { record as recordMember } from '../../../lambdas/failover/record-member/record.ts';
import { FailoverWorld, NOON, ONE, TWO } from '../../support/failover-world.ts';

let failing: FailoverWorld;
beforeEach(async () => {
  failing = await FailoverWorld.of();
});

describe('a failover whose tasks are repeated', () => {
  test('asks one question about one move', async () => {
    const first = await failing.resolveBy(ONE);
    expect(await failing.resolveBy(ONE, NOON)).toEqual(first);
    expect(await failing.tasks.groups.moves('shop')).toHaveLength(1);
    expect(first.facts['orders']).toContain('gives up 1 h');
  });

  test('says who is left behind, and what that means', async () => {
    expect((await failing.resolveBy(ONE)).sentence).not.toContain('left behind');
    failing.running.clear();
    const { sentence, facts } = await failing.resolveBy(TWO, later(NOON, minutes(1)), {
      without: ['billing'],
    });
    expect(sentence).toContain('left behind: billing, protected on neither side until restored by hand');
    expect(facts).toMatchObject({ members: 1, leftBehind: 'billing' });
  });

  test('raises the epoch once, and not over somebody else', async () => {
    const failover = await failing.resolveBy(ONE);
    for (const _ of [1, 2])
      expect(await raise({ execution: ONE, failover }, failing.ports(), NOON)).toEqual({ epoch: 2 });
    expect(await failing.moved()).toMatchObject({ state: 'moving', epoch: 2 });
    await failing.tasks.groups.raise({
      group: 'shop',
      number: 3,
      active: 'eu-west-1',
      since: NOON,
      move: 'failback',
    });
    await expect(raise({ execution: ONE, failover }, failing.ports(), NOON)).rejects.toMatchObject({
      name: 'FencedOff',
    });
  });

  test('hands out a layer under the same names, and the next one only when it serves', async () => {
    const { failover, member } = await failing.begun();
    expect(member).toMatchObject({ cluster: 'orders', how: 'restore', to: 'orders-hourly-20261121t110000z' });
    expect((await failing.nextOf(failover, ONE)).members).toEqual([member]);
    expect(await failing.nextOf(failover, ONE, { layer: 0, lap: 1 })).toMatchObject({
      outcome: 'incomplete',
    });
    await failing.restored('orders', member.run, NOON, 'restored');
    await adopt({ execution: ONE, failover, member, state: {} }, failing.ports(), later(NOON, hours(3)));
    await recordMember({ failover, member, state: { switched: { switched: [] } } }, failing.ports(), NOON);
    expect(await failing.nextOf(failover, ONE, { layer: 0, lap: 1 })).toMatchObject({
      outcome: 'members',
      layer: 1,
      members: [{ cluster: 'billing' }],
    });
    // What was measured is the restore's own end, not when somebody came to look.
    expect(await failing.tasks.groups.member('shop', failover.move, 'orders')).toMatchObject({
      achievedRtoSeconds: 600,
    });
  });

  test('a restore that failed is told in its own words', async () => {
    const { failover, member } = await failing.begun();
    await failing.restored('orders', member.run, NOON, 'failed');
    const looked = adopt({ execution: ONE, failover, member, state: {} }, failing.ports(), NOON);
    await expect(looked).rejects.toMatchObject({ name: 'RestoreFailed', message: 'KeyNotUsable: gone' });
  });
});
