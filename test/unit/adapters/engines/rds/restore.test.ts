import { describe, expect, it } from 'vitest';
import { snapshotName } from '../../../../../core/ids/names.ts';
import { minutes } from '../../../../../core/time/instant.ts';
import { ELSEWHERE, HOME, ORDERS } from '../../../embedded/rds/rds-account.ts';
import { CLUSTER, namesOf, prepareElsewhere, RdsScene, rowsOf, SETTINGS } from './rds-scene.ts';

describe('restoring a recovery point where it was taken', () => {
  it('brings back the rows of its instant with every setting, and the cluster goes on', async () => {
    const scene = new RdsScene();
    scene.live(6);
    const point = await scene.sealed();
    scene.live(6);
    const spec = scene.restoring(point);
    expect(await scene.driver.preflight(spec)).toEqual([]);
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    expect(rowsOf(scene, spec)).toEqual(scene.account.rds.rowsAt('orders', HOME, point.takenAt!));
    expect(rowsOf(scene, spec)).not.toEqual(scene.account.rows('orders'));
  });

  it('begun and polled twice at every step makes one cluster and each instance once', async () => {
    const scene = new RdsScene();
    const spec = scene.restoring(await scene.sealed());
    await scene.driver.beginRestore(spec);
    const first = await scene.driver.beginRestore(spec);
    await scene.until(first, async (cursor) => {
      await scene.driver.pollRestore(spec, cursor);
      return scene.driver.pollRestore(spec, cursor);
    });
    expect(scene.calls.filter((call) => call.endsWith('RestoreDBClusterFromSnapshot'))).toHaveLength(1);
    expect(scene.calls.filter((call) => call.endsWith('CreateDBInstance'))).toHaveLength(2);
  });

  it.each(['RestoreDBClusterFromSnapshot', 'CreateDBInstance', 'CreateDBClusterParameterGroup'])(
    'goes on when the answer of %s was lost',
    async (operation) => {
      const scene = new RdsScene();
      const point = await scene.sealed();
      await scene.copied(point);
      const spec = scene.restoring(point, ELSEWHERE, prepareElsewhere(scene));
      let lost = 0;
      scene.loses = (name) => name === operation && lost++ === 0;
      const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
        try {
          return await work();
        } catch (error) {
          if ((error as Error).name !== 'ServiceUnavailable') throw error;
          return work();
        }
      };
      const first = await patiently(() => scene.driver.beginRestore(spec));
      await scene.until(first, (cursor) => patiently(() => scene.driver.pollRestore(spec, cursor)));
      expect(lost).toBeGreaterThan(0);
      expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    },
  );

  it('refuses a target that exists, before it starts and when it starts', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const spec = scene.restoring(point, HOME, { clusterId: 'Orders' });
    expect(namesOf(await scene.driver.preflight(spec))).toEqual(['TargetNotEmpty']);
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({ name: 'TargetNotEmpty' });
    expect(scene.calls.filter((call) => call.includes('Restore'))).toEqual([]);
  });

  it('goes on with the cluster of another attempt that was faster by a moment', async () => {
    const scene = new RdsScene();
    const spec = scene.restoring(await scene.sealed());
    let raced = false;
    scene.before = (operation) => {
      if (operation !== 'RestoreDBClusterFromSnapshot' || raced) return;
      raced = true;
      scene.account.call(operation, {
        DBClusterIdentifier: spec.restore.id,
        SnapshotIdentifier: snapshotName(spec.point.id),
        Engine: 'aurora-postgresql',
        Tags: [{ Key: 'holdfast:restore', Value: spec.restore.id }],
      });
    };
    expect((await scene.driver.beginRestore(spec)).outcome).toBe('running');
    expect(raced).toBe(true);
  });

  it('keeps out of a cluster that took the name in that very moment', async () => {
    const scene = new RdsScene();
    const spec = scene.restoring(await scene.sealed());
    scene.before = (operation) => {
      if (operation === 'RestoreDBClusterFromSnapshot')
        scene.account.rds.seedCluster({ ...ORDERS, clusterId: spec.restore.id, createdAt: scene.now });
    };
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({ name: 'TargetNotEmpty' });
  });

  it('takes the name of a cluster that was renamed, beside the instances that kept theirs', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const away = { NewDBClusterIdentifier: 'orders-left', ApplyImmediately: true };
    scene.account.call('ModifyDBCluster', { DBClusterIdentifier: 'orders', ...away });
    scene.account.advance(minutes(5));
    const spec = scene.restoring(point, HOME, { clusterId: 'orders' });
    let lost = 0;
    scene.loses = (name) => name === 'CreateDBInstance' && lost++ === 0;
    const first = await scene.driver.beginRestore(spec);
    await scene.until(first, (cursor) =>
      scene.driver.pollRestore(spec, cursor).catch(() => scene.driver.pollRestore(spec, cursor)),
    );
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    const { DBInstances } = scene.account.call<{
      DBInstances: { DBInstanceIdentifier: string; DBClusterIdentifier: string }[];
    }>('DescribeDBInstances', {});
    expect(DBInstances.map(({ DBInstanceIdentifier: name, DBClusterIdentifier: of }) => [name, of])).toEqual([
      ['orders-1', 'orders-left'],
      ['orders-2', 'orders-left'],
      ['orders-3', 'orders'],
      ['orders-4', 'orders'],
    ]);
  });

  it('asks again later when the quota of clusters is used up', async () => {
    const scene = new RdsScene();
    const spec = scene.restoring(await scene.sealed());
    for (let i = 0; i < 39; i++) scene.account.rds.seedCluster({ ...ORDERS, clusterId: `other-${i}` });
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({
      name: 'QuotaReached',
      retryable: true,
    });
  });

  it('keeps out of the cluster that another restore has made', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.restored(scene.restoring(point, HOME, { clusterId: 'again' }));
    const other = scene.restoring(point, HOME, { clusterId: 'again' });
    expect(namesOf(await scene.driver.preflight(other))).toEqual(['TargetNotEmpty']);
    await expect(scene.driver.pollRestore(other, {})).rejects.toMatchObject({ name: 'TargetNotEmpty' });
  });

  it('says everything that stands in the way at once', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    scene.account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: snapshotName(point.id) });
    const spec = scene.restoring(point, HOME, { clusterId: 'not--a-name', subnetGroup: 'nowhere' });
    expect(namesOf(await scene.driver.preflight(spec))).toEqual([
      'TargetNotUsable',
      'TargetNotUsable',
      'RecoveryPointNotRestorable',
    ]);
  });

  it('is not sound when a setting differs from what was captured', async () => {
    const scene = new RdsScene();
    const spec = scene.restoring(await scene.sealed());
    await scene.restored(spec);
    scene.account.call('ModifyDBCluster', {
      DBClusterIdentifier: spec.restore.id,
      DeletionProtection: false,
      ApplyImmediately: true,
    });
    scene.account.advance(minutes(10));
    const verdict = await scene.driver.validate(spec, {});
    expect(!verdict.sound && verdict.reason.message).toContain(
      'deletion protection is false and was to be true',
    );
  });

  it.each([
    ['documentdb', 'docdb', '5.0.0'],
    ['neptune', 'neptune', '1.3.4.0'],
  ] as const)('works for %s, which takes fewer settings', async (engine, rdsEngine, engineVersion) => {
    const cluster = { ...CLUSTER, engine };
    const settings = { ...SETTINGS, iamAuthentication: engine === 'neptune', logExports: [] };
    const scene = new RdsScene({ ...settings, engine: rdsEngine, engineVersion }, cluster);
    scene.live(3);
    const point = await scene.sealed(scene.point('hourly', cluster), cluster);
    const spec = scene.restoring(point, HOME, {}, point.takenAt, cluster);
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    expect(rowsOf(scene, spec)).toEqual(scene.account.rds.rowsAt('orders', HOME, point.takenAt!));
  });
});

describe('a Multi-AZ DB cluster', () => {
  it('is restored where it was taken, with its instance class and without instances of ours', async () => {
    const multiAz = { engine: 'postgres', engineVersion: '16.6', multiAzInstanceClass: 'db.m6gd.large' };
    const scene = new RdsScene({ ...ORDERS, ...multiAz });
    scene.live(3);
    const point = await scene.sealed();
    const spec = scene.restoring(point);
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    expect(rowsOf(scene, spec)).toEqual(scene.account.rds.rowsAt('orders', HOME, point.takenAt!));
  });
});
