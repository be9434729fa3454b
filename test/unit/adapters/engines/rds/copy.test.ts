import { describe, expect, it } from 'vitest';
import type { Step } from '../../../../../core/engines/driver.ts';
import { snapshotName } from '../../../../../core/ids/names.ts';
import { indexKey } from '../../../../../core/manifest/layout.ts';
import { hours, minutes } from '../../../../../core/time/instant.ts';
import { ELSEWHERE, HOME, keyIn, ORDERS } from '../../../embedded/rds/rds-account.ts';
import { RdsScene, SETTINGS } from './rds-scene.ts';

/** Five copies of someone else are under way to the other region. */
function fillTheQueue(scene: RdsScene): void {
  scene.account.rds.seedCluster({ ...ORDERS, clusterId: 'huge', volumeGib: 2_000 });
  const { DBClusterSnapshotArn } = scene.account.taken('foreign', 'huge');
  for (let i = 0; i < 5; i++) {
    const input = {
      SourceDBClusterSnapshotIdentifier: DBClusterSnapshotArn,
      TargetDBClusterSnapshotIdentifier: `foreign-${i}`,
      KmsKeyId: keyIn(ELSEWHERE),
    };
    scene.account.call('CopyDBClusterSnapshot', input, ELSEWHERE);
  }
}

describe('copying a recovery point to another region', () => {
  it('is proven by an equal root, under the key of that region, with a manifest of its own there', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    expect(scene.account.snapshot(snapshotName(point.id), ELSEWHERE)).toMatchObject({
      Status: 'available',
      KmsKeyId: keyIn(ELSEWHERE),
    });
    expect(
      await scene.vaults.get(ELSEWHERE)!.get('vault-elsewhere', indexKey(point.cluster, point.id)),
    ).toBeDefined();
  });

  it('can be proven after the source region is gone', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const spec = scene.copying(point);
    await scene.until(await scene.driver.beginCopy(spec), (cursor) => scene.driver.pollCopy(spec, cursor));
    scene.vaults.get(HOME)!.objects.clear();
    scene.account.darkRegions.add(HOME);
    expect(await scene.driver.prove(spec, {})).toMatchObject({ sound: true });
  });

  it('waits while five copies are under way, and goes on when there is a place', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    fillTheQueue(scene);
    const spec = scene.copying(point);
    const steps = await scene.until(await scene.driver.beginCopy(spec), (cursor) =>
      scene.driver.pollCopy(spec, cursor),
    );
    const outcomes = steps.map((step) => step.outcome);
    expect(outcomes[0]).toBe('waiting');
    expect(outcomes).toContain('running');
    expect(outcomes.at(-1)).toBe('ready');
    expect(scene.calls.filter((call) => call.endsWith('CopyDBClusterSnapshot'))).toHaveLength(1);
  });

  it('begun twice copies once, also when the first answer was lost', async () => {
    const scene = new RdsScene();
    const spec = scene.copying(await scene.sealed());
    scene.loses = (operation) => operation === 'CopyDBClusterSnapshot';
    await expect(scene.driver.beginCopy(spec)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    scene.loses = () => false;
    expect((await scene.driver.beginCopy(spec)).outcome).toBe('running');
    expect(scene.calls.filter((call) => call.endsWith('CopyDBClusterSnapshot'))).toHaveLength(1);
  });

  it('stops with a disabled key, which no retry mends', async () => {
    const scene = new RdsScene();
    const spec = scene.copying(await scene.sealed());
    scene.account.disabledKeys.add(keyIn(ELSEWHERE));
    await expect(scene.driver.beginCopy(spec)).rejects.toMatchObject({
      name: 'KeyNotUsable',
      retryable: false,
    });
  });

  it('names no key when the source is not encrypted', async () => {
    const scene = new RdsScene({ ...SETTINGS, kmsKeyId: undefined });
    await scene.copied(await scene.sealed());
  });

  it('of a Multi-AZ DB cluster is refused with the reason', async () => {
    const scene = new RdsScene({
      engine: 'postgres',
      engineVersion: '16.6',
      multiAzInstanceClass: 'db.m6gd.large',
    });
    const point = await scene.sealed();
    const step = await scene.driver.beginCopy(scene.copying(point));
    expect(step).toMatchObject({ outcome: 'failed', reason: { name: 'CopyNotSupported' } });
    expect(step.outcome === 'failed' && step.reason.message).toContain(
      'no operation that copies its snapshots',
    );
    expect(point.content?.bytes).toBe(20 * 1024 ** 3);
  });

  it('fails when a snapshot of its name there is no copy of ours', async () => {
    const scene = new RdsScene();
    const spec = scene.copying(await scene.sealed());
    scene.account.rds.seedCluster({ ...ORDERS, region: ELSEWHERE, kmsKeyId: keyIn(ELSEWHERE) });
    const name = snapshotName(spec.point.id);
    scene.account.call(
      'CreateDBClusterSnapshot',
      { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: 'orders' },
      ELSEWHERE,
    );
    const step = await scene.driver.beginCopy(spec);
    expect(step).toMatchObject({ outcome: 'failed', reason: { name: 'CopyFailed' } });
  });

  const spoiled: readonly (readonly [string, (scene: RdsScene, name: string) => void])[] = [
    [
      'the source is removed',
      (scene, name) => scene.account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: name }),
    ],
    ['the source region is lost', (scene) => scene.account.darkRegions.add(HOME)],
    [
      'the copy is removed',
      (scene, name) =>
        scene.account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: name }, ELSEWHERE),
    ],
  ];
  it.each(spoiled)('has failed when %s on the way', async (_what, spoil) => {
    const scene = new RdsScene();
    const spec = scene.copying(await scene.sealed());
    const first = await scene.driver.beginCopy(spec);
    scene.account.advance(minutes(3));
    spoil(scene, snapshotName(spec.point.id));
    scene.account.advance(minutes(1));
    const last: Step = (await scene.until(first, (cursor) => scene.driver.pollCopy(spec, cursor))).at(-1)!;
    expect(last).toMatchObject({ outcome: 'failed', reason: { name: 'CopyFailed' } });
  });

  it('is not proven when the root differs', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    const other = { ...point, content: { ...point.content!, root: 'f'.repeat(64) } };
    expect(await scene.driver.prove(scene.copying(other), {})).toMatchObject({
      sound: false,
      reason: { name: 'RootMismatch' },
    });
  });

  it('is not proven before it is available', async () => {
    const scene = new RdsScene();
    const spec = scene.copying(await scene.sealed());
    await scene.driver.beginCopy(spec);
    expect(await scene.driver.prove(spec, {})).toMatchObject({
      sound: false,
      reason: { name: 'CopyFailed' },
    });
  });
});

