import { describe, expect, test } from 'vitest';
import { captured, restore } from '../../../../support/doris-restores.ts';
import { HOME, RECOVERY } from '../../../../support/doris-world.ts';
import { copyTo, restoreSpec } from '../../../../support/driver-run.ts';

describe('into another cluster', () => {
  test('nothing is left there by looking, whether it may begin or not', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    const { repositories } = world.fleet.find(target.clusterId!, RECOVERY)!.jobs;
    const look = (table: string) => {
      const scope = { tables: [table] };
      return world.driver.preflight(restoreSpec(world, point, RECOVERY, target, { scope }));
    };
    expect(await look('shop.orders')).toEqual([]);
    expect(await look('shop.nobody')).toMatchObject([{ name: 'InvalidInput' }]);
    expect(world.sent.filter((sql) => sql.startsWith('CREATE READ ONLY REPOSITORY'))).toHaveLength(2);
    expect([...repositories.keys()]).toEqual([]);
  });

  test('everything has its own names, wherever these are free', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    expect(await restore(world, point, { region: RECOVERY, target })).toMatchObject({ outcome: 'ready' });
    expect(world.restored(RECOVERY, target)).toEqual(world.truth(point.takenAt!));
  });

  test('which has one of the tables, is refused; under names of their own they come beside it', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    const scope = { tables: ['shop.orders'] };
    await restore(world, point, { region: RECOVERY, target, scope });
    await world.wait(60);
    expect(await restore(world, point, { region: RECOVERY, target, scope })).toMatchObject({
      reason: { name: 'TargetNotEmpty', message: expect.stringContaining('"mode": "beside"') },
    });
    const done = await restore(world, point, { region: RECOVERY, target, scope, mode: 'beside' });
    expect(done.outcome).toBe('ready');
  });

  test('that another restore filled meanwhile is refused before anything is written over', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const target = world.target(RECOVERY);
    const into = { region: RECOVERY, target };
    const other = (lap: number) => lap === 0 && restore(world, point, into);
    expect(await restore(world, point, into, other)).toMatchObject({ reason: { name: 'TargetNotEmpty' } });
    expect(world.sent.filter((sql) => sql.startsWith('RESTORE'))).toHaveLength(2);
    expect(world.restored(RECOVERY, target)).toEqual(world.truth(point.takenAt!));
  });

  test('of which another restore filled a part meanwhile fails, because the rest was begun', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    const into = { region: RECOVERY, target: world.target(RECOVERY) };
    const scope = { tables: ['shop.orders', 'shop.items'] };
    let filled = false;
    const other = async () => {
      if (filled || !world.sent.some((sql) => sql.startsWith('RESTORE'))) return;
      filled = true;
      await restore(world, point, { ...into, scope: { tables: ['shop.items'] } });
    };
    expect(await restore(world, point, { ...into, scope }, other)).toMatchObject({
      reason: { name: 'RestoreFailed', message: expect.stringContaining('shop.items is there already') },
    });
  });

  test('with fewer backends than three takes as many replicas as it has backends', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    world.add('small', RECOVERY, { backends: 1 });
    const change = { region: RECOVERY, target: { clusterId: 'small' } };
    expect(await restore(world, point, change)).toMatchObject({ outcome: 'ready' });
    expect(world.sent.filter((sql) => sql.startsWith('RESTORE'))).toEqual([
      expect.stringContaining('"replication_num" = "1"'),
      expect.stringContaining('"replication_num" = "1"'),
    ]);
  });

  test('of an earlier version is refused', async () => {
    const { world, point } = await captured({ source: { version: '4.0.1' } });
    await copyTo(world, point, RECOVERY);
    world.add('old', RECOVERY, { version: '3.0.6' });
    expect(await restore(world, point, { region: RECOVERY, target: { clusterId: 'old' } })).toMatchObject({
      reason: { name: 'TargetNotUsable', message: expect.stringContaining('same version or a later one') },
    });
  });

  test('that nobody named is refused, with what to name', async () => {
    const { world, point } = await captured();
    await copyTo(world, point, RECOVERY);
    expect(await restore(world, point, { region: RECOVERY })).toMatchObject({
      reason: { name: 'TargetNotUsable', message: expect.stringContaining(`restoreInto.${RECOVERY}.reach`) },
    });
  });
});

describe('an abandoned restore', () => {
  test('is cancelled, its repository goes, and it says what is left and how to remove it', async () => {
    const { world, point } = await captured();
    const spec = restoreSpec(world, point, HOME, {});
    await world.driver.preflight(spec);
    let step = await world.driver.beginRestore(spec);
    world.source.faults.sticksTransfers = true;
    for (let lap = 0; lap < 8 && 'cursor' in step && step.outcome === 'running'; lap++) {
      await world.wait(step.pollAfterSeconds);
      step = await world.driver.pollRestore(spec, step.cursor);
    }
    const { cluster, region, restore: record } = spec;
    const reason = { name: 'RestoreOverdue', message: 'it took too long' };
    const left = await world.driver.abandonRestore({ cluster, region, restore: record, reason });
    expect(left).toMatchObject({
      target: 'unfinished',
      left: expect.stringMatching(/lies in shop_r\w{7}, crm_r\w{7}: look at it, and DROP DATABASE/),
    });
    for (const database of world.source.catalog.databases.keys())
      for (const row of (await world.sql(`SHOW RESTORE FROM \`${database}\``)).answers[0]!.rows)
        expect(row['State']).toBe('CANCELLED');
    expect((await world.sql('SHOW REPOSITORIES')).answers[0]!.rows).toEqual([]);
  });
});
