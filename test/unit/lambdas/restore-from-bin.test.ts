import { describe, expect, test } from 'vitest';
import type { EngineDriver, Recovered, RecycleBin } from '../../../core/engines/driver.ts';
import { ClusterUnreachable } from '../../../core/errors/registry.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { readWish } from '../../../core/recovery/wish.ts';
import { fromBin, spokenBin } from '../../../lambdas/restore/resolve-restore/from-bin.ts';
import { HOME, RECOVERY, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ENTRY: Recovered = { kind: 'table', name: 'shop.orders', id: '7', dropped: '2026-11-21 11:00:00' };
const scope = { tables: ['shop.orders'] };

type Find = RecycleBin['find'];
const NEVER: Find = () => Promise.reject(new Error('nobody is to look'));

function look(
  find: Find | undefined,
  more: { to?: string; from?: 'bin' | 'backup'; scope?: typeof scope | undefined; region?: string } = {},
) {
  const { to = 'latest', from, region = HOME } = more;
  const bin = find && { find, list: () => Promise.reject(), purge: () => Promise.reject() };
  return fromBin(
    {
      cluster: { name: 'olap', engine: 'doris' } as Cluster,
      wish: readWish(to) as never,
      scope: 'scope' in more ? more.scope : scope,
      ...{ from, home: HOME, restoreId: 'r', now: NOON },
    },
    { region, drivers: () => ({ ...(bin && { bin }) }) as unknown as EngineDriver },
  );
}

describe('what was dropped', () => {
  test('is taken from the bin that has it', async () => {
    expect(await look(async () => [ENTRY])).toEqual([ENTRY]);
    expect(await look(async () => [ENTRY], { to: '2026-11-21T11:30:00Z' })).toEqual([ENTRY]);
  });

  test('is asked for by what the request means', async () => {
    const asked: unknown[] = [];
    const find: Find = async (_, of, rest) => {
      asked.push([of, rest.at, rest.evenIfThere]);
      return [ENTRY];
    };
    await look(find);
    await look(find, { to: '2026-11-21T11:30:00Z', from: 'bin' });
    expect(asked).toEqual([
      [scope, 'latest', false],
      [scope, time('2026-11-21T11:30:00Z'), true],
    ]);
  });

  test.each([
    ['a recovery point is asked for', { from: 'backup' as const }],
    ['a recovery point is named', { to: 'olap-daily-20261121t030000z' }],
    ['everything is wanted', { scope: undefined }],
    ['it is another region', { region: RECOVERY }],
  ])('is not looked for when %s', async (_, more) => {
    expect(await look(NEVER, more)).toBeUndefined();
  });

  test('comes from a recovery point when the bin has it not, or the cluster cannot be asked', async () => {
    expect(await look(async () => undefined)).toBeUndefined();
    const gone: Find = () => Promise.reject(new ClusterUnreachable('the frontend is down'));
    expect(await look(gone)).toBeUndefined();
    await expect(look(gone, { from: 'bin' })).rejects.toMatchObject({ name: 'ClusterUnreachable' });
    await expect(look(NEVER)).rejects.toThrow('nobody is to look');
  });

  test('asked for from the bin alone, is refused by name where that cannot be', async () => {
    await expect(look(async () => undefined, { from: 'bin' })).rejects.toMatchObject({
      name: 'NothingToRestore',
      message: expect.stringContaining('"from": "backup"'),
    });
    for (const more of [{ scope: undefined }, { region: RECOVERY }, { to: 'olap-daily-20261121t030000z' }])
      await expect(look(NEVER, { ...more, from: 'bin' })).rejects.toMatchObject({
        name: 'UnsupportedByEngine',
      });
    await expect(look(undefined, { from: 'bin' })).rejects.toMatchObject({ name: 'UnsupportedByEngine' });
    expect(await look(undefined)).toBeUndefined();
  });

  test('is said to come from there, under the name that it gets', () => {
    expect(spokenBin('olap', [ENTRY, { ...ENTRY, name: 'shop.items', as: 'items_r1' }])).toBe(
      'shop.orders, shop.items as items_r1, from the recycle bin of olap',
    );
  });
});