describe('discarding a recovery point in one region', () => {
  it('removes it there and nowhere else, and succeeds when it is gone', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    await scene.copied(point);
    const spec = { cluster: point.cluster, point, region: HOME, neighbours: [] };
    expect(await scene.driver.discard(spec)).toEqual({ removedItems: 1 });
    expect(await scene.driver.discard(spec)).toEqual({ removedItems: 0 });
    scene.account.advance(hours(1));
    expect(await scene.driver.discard(spec)).toEqual({ removedItems: 0 });
    const manifests = [...scene.vaults.get(HOME)!.objects.keys()].filter((key) => key.includes('/manifest/'));
    expect(manifests).toEqual([]);
    expect(scene.account.snapshot(snapshotName(point.id), ELSEWHERE).Status).toBe('available');
    expect(await scene.driver.preflight(scene.restoring(point))).toMatchObject([
      { name: 'ManifestIncomplete' },
    ]);
  });

  it("leaves another's snapshot of the same name alone", async () => {
    const scene = new RdsScene();
    const point = scene.point();
    scene.account.taken(snapshotName(point.id));
    expect(
      await scene.driver.discard({ cluster: point.cluster, point, region: HOME, neighbours: [] }),
    ).toEqual({ removedItems: 0 });
    expect(scene.account.snapshot(snapshotName(point.id)).Status).toBe('available');
  });
});
