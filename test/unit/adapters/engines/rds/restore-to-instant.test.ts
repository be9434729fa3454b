import { describe, expect, it } from 'vitest';
import { days, hours, instant, minutes } from '../../../../../core/time/instant.ts';
import { ELSEWHERE, HOME } from '../../../embedded/rds/rds-account.ts';
import { CLUSTER, namesOf, prepareElsewhere, RdsScene, rowsOf } from './rds-scene.ts';

describe("restoring to an instant from the engine's own log", () => {
  it('brings back the rows of exactly that instant', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    scene.live(12);
    const at = instant(scene.now - hours(5) - 1_234);
    const spec = scene.restoring(point, HOME, {}, at);
    expect(await scene.driver.preflight(spec)).toEqual([]);
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    expect(rowsOf(scene, spec)).toEqual(scene.account.rds.rowsAt('orders', HOME, at));
  });

  it('gives the new cluster the captured retention although the source has another by now', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    scene.account.call('ModifyDBCluster', {
      DBClusterIdentifier: 'orders',
      BackupRetentionPeriod: 3,
      ApplyImmediately: true,
    });
    scene.live(4);
    const spec = scene.restoring(point, HOME, {}, instant(scene.now - hours(1)));
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
  });

  it.each([
    ['before', -days(15)],
    ['after', minutes(1)],
  ])('is refused %s the window, which it names', async (_side, offset) => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const spec = scene.restoring(point, HOME, {}, instant(scene.now + offset));
    const reasons = await scene.driver.preflight(spec);
    expect(namesOf(reasons)).toEqual(['WindowNotCovered']);
    expect(reasons[0]?.message).toMatch(/restorable window is 2026-11-07T\S+Z to 2026-11-21T\S+Z/);
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({ name: 'RestoreFailed' });
  });

  it('is refused in another region, where the log is not', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    const spec = scene.restoring(point, ELSEWHERE, prepareElsewhere(scene), instant(scene.now - hours(1)));
    expect(namesOf(await scene.driver.preflight(spec))).toEqual(['WindowNotCovered']);
  });

  it('has a window while the cluster is there, and none afterwards', async () => {
    const scene = new RdsScene();
    const window = await scene.driver.window(CLUSTER, scene.now);
    expect(window?.earliest).toBe(scene.now - days(14));
    expect(scene.now - window!.latest).toBeLessThanOrEqual(minutes(5));
    expect(await scene.driver.window({ ...CLUSTER, clusterId: 'gone' }, scene.now)).toBeUndefined();
  });
});
