import { describe, expect, it } from 'vitest';
import { snapshotName } from '../../../../../core/ids/names.ts';
import { hours, instant, minutes } from '../../../../../core/time/instant.ts';
import { HOME, ORDERS } from '../../../embedded/rds/rds-account.ts';
import { CLUSTER, RdsScene, SETTINGS } from './rds-scene.ts';

const failing = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

describe('capturing a cluster', () => {
  it('becomes ready with the instant whose rows the snapshot holds', async () => {
    const scene = new RdsScene();
    scene.live(5);
    const point = await scene.sealed();
    expect(point.takenAt).toBeGreaterThan(point.openedAt);
    expect(point.content).toMatchObject({ shards: 1, items: 1, bytes: 0, newItems: 1, newBytes: 0 });
    expect(point.content?.root).toMatch(/^[0-9a-f]{64}$/);
  });

  it('asks again at growing intervals from 30 s to 10 min', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    scene.account.rds.spoilSnapshot(HOME, snapshotName(spec.point.id), 'hangs');
    let step = await scene.driver.begin(spec);
    const waits: number[] = [];
    for (let i = 0; i < 12 && step.outcome === 'running'; i++) {
      waits.push(step.pollAfterSeconds);
      step = await scene.driver.poll(spec, step.cursor);
    }
    expect(waits[0]).toBe(30);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBe(600);
  });

  it('begun twice makes one snapshot, and so does a begin whose answer was lost', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    scene.loses = (operation) => operation === 'CreateDBClusterSnapshot';
    expect(await failing(scene.driver.begin(spec))).toMatch(/^ServiceUnavailable/);
    scene.loses = () => false;
    const again = await scene.driver.begin(spec);
    expect(again.outcome).toBe('running');
    expect(scene.calls.filter((call) => call.endsWith('CreateDBClusterSnapshot'))).toHaveLength(1);
  });

  it('fails loudly when a snapshot of its name is of another cluster', async () => {
    const scene = new RdsScene();
    scene.account.rds.seedCluster({ ...ORDERS, clusterId: 'other' });
    const spec = scene.capturing();
    scene.account.take(snapshotName(spec.point.id), 'other');
    expect(await failing(scene.driver.begin(spec))).toMatch(/^CaptureFailed: .*it is of cluster other/);
  });

  it('fails loudly when a snapshot with its name and tags is of another cluster', async () => {
    const scene = new RdsScene();
    scene.account.rds.seedCluster({ ...ORDERS, clusterId: 'other' });
    const spec = scene.capturing();
    scene.account.call('CreateDBClusterSnapshot', {
      DBClusterSnapshotIdentifier: snapshotName(spec.point.id),
      DBClusterIdentifier: 'other',
      Tags: [
        { Key: 'holdfast:recovery-point', Value: spec.point.id },
        { Key: 'holdfast:cluster', Value: 'shop' },
      ],
    });
    expect(await failing(scene.driver.begin(spec))).toMatch(/^CaptureFailed: .*it is of cluster other/);
  });

  it('adopts the snapshot of another attempt that was faster by a moment', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    scene.before = (operation) => {
      if (operation !== 'CreateDBClusterSnapshot') return;
      scene.before = () => {};
      scene.account.call('CreateDBClusterSnapshot', {
        DBClusterSnapshotIdentifier: snapshotName(spec.point.id),
        DBClusterIdentifier: 'orders',
        Tags: [
          { Key: 'holdfast:recovery-point', Value: spec.point.id },
          { Key: 'holdfast:cluster', Value: 'shop' },
        ],
      });
    };
    expect((await scene.driver.begin(spec)).outcome).toBe('running');
  });

  it('fails loudly when a snapshot of its name is not tagged as its own', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    scene.account.take(snapshotName(spec.point.id));
    expect(await failing(scene.driver.begin(spec))).toMatch(/^CaptureFailed: .*not ours/);
  });

  it('of a cluster that is gone is a missing resource, and says what to do', async () => {
    const scene = new RdsScene();
    const cluster = { ...CLUSTER, clusterId: 'gone' };
    expect(await failing(scene.driver.begin(scene.capturing(scene.point(), cluster)))).toMatch(
      /^ResourceMissing: there is no cluster gone in eu-west-1; .*take shop out of its plan/,
    );
  });

  it('ends well although the cluster is deleted on the way', async () => {
    const scene = new RdsScene({ ...SETTINGS, deletionProtection: false });
    scene.live(3);
    const spec = scene.capturing();
    const first = await scene.driver.begin(spec);
    for (const id of ['orders-1', 'orders-2'])
      scene.account.call('DeleteDBInstance', { DBInstanceIdentifier: id, SkipFinalSnapshot: true });
    scene.account.call('DeleteDBCluster', { DBClusterIdentifier: 'orders', SkipFinalSnapshot: true });
    const steps = await scene.until(first, (cursor) => scene.driver.poll(spec, cursor));
    expect(steps.at(-1)?.outcome).toBe('ready');
    scene.account.advance(minutes(10));
    const verdict = await scene.driver.verify(spec, {});
    expect(verdict.sound && verdict.index.configuration).toMatchObject({ clusterId: 'orders', port: 5_433 });
    expect(await failing(scene.driver.begin(scene.capturing(scene.point('daily'))))).toMatch(
      /^ResourceMissing/,
    );
  });

  it('is busy while the cluster is', async () => {
    const scene = new RdsScene();
    scene.account.rds.occupyCluster('orders', HOME, 'upgrading', scene.now, scene.later(600));
    expect(await failing(scene.driver.begin(scene.capturing()))).toMatch(/^EngineBusy/);
    scene.account.advance(minutes(10));
    expect((await scene.driver.begin(scene.capturing())).outcome).toBe('running');
  });

  it('tells a full region by counting', async () => {
    const scene = new RdsScene();
    for (let i = 0; i < 100; i++) scene.account.take(`foreign-${i}`);
    expect(await failing(scene.driver.begin(scene.capturing()))).toMatch(
      /^QuotaReached: 100 of 100 manual cluster snapshots/,
    );
  });

  it('refuses a cluster of another engine than configured', async () => {
    const scene = new RdsScene({ engine: 'neptune', engineVersion: '1.3.4.0' });
    expect(await failing(scene.driver.begin(scene.capturing()))).toMatch(
      /^UnsupportedByEngine: .*runs neptune/,
    );
  });

  it.each([
    ['fails', 'ended as failed'],
    ['vanishes', 'no longer in eu-west-1'],
  ] as const)('of a snapshot that %s has failed with the reason', async (fate, message) => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    scene.account.rds.spoilSnapshot(HOME, snapshotName(spec.point.id), fate);
    const first = await scene.driver.begin(spec);
    const last = (await scene.until(first, (cursor) => scene.driver.poll(spec, cursor))).at(-1)!;
    expect(last).toMatchObject({ outcome: 'failed', reason: { name: 'CaptureFailed' } });
    expect(last.outcome === 'failed' && last.reason.message).toContain(message);
  });
});

