import { beforeEach, describe, expect, test } from 'vitest';
import type { Approval } from '../../../core/approvals/approval.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { restoreId } from '../../../core/ids/names.ts';
import type { TidbCluster } from '../../../core/plan/installation.ts';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { requireMove } from '../../../lambdas/restore/wanted-by-move.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const POINT = 'ledger-manual-20261121t115500z';
const RUN = 'ledger-member-1x7k0qp-20261121t120000z';
const startedAs = (run: string) =>
  restoreId('ledger', NOON, `arn:aws:states:${HOME}:111122223333:execution:holdfast-restore:${run}`);

const sql = { host: 'tidb', port: 4_000, secret: 'arn:aws:secretsmanager:::secret:ledger', tls: false };
const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'] };
const ledger: TidbCluster = {
  ...(cluster('ledger') as unknown as TidbCluster),
  ...{ engine: 'tidb', version: 'v8.5.3', filter: [], logFlush: minutes(5) },
  reach: { pd: 'home:2379', ...network, sql },
  restoreInto: { [RECOVERY]: { reach: { pd: 'away:2379', ...network } } },
};

const MOVE: Move = {
  ...{ id: 'failback-books-1', kind: 'failback', group: 'books', from: RECOVERY, to: HOME },
  ...{ state: 'asked', askedAt: NOON, epoch: 3 },
};
const MEMBER: MoveMember = {
  ...{ move: MOVE.id, group: 'books', cluster: 'ledger', layer: 0, way: 'restore', state: 'moving' },
  ...{ instant: NOON, lossSeconds: 0, rpoSeconds: 0, rtoSeconds: 0, forecastSeconds: 0 },
  ...{ run: RUN, restoreTo: POINT },
};
const APPROVAL: Approval = {
  ...{ id: MOVE.id, about: 'writers-stopped', sentence: '', facts: {}, region: RECOVERY, askedAt: NOON },
  ...{ until: later(NOON, hours(1)), fourEyes: false, token: 'token', state: 'approved' },
};

let world: TaskWorld;
beforeEach(() => {
  world = new TaskWorld();
  const group = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
  world.installation = {
    ...INSTALLATION,
    clusters: [ledger],
    groups: [{ name: 'books', layers: [['ledger']], ...group }],
  };
});

interface Situation {
  readonly move?: Partial<Move>;
  readonly member?: Partial<MoveMember>;
  readonly approval?: Partial<Approval>;
  readonly epochs?: readonly string[];
}

/** Whether a restore, by what it was started as, may empty its cluster now. */
async function mayEmpty(
  { move, member, approval, epochs = [RECOVERY] }: Situation = {},
  run = RUN,
  region = HOME,
  point = POINT,
): Promise<void> {
  for (const [n, active] of epochs.entries())
    await world.groups.raise({ group: 'books', number: n + 2, active, since: NOON, move: `move-${n + 2}` });
  await world.groups.openMove({ ...MOVE, ...move }, [{ ...MEMBER, ...member }]);
  await world.approvals.ask({ ...APPROVAL, ...approval });
  const refill = { cluster: 'ledger', restoreId: startedAs(run), recoveryPointId: point };
  await requireMove(refill, world.ports(region));
}

const fenced = (says: string) => ({ name: 'FencedOff', message: expect.stringContaining(says) });

describe('a restore that empties its cluster first', () => {
  test('may do so for the move that began it, once somebody allowed that', async () => {
    await expect(mayEmpty()).resolves.toBeUndefined();
  });

  test.each<[string, Situation, string]>([
    ['which nobody has allowed yet', { approval: { state: 'waiting' } }, 'nobody has allowed'],
    ['which somebody has refused', { approval: { state: 'refused' } }, 'nobody has allowed'],
    ['which has failed', { move: { state: 'failed' } }, 'is failed'],
    ['which raised its epoch already', { move: { state: 'moving' } }, 'is moving'],
    ['which is over', { move: { state: 'moved' } }, 'is moved'],
    ['which goes away', { move: { kind: 'switchover', to: RECOVERY } }, 'the newest move of books'],
    ['of an epoch that was left', { epochs: [RECOVERY, HOME, RECOVERY] }, 'planned in another one'],
    ['of an epoch in which home is the true side', { epochs: [RECOVERY, HOME] }, 'the true state'],
    ['which has its member there', { member: { servingAt: NOON } }, 'no such restore'],
    ['whose member failed', { member: { state: 'failed' } }, 'no such restore'],
    ['which began another restore since', { member: { run: 'ledger-member-2' } }, 'no such restore'],
    ['which wants another point by now', { member: { restoreTo: 'ledger-2' } }, 'no such restore'],
  ])('does not for one %s', async (_, situation, says) => {
    await expect(mayEmpty(situation)).rejects.toMatchObject(fenced(says));
  });

  test('does not when a newer move was asked for', async () => {
    const newer: Move = { ...MOVE, id: 'failback-books-2', askedAt: later(NOON, minutes(5)) };
    await world.groups.openMove(newer, [{ ...MEMBER, move: newer.id, run: 'another' }]);
    await expect(mayEmpty()).rejects.toMatchObject(fenced('nobody has allowed failback-books-2'));
  });

  test('does not when a person started it, whatever that one asked for', async () => {
    await expect(mayEmpty({}, 'by-hand')).rejects.toMatchObject(fenced('no such restore'));
    await expect(mayEmpty({}, RUN, HOME, 'ledger-manual-1')).rejects.toMatchObject(fenced('no such'));
  });

  test('does not where its group has never moved', async () => {
    const refill = { cluster: 'ledger', restoreId: startedAs(RUN), recoveryPointId: POINT };
    await expect(requireMove(refill, world.ports(HOME))).rejects.toMatchObject(fenced('the true state'));
    await world.groups.raise({ group: 'books', number: 2, active: RECOVERY, since: NOON, move: 'gone' });
    await expect(requireMove(refill, world.ports(HOME))).rejects.toMatchObject(fenced('never moved'));
  });

  test('never does in the region that its group goes to', async () => {
    await expect(mayEmpty({}, RUN, RECOVERY)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('does not once the configuration names no way to empty it, or another cluster to fill', async () => {
    const [books] = world.installation.groups;
    const set = (change: Partial<TidbCluster>) => {
      world.installation = { ...INSTALLATION, clusters: [{ ...ledger, ...change }], groups: [books!] };
    };
    set({ reach: { pd: 'home:2379', ...network } });
    await expect(mayEmpty()).rejects.toMatchObject({ name: 'UnsupportedByEngine' });
    set({ restoreInto: { [HOME]: { reach: { pd: 'beside:2379', ...network } } } });
    await expect(mayEmpty()).rejects.toMatchObject({ name: 'UnsupportedByEngine' });
  });

  test('waits while the region that decides does not answer', async () => {
    const gone = async () => Promise.reject(new Error('dark'));
    const there = { groups: { epoch: gone, moves: gone, member: gone }, approvals: { approval: gone } };
    const refill = { cluster: 'ledger', restoreId: startedAs(RUN), recoveryPointId: POINT };
    await expect(requireMove(refill, { ...world.ports(HOME), movesIn: () => there })).rejects.toThrow('dark');
  });
});
