import { describe, expect, it } from 'vitest';
import { ELSEWHERE, HOME, keyIn } from '../../../embedded/rds/rds-account.ts';
import { namesOf, prepareElsewhere, RdsScene, rowsOf, SETTINGS } from './rds-scene.ts';

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
    expect(namesOf(await scene.driver.preflight(scene.restoring(point, ELSEWHERE)))).toEqual([
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