describe('verifying a capture', () => {
  it('writes a manifest that holds what a snapshot does not', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    await scene.sealed(spec.point);
    const verdict = await scene.driver.verify(spec, {});
    expect(verdict.sound && verdict.index.configuration).toMatchObject({
      subnetGroup: 'private',
      securityGroups: ['sg-shop'],
      parameterGroup: { name: 'shop-tuned', family: 'aurora-postgresql16' },
      backupRetentionDays: 14,
      instances: [
        { instanceClass: 'db.r6g.large', promotionTier: 0, zone: 'eu-west-1b' },
        { instanceClass: 'db.r6g.xlarge', promotionTier: 2 },
      ],
    });
    expect(verdict.sound && verdict.index.statistics).toMatchObject({ engineVersion: '16.6', instances: 2 });
  });

  it('gives the same root each time', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const again = await scene.driver.verify(scene.capturing(point), {});
    expect(again.sound && again.index.root).toBe(point.content?.root);
  });

  it('is unsound when the snapshot was replaced by one of a cluster that was made anew under the same name', async () => {
    const scene = new RdsScene();
    const point = await scene.sealed();
    const name = snapshotName(point.id);
    scene.account.call('DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: name });
    scene.account
      .advance(minutes(1))
      .rds.seedCluster({ ...ORDERS, createdAt: instant(scene.now - hours(1)) });
    scene.account.call('CreateDBClusterSnapshot', {
      DBClusterSnapshotIdentifier: name,
      DBClusterIdentifier: 'orders',
      Tags: [
        { Key: 'holdfast:recovery-point', Value: point.id },
        { Key: 'holdfast:cluster', Value: point.cluster },
      ],
    });
    scene.account.advance(minutes(10));
    const verdict = await scene.driver.verify(scene.capturing(point), {});
    expect(verdict).toMatchObject({ sound: false, reason: { name: 'CaptureFailed' } });
    expect(!verdict.sound && verdict.reason.message).toContain('resource id');
  });

  it('is unsound when the snapshot is gone', async () => {
    const scene = new RdsScene();
    expect(await scene.driver.verify(scene.capturing(), {})).toMatchObject({ sound: false });
  });
});

describe('abandoning a capture', () => {
  it('removes a snapshot that has ended, and marks one that cannot be removed yet', async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    await scene.driver.begin(spec);
    await scene.driver.abandon(spec);
    expect(scene.account.snapshot(snapshotName(spec.point.id))).toMatchObject({
      TagList: expect.arrayContaining([{ Key: 'holdfast:abandoned', Value: '2026-11-21T03:00:00Z' }]),
    });
    scene.account.advance(minutes(10));
    await scene.driver.abandon(spec);
    scene.account.advance(minutes(1));
    await scene.driver.abandon(spec);
    expect(
      scene.account.refusal('DescribeDBClusterSnapshots', {
        DBClusterSnapshotIdentifier: snapshotName(spec.point.id),
      }),
    ).toMatch(/^DBClusterSnapshotNotFoundFault/);
  });

  it("leaves another's snapshot of the same name alone", async () => {
    const scene = new RdsScene();
    const spec = scene.capturing();
    const name = snapshotName(spec.point.id);
    scene.account.taken(name);
    await scene.driver.abandon(spec);
    expect(scene.account.snapshot(name).Status).toBe('available');
  });
});
