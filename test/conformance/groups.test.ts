import { describe, expect, it } from 'vitest';
import type { Epoch } from '../../core/groups/group.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import type { Groups } from '../../core/ports/groups.ts';
import { hours, later } from '../../core/time/instant.ts';
import { MemoryGroups } from '../support/memory-groups.ts';
import { AWAY, catalogWorld, HOME } from './catalog-backends.ts';
import { at } from './catalog-records.ts';

const NINE = at('21T09:00:00.250');
const TEN = later(NINE, hours(1));
const BACKENDS: readonly (readonly [string, () => Groups])[] = [
  ['DynamoDB behind the SDK', () => catalogWorld().groups],
  ['memory', () => new MemoryGroups()],
];

const second: Epoch = { group: 'web', number: 2, active: AWAY, since: NINE, move: 'failover-web-1' };
const third: Epoch = { group: 'web', number: 3, active: HOME, since: TEN, move: 'failback-web-1' };

const move: Move = {
  id: 'failover-web-1',
  kind: 'failover',
  group: 'web',
  from: HOME,
  to: AWAY,
  state: 'asked',
  askedAt: NINE,
  askedBy: 'ann',
};
const member = (cluster: string, layer: number): MoveMember => ({
  move: move.id,
  group: 'web',
  cluster,
  layer,
  way: 'restore',
  state: 'planned',
  instant: NINE,
  lossSeconds: 900,
  rpoSeconds: 3600,
  rtoSeconds: 7200,
  forecastSeconds: 1800,
});

describe.each(BACKENDS)('groups in a catalog in %s', (_name, make) => {
  it('are in their first epoch, until it is raised by one at a time', async () => {
    const groups = make();
    expect(await groups.epoch('web')).toBeUndefined();
    await expect(groups.raise({ ...third, number: 3 })).rejects.toMatchObject({ name: 'FencedOff' });
    expect(await groups.raise(second)).toEqual(second);
    expect(await groups.epoch('web')).toEqual(second);
    expect(await groups.epoch('other')).toBeUndefined();
  });

  it('keep the epochs before, so that an instant tells its true side', async () => {
    const groups = make();
    await groups.raise(second);
    const before = [{ number: 2, active: AWAY, since: NINE }];
    expect(await groups.raise(third)).toEqual({ ...third, before });
    expect(await groups.epoch('web')).toEqual({ ...third, before });
  });

  it('are raised once by a move that asks twice, and not by another one to the same number', async () => {
    const groups = make();
    await groups.raise(second);
    expect(await groups.raise({ ...second, since: TEN })).toEqual(second);
    await expect(groups.raise({ ...second, move: 'failover-web-2' })).rejects.toMatchObject({
      name: 'FencedOff',
    });
    expect(await groups.epoch('web')).toEqual(second);
  });

  it('have moves, opened once with their members, newest first', async () => {
    const groups = make();
    const all = [member('shop', 1), member('orders', 0)];
    expect(await groups.openMove(move, all)).toEqual(move);
    expect(await groups.openMove({ ...move, askedBy: 'ben' }, [])).toEqual(move);
    const home: Move = {
      ...move,
      id: 'failback-web-1',
      kind: 'failback',
      from: AWAY,
      to: HOME,
      askedAt: TEN,
    };
    await groups.openMove(home, []);
    expect(await groups.moves('web')).toEqual([home, move]);
    expect(await groups.move('web', move.id)).toEqual(move);
    expect(await groups.move('web', 'failover-web-9')).toBeUndefined();
    expect(await groups.moves('other')).toEqual([]);
    expect(await groups.members('web', move.id)).toEqual([member('orders', 0), member('shop', 1)]);
    expect(await groups.members('web', home.id)).toEqual([]);
  });

  it('move on from the state that was read, and from no other', async () => {
    const groups = make();
    await groups.openMove(move, []);
    const approved: Move = { ...move, state: 'approved', approvedBy: 'ben' };
    await groups.recordMove(approved, move);
    expect(await groups.move('web', move.id)).toEqual(approved);
    await expect(groups.recordMove({ ...move, state: 'refused' }, move)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
    await expect(groups.recordMove({ ...approved, id: 'nobody' }, move)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
    expect(await groups.move('web', move.id)).toEqual(approved);
  });

  it('write down what becomes of a member', async () => {
    const groups = make();
    await groups.openMove(move, [member('orders', 0), member('shop', 1)]);
    const serving: MoveMember = {
      ...member('orders', 0),
      state: 'switched',
      servingAt: TEN,
      target: 's3://restored',
      achievedRtoSeconds: 3600,
      switched: ['/shop/orders is s3://restored'],
    };
    await groups.recordMember(serving);
    expect(await groups.member('web', move.id, 'orders')).toEqual(serving);
    expect(await groups.member('web', move.id, 'shop')).toEqual(member('shop', 1));
    expect(await groups.member('web', move.id, 'nobody')).toBeUndefined();
  });
});
