import { beforeEach, describe, expect, test } from 'vitest';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { begin } from '../../../lambdas/restore/begin-restore/begin.ts';
import { poll } from '../../../lambdas/restore/poll-restore/poll.ts';
import { resolve } from '../../../lambdas/restore/resolve-restore/resolve.ts';
import { restoreOne } from '../../../lambdas/restore/restore-shard/restore.ts';
import { resolved } from '../../../workflows/contracts/restore.ts';
import { carried, copied, sealed } from '../../support/task-runs.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NINE = time('2026-11-21T09:00:00Z');
const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-restore:r';

let world: TaskWorld;
beforeEach(async () => {
  world = new TaskWorld();
  world.installation = {
    ...INSTALLATION,
    clusters: [{ ...cluster('orders'), restoreInto: { [RECOVERY]: { bucket: 'dr' } } }, cluster('billing')],
    groups: [
      {
        name: 'shop',
        layers: [['orders']],
        to: RECOVERY,
        maxSkew: minutes(15),
        approvalWithin: hours(1),
      },
    ],
  };
  await copied(world, 'orders', await sealed(world, 'orders', 'hourly', NINE), later(NINE, minutes(5)));
});

const raised = (number: number, active: string) =>
  world.groups.raise({ group: 'shop', number, active, since: NOON, move: `move-${number}` });
const difference = (target: object | undefined, region = HOME) =>
  resolve(
    {
      request: { cluster: 'orders', to: 'latest', mode: 'difference', ...(target && { target }) },
      execution: EXECUTION,
      startedAt: '2026-11-21T12:00:00Z',
    },
    world.ports(region),
    NOON,
  );

describe('a restore by difference, which writes over what is there and asks nobody', () => {
  test('goes over the side of its own cluster that fell behind', async () => {
    await raised(2, RECOVERY);
    expect(await difference({ bucket: 'orders-files', prefix: '' })).toMatchObject({
      target: { bucket: 'orders-files', prefix: '' },
    });
    await raised(3, HOME);
    expect(await difference({ bucket: 'dr', prefix: '' }, RECOVERY)).toMatchObject({
      target: { bucket: 'dr', prefix: '' },
    });
  });

  test.each([
    [
      'the bucket of another cluster, which may well be the true one',
      { bucket: 'billing-files', prefix: '' },
    ],
    ['a folder, which may be another cluster of the same bucket', { bucket: 'orders-files', prefix: 'x/' }],
    ['nowhere in particular', undefined],
  ])('does not go over %s', async (_, target) => {
    await raised(2, RECOVERY);
    await expect(difference(target)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('s3://orders-files/'),
    });
  });

  test('does not go over the true side', async () => {
    await expect(difference({ bucket: 'orders-files', prefix: '' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('is active in'),
    });
  });
});

describe('a restore by difference of a failover that comes where its group has been before', () => {
  const comes = async (state: 'moving' | 'switched', of: 'moving' | 'failed' = 'moving') => {
    await raised(2, RECOVERY);
    const move = { id: 'move-2', kind: 'failover', group: 'shop', from: HOME, to: RECOVERY } as const;
    const plan = { layer: 0, way: 'restore', instant: NINE, lossSeconds: 0, rpoSeconds: 0 } as const;
    const member = { move: 'move-2', group: 'shop', cluster: 'orders', rtoSeconds: 0, forecastSeconds: 0 };
    await world.groups.openMove({ ...move, state: of, askedAt: NOON }, [{ ...member, ...plan, state }]);
    return difference({ bucket: 'dr', prefix: '' }, RECOVERY);
  };

  test('goes over what it left there, until the member serves', async () => {
    expect(await comes('moving')).toMatchObject({ target: { bucket: 'dr', prefix: '' } });
  });

  test.each([
    ['once it serves', 'switched', 'moving'],
    ['once the failover has ended, however', 'moving', 'failed'],
  ] as const)('does not %s', async (_, state, of) => {
    await expect(comes(state, of)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('writes nothing more once the side that it brings up to date is the true one', async () => {
    await raised(2, RECOVERY);
    const restore = resolved.parse(await difference({ bucket: 'orders-files', prefix: '' }));
    const ports = world.ports(HOME);
    const work = carried(await begin({ restore }, ports, NOON));
    await restoreOne({ restore, shard: 0 }, ports, NOON);
    // The move that began it was stopped, and another one went home in its place.
    await raised(3, HOME);
    for (const step of [
      () => begin({ restore }, ports, NOON),
      () => restoreOne({ restore, shard: 1 }, ports, NOON),
      () => poll({ restore, work }, ports, NOON),
    ])
      await expect(step()).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
