import { expect, test } from 'vitest';
import type { Step } from '../../../../../core/engines/driver.ts';
import type { Turns } from '../../../../../core/engines/turns.ts';
import { DorisWorld, HOME } from '../../../../support/doris-world.ts';
import { capture, captureSpec, openPoint, restoreSpec } from '../../../../support/driver-run.ts';

/** Turns that some hold. */
class Held {
  readonly holders = new Map<string, string>();

  of(holder: string): Turns {
    return {
      take: async (what) => {
        const other = this.holders.get(what) ?? holder;
        if (other === holder) this.holders.set(what, holder);
        return other === holder;
      },
      leave: async (what) => {
        if (this.holders.get(what) === holder) this.holders.delete(what);
      },
    };
  }
}

async function filled(): Promise<DorisWorld> {
  const world = new DorisWorld();
  world.create();
  await world.wait(5);
  return world;
}

async function laps(world: DorisWorld, turns: Turns, most: number) {
  const point = openPoint(world);
  const spec = () => ({ ...captureSpec(world, point), turns });
  let step: Step = await world.driver.begin(spec());
  for (let lap = 0; lap < most && 'cursor' in step && step.outcome !== 'ready'; lap++) {
    if (step.outcome === 'shards') for (const n of step.shards) await world.driver.captureShard(spec(), n);
    else await world.wait(step.pollAfterSeconds);
    step = await world.driver.poll(spec(), step.cursor);
  }
  return { step, spec };
}

test('a capture waits for its turn at a database, says so, and leaves every turn at its end', async () => {
  const world = await filled();
  const held = new Held();
  held.holders.set('source/crm', 'olap-restore-1');
  const { step } = await laps(world, held.of('point'), 30);
  expect(step).toMatchObject({ outcome: 'waiting', doing: expect.stringContaining('restore of crm') });
  expect(world.sent.filter((sql) => sql.startsWith('BACKUP'))).toHaveLength(1);
  held.holders.clear();
  const again = await laps(world, held.of('next'), 60);
  expect(again.step.outcome).toBe('ready');
  expect([...held.holders]).toEqual([]);
});

test('a capture holds the turn while its job runs, and gives it up when it is abandoned', async () => {
  const world = await filled();
  const held = new Held();
  world.source.faults.sticksTransfers = true;
  const { spec } = await laps(world, held.of('point'), 10);
  expect(new Set(held.holders.values())).toEqual(new Set(['point']));
  await world.driver.abandon(spec());
  expect([...held.holders]).toEqual([]);
});

test('an abandoned restore cancels its own job, and not that of another restore of the same point', async () => {
  const world = await filled();
  const point = await capture(world);
  await world.wait(60);
  const held = new Held();
  const spec = {
    ...restoreSpec(world, point, HOME, {}, { scope: { tables: ['shop.orders'] } }),
    turns: held.of('one'),
  };
  await world.driver.preflight(spec);
  let step = await world.driver.beginRestore(spec);
  world.source.faults.sticksTransfers = true;
  for (let lap = 0; lap < 6 && 'cursor' in step; lap++) {
    await world.wait(10);
    step = await world.driver.pollRestore(spec, step.cursor);
  }
  const { cluster, region, restore } = spec;
  const reason = { name: 'RestoreOverdue', message: 'it took too long' };
  const states = async () =>
    (await world.sql('SHOW RESTORE FROM shop')).answers[0]!.rows.map((row) => row['State']);
  await expect(
    world.driver.abandonRestore({ cluster, region, restore, reason, turns: held.of('another') }),
  ).rejects.toMatchObject({ name: 'EngineBusy' });
  expect(await states()).toEqual(['DOWNLOADING']);
  await world.driver.abandonRestore({ cluster, region, restore, reason, turns: held.of('one') });
  expect(await states()).toEqual(['CANCELLED']);
  expect([...held.holders]).toEqual([]);
});
