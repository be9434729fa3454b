import { describe, expect, test } from 'vitest';
import type { EngineDriver } from '../../../../../core/engines/driver.ts';
import { ServiceUnavailable } from '../../../../../core/errors/registry.ts';
import { Streams } from '../../../../../embedded/random/streams.ts';
import { captured, restore, rowsOf, tablesOf } from '../../../../support/doris-restores.ts';
import type { DorisWorld } from '../../../../support/doris-world.ts';
import { capture } from '../../../../support/driver-run.ts';

/** Calls that a machine makes again when they fail for the moment; the last of some tries has to succeed. */
function persistent(world: DorisWorld): DorisWorld {
  const driver = new Proxy(world.driver, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        for (let tries = 0; ; tries++) {
          try {
            return await (member as (...of: unknown[]) => Promise<unknown>)(...args);
          } catch (error) {
            if (!(error instanceof ServiceUnavailable) || tries > 20) throw error;
            await world.wait(2);
          }
        }
      };
    },
  }) as EngineDriver;
  return new Proxy(world, {
    get: (target, name) => (name === 'driver' ? driver : bound(target, Reflect.get(target, name))),
  });
}

const bound = (target: object, member: unknown): unknown =>
  typeof member === 'function' ? member.bind(target) : member;

/** One call of six, by no rule: a lap makes several calls, and all of them have to get through once. */
const sometimes = (seed: number): ((call: number) => boolean) => {
  const numbers = new Streams(seed).stream('answers');
  return () => numbers.chance(1 / 6);
};

describe.each([1, 2, 3, 4])('where answers are lost, seed %i', (seed) => {
  const filled = () => captured({ loses: sometimes(seed) }, persistent);

  test('each database is captured once, and the point restores to its rows', async () => {
    const { world, point } = await filled();
    const jobs = world.source.jobs.all.filter(({ kind }) => kind === 'backup');
    expect(jobs.map(({ label }) => label)).toHaveLength(2);
    const target = world.target('eu-west-1');
    expect(await restore(world, point, { target })).toMatchObject({ outcome: 'ready' });
    expect(world.restored('eu-west-1', target)).toEqual(world.truth(point.takenAt!));
  });

  test('a table is restored once, and swapped once', async () => {
    const { world, point } = await filled();
    const now = rowsOf(world, 'shop.orders');
    const change = { mode: 'swap', scope: { tables: ['shop.orders'] } } as const;
    expect(await restore(world, point, change)).toMatchObject({ outcome: 'ready' });
    expect(rowsOf(world, 'shop.orders')).toHaveLength(10);
    const [other, ...more] = tablesOf(world).filter((name) => name.startsWith('shop.orders_r'));
    expect(more).toEqual([]);
    expect(rowsOf(world, other!)).toEqual(now);
    expect(world.source.jobs.all.filter(({ kind }) => kind === 'restore')).toHaveLength(1);
  });

  test('what was dropped comes back once', async () => {
    const { world } = await filled();
    await world.sql('DROP TABLE shop.items');
    await world.wait(10);
    const asked = { at: 'latest', now: world.now(), restoreId: 'r', evenIfThere: false } as const;
    let bin: Awaited<ReturnType<NonNullable<EngineDriver['bin']>['find']>>;
    for (let tries = 0; !bin && tries < 9; tries++)
      bin = await world
        .settled(world.driver.bin!.find(world.cluster, { tables: ['shop.items'] }, asked))
        .catch(() => undefined);
    const point = await capture(world);
    expect(await restore(world, point, { bin: bin! })).toMatchObject({ outcome: 'ready' });
    expect(rowsOf(world, 'shop.items')).toHaveLength(10);
  });
});
