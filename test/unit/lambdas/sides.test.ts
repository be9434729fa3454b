import { describe, expect, test } from 'vitest';
import { ServiceUnavailable } from '../../../core/errors/registry.ts';
import type { Epoch } from '../../../core/groups/group.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { turned } from '../../../core/plan/turned.ts';
import { hours, iso, minutes } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { activeHere, sidesOf } from '../../../lambdas/shared/sides.ts';
import { start } from '../../../lambdas/watch/start-backups/start.ts';
import { MemoryGroups } from '../../support/memory-groups.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const installation = {
  ...INSTALLATION,
  groups: [
    { name: 'web', layers: [['orders']], to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) },
  ],
};
const NINE = time('2026-11-21T09:00:00Z');
const taken: Epoch = { group: 'web', number: 2, active: RECOVERY, since: NINE, move: 'failover-web-1' };
const back: Epoch = { group: 'web', number: 3, active: HOME, since: NINE, move: 'failback-web-1' };

function world(): TaskWorld {
  const made = new TaskWorld();
  made.installation = installation;
  return made;
}
const offIn = async (of: TaskWorld, region: string) =>
  (await sidesOf(installation, of.ports(region))).offHere('orders')?.name;

test('in the first epoch home is active, and the other region is not', async () => {
  expect(await offIn(world(), HOME)).toBeUndefined();
  expect(await offIn(world(), RECOVERY)).toBe('FencedOff');
});

test('a region that has just come back believes the higher number of the other one', async () => {
  const of = world();
  of.elsewhere = new MemoryGroups();
  await (of.elsewhere as MemoryGroups).raise(taken);
  expect(await offIn(of, HOME)).toBe('FencedOff');
});

test('a lower number of the other region, which is behind itself, changes nothing', async () => {
  const of = world();
  await of.groups.raise(taken);
  await of.groups.raise(back);
  of.elsewhere = new MemoryGroups();
  await (of.elsewhere as MemoryGroups).raise(taken);
  expect(await offIn(of, HOME)).toBeUndefined();
});

test('where the other region does not answer the own record decides', async () => {
  const of = world();
  of.elsewhere = { epoch: () => Promise.reject(new ServiceUnavailable('it is dark')) };
  expect(await offIn(of, HOME)).toBeUndefined();
  await of.groups.raise(taken);
  expect(await offIn(of, HOME)).toBe('FencedOff');
  expect(await offIn(of, RECOVERY)).toBeUndefined();
});

test('nothing is kept from expiring but what is active away from home', async () => {
  const of = world();
  const keeps = async (region: string) =>
    (await sidesOf(installation, of.ports(region))).keepsAll('orders')?.name;
  expect(await keeps(RECOVERY)).toBeUndefined();
  await of.groups.raise(taken);
  expect([await keeps(HOME), await keeps(RECOVERY)]).toEqual(['FencedOff', 'FencedOff']);
  await of.groups.raise(back);
  expect([await keeps(HOME), await keeps(RECOVERY)]).toEqual([undefined, undefined]);
});

test('a cluster of no group has no sides, and without groups nobody is asked', async () => {
  const of = world();
  await of.groups.raise(taken);
  const sides = await sidesOf(installation, of.ports(HOME));
  expect(sides.offHere('billing')).toBeUndefined();
  of.elsewhere = { epoch: () => Promise.reject(new Error('nobody asks')) };
  expect((await sidesOf(INSTALLATION, of.ports(HOME))).offHere('orders')).toBeUndefined();
});

test('what is left out is counted, and nothing rings', async () => {
  const of = world();
  await of.groups.raise(taken);
  const ports = of.ports(HOME);
  const left = activeHere(installation.clusters, await sidesOf(installation, ports), installation, ports);
  expect(left.map(({ name }) => name)).toEqual(['billing']);
  expect(of.metrics).toEqual([expect.objectContaining({ name: 'FencedClusters', value: 1 })]);
  expect(of.errors).toEqual([]);
});

test('a schedule starts no backup of a cluster whose side is elsewhere', async () => {
  const of = world();
  await of.groups.raise(taken);
  const request = { plan: 'gold', rule: 'hourly', scheduledAt: '2026-11-21T10:00:00Z' };
  expect(await start(request, of.ports(HOME))).toEqual({ started: 1, alreadyStarted: 0 });
  expect(of.started.map(({ name }) => name)).toEqual(['billing-hourly-20261121t100000z']);
});

describe('what a failover is bringing', () => {
  const request = { plan: 'gold', rule: 'hourlydr', scheduledAt: '2026-11-21T10:00:00Z' };
  const ofMove = { move: 'failover-web-1', group: 'web' };
  const member = (state: MoveMember['state'], more: Partial<MoveMember> = {}): MoveMember => ({
    ...{ ...ofMove, cluster: 'orders', layer: 0, way: 'restore', state, instant: NINE },
    ...{ lossSeconds: 0, rpoSeconds: 0, rtoSeconds: 0, forecastSeconds: 0, ...more },
  });
  const move: Move = {
    ...{ id: 'failover-web-1', kind: 'failover', group: 'web', from: HOME, to: RECOVERY, state: 'moving' },
    askedAt: NINE,
  };
  async function moving(one: MoveMember | undefined, of: Move = move) {
    const made = world();
    await made.groups.raise(taken);
    await made.groups.openMove(of, one ? [one] : []);
    const into = { ...cluster('orders'), restoreInto: { [RECOVERY]: { bucket: 'orders-away' } } };
    const away = turned({ ...installation, clusters: [into] }, RECOVERY)!;
    made.installation = away;
    const captured = await capture(
      {
        request: { cluster: 'orders' },
        execution: 'execution-1',
        startedAt: iso(NINE),
      },
      made.ports(RECOVERY),
      NINE,
    ).then(
      ({ outcome }) => outcome,
      ({ name }: Error) => name,
    );
    const { started } = await start(request, made.ports(RECOVERY));
    return { started, captured, points: (await made.catalog.points('orders', NINE)).length };
  }
  const LEFT_ALONE = { started: 0, captured: 'FencedOff', points: 0 };
  const CAPTURED = { started: 1, captured: 'shards', points: 1 };

  test.each(['planned', 'moving', 'failed'] as const)(
    'is not captured while it is %s: half of it may lie there',
    async (state) => expect(await moving(member(state))).toEqual(LEFT_ALONE),
  );

  test('is captured as soon as it serves, also before it is switched or the others are there', async () => {
    expect(await moving(member('serving', { servingAt: NINE }))).toEqual(CAPTURED);
    expect(await moving(member('switched', { servingAt: NINE }))).toEqual(CAPTURED);
  });

  test('is captured where it was left behind and is brought by hand, and where a planned move brought it', async () => {
    expect(await moving(undefined)).toEqual(CAPTURED);
    expect(await moving(member('moving'), { ...move, kind: 'switchover' })).toEqual(CAPTURED);
  });
});
