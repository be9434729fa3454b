import { describe, expect, it } from 'vitest';
import type { RestoreSpec } from '../../../../../core/engines/driver.ts';
import { snapshotName } from '../../../../../core/ids/names.ts';
import { days, hours, instant, minutes } from '../../../../../core/time/instant.ts';
import { ELSEWHERE, HOME, keyIn, ORDERS } from '../../../embedded/rds/rds-account.ts';
import { CLUSTER, RdsScene, SETTINGS } from './rds-scene.ts';

const rowsOf = (scene: RdsScene, spec: RestoreSpec) =>
  scene.account.rds.rowsAt(spec.target.clusterId ?? spec.restore.id, spec.region, scene.now);

const names = (reasons: readonly { readonly name: string }[]): string[] =>
  reasons.map((reason) => reason.name);

/** The other region has a network, as a deployment prepares it. */
function prepareElsewhere(scene: RdsScene): { subnetGroup: string; securityGroups: string[] } {
  const network = { subnetGroup: 'private', securityGroups: ['sg-elsewhere'] };
  scene.account.rds.seedNetwork(ELSEWHERE, network);
  return network;
}

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
    expect(names(await scene.driver.preflight(spec))).toEqual(['TargetNotEmpty']);
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({ name: 'TargetNotEmpty' });
    expect(scene.calls.filter((call) => call.includes('Restore'))).toEqual([]);
  });

  it('keeps out of the cluster that another restore has made', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.restored(scene.restoring(point, HOME, { clusterId: 'again' }));
    const other = scene.restoring(point, HOME, { clusterId: 'again' });
    expect(names(await scene.driver.preflight(other))).toEqual(['TargetNotEmpty']);
    await expect(scene.driver.pollRestore(other, {})).rejects.toMatchObject({ name: 'TargetNotEmpty' });
  });

  it('says everything that stands in the way at once', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    scene.account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: snapshotName(point.id) });
    const spec = scene.restoring(point, HOME, { clusterId: 'not--a-name', subnetGroup: 'nowhere' });
    expect(names(await scene.driver.preflight(spec))).toEqual([
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

describe('restoring in another region', () => {
  it('brings back rows and settings when the region of capture is gone', async () => {
    const scene = new RdsScene();
    scene.live(6);
    const point = await scene.sealed();
    await scene.copied(point);
    const network = prepareElsewhere(scene);
    scene.account.darkRegions.add(HOME);
    scene.vaults.get(HOME)!.objects.clear();
    const spec = scene.restoring(point, ELSEWHERE, network);
    scene.calls.length = 0;
    expect(await scene.driver.preflight(spec)).toEqual([]);
    expect((await scene.restored(spec)).outcome).toBe('ready');
    expect(await scene.driver.validate(spec, {})).toMatchObject({ sound: true });
    expect(scene.calls.filter((call) => call.startsWith(HOME))).toEqual([]);
    expect(rowsOf(scene, spec)).toEqual(scene.account.rds.rowsAt('orders', HOME, point.takenAt!));
  });

  it('makes the parameter group anew with all that was set', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    await scene.restored(scene.restoring(point, ELSEWHERE, prepareElsewhere(scene)));
    const { Parameters } = scene.account.call<{
      Parameters: { ParameterName: string; ParameterValue: string }[];
    }>(
      'DescribeDBClusterParameters',
      { DBClusterParameterGroupName: 'shop-tuned', Source: 'user' },
      ELSEWHERE,
    );
    expect(Object.fromEntries(Parameters.map((one) => [one.ParameterName, one.ParameterValue]))).toEqual(
      SETTINGS.parameterGroup.parameters,
    );
  });

  it('needs a network of that region and says which part is missing', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    const reasons = await scene.driver.preflight(scene.restoring(point, ELSEWHERE));
    expect(reasons.map((reason) => reason.message)).toEqual([
      expect.stringContaining('no DB subnet group private in eu-central-1'),
      expect.stringContaining('the captured security groups sg-shop belong to eu-west-1'),
    ]);
  });

  it('is not possible before the point has been copied there', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    expect(names(await scene.driver.preflight(scene.restoring(point, ELSEWHERE)))).toEqual([
      'ManifestIncomplete',
    ]);
  });

  it('stops when the key of that region is disabled', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    scene.account.disabledKeys.add(keyIn(ELSEWHERE));
    await expect(
      scene.driver.beginRestore(scene.restoring(point, ELSEWHERE, prepareElsewhere(scene))),
    ).rejects.toMatchObject({ name: 'KeyNotUsable' });
  });
});

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

  it.each([
    ['before', -days(15)],
    ['after', minutes(1)],
  ])('is refused %s the window, which it names', async (_side, offset) => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const spec = scene.restoring(point, HOME, {}, instant(scene.now + offset));
    const reasons = await scene.driver.preflight(spec);
    expect(names(reasons)).toEqual(['WindowNotCovered']);
    expect(reasons[0]?.message).toMatch(/restorable window is 2026-11-07T\S+Z to 2026-11-21T\S+Z/);
    await expect(scene.driver.beginRestore(spec)).rejects.toMatchObject({ name: 'RestoreFailed' });
  });

  it('is refused in another region, where the log is not', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    const spec = scene.restoring(point, ELSEWHERE, prepareElsewhere(scene), instant(scene.now - hours(1)));
    expect(names(await scene.driver.preflight(spec))).toEqual(['WindowNotCovered']);
  });

  it('has a window while the cluster is there, and none afterwards', async () => {
    const scene = new RdsScene();
    const window = await scene.driver.window(CLUSTER, scene.now);
    expect(window?.earliest).toBe(scene.now - days(14));
    expect(scene.now - window!.latest).toBeLessThanOrEqual(minutes(5));
    expect(await scene.driver.window({ ...CLUSTER, clusterId: 'gone' }, scene.now)).toBeUndefined();
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
