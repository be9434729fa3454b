import { Buffer } from 'node:buffer';
import { afterEach, expect, it } from 'vitest';
import { days, hours, later, minutes } from '../../../../core/time/instant.ts';
import { FilesApplication } from '../../../../embedded/applications/files.ts';
import type { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import { Calamities } from '../../../../embedded/faults/calamities.ts';
import { Faults } from '../../../../embedded/faults/faults.ts';
import type { FaultKind } from '../../../../embedded/faults/mix.ts';
import { checksumOf } from '../../../../embedded/s3/checksum.ts';
import { ACCOUNT, AWAY, disturbedCloud, HOME } from './disturbed-cloud.ts';

let open: EmbeddedCloud | undefined;
afterEach(() => open?.close());

const VAULTS = new Map([
  [HOME, 'vault-home'],
  [AWAY, 'vault-away'],
]);

/** Two vaults under keys of their own, with the same objects in both. */
function vaults(seed: number, kind: FaultKind) {
  const made = disturbedCloud(seed, { only: [kind] });
  const { cloud, faults } = made;
  open = cloud;
  const callIn = (region: string) => ({
    ...{ account: ACCOUNT, region, principal: 'arn:aws:iam::111122223333:root', now: cloud.world.now() },
  });
  const put = (region: string, key: string) =>
    cloud.s3.call(
      'PutObject',
      { Bucket: VAULTS.get(region), Key: key, Body: Buffer.from(key) },
      callIn(region),
    );
  for (const [region, name] of VAULTS) {
    const { arn } = cloud.kms.createKey({ region, account: ACCOUNT, now: cloud.world.now() });
    const spec = { name, region, account: ACCOUNT, versioning: true, eventBridge: false, kmsKeyArn: arn };
    cloud.s3.createBucket(spec);
    for (let n = 0; n < 6; n++) for (const what of ['data', 'manifest']) put(region, `files/p/${what}/${n}`);
  }
  put(HOME, 'files/p/data/here-only');
  const landscape = { regions: [HOME, AWAY], databases: [], vaults: VAULTS };
  const calamities = new Calamities(faults, cloud, landscape);
  const usable = (region: string): boolean => {
    try {
      put(region, 'probe');
      return true;
    } catch {
      return false;
    }
  };
  const bodyOf = (bucket: string, key: string) =>
    [...cloud.s3.current(bucket, key)].find(([each]) => each === key)![1].body;
  /** Whether the bytes that arrive in a bucket are those that lie in the first vault. */
  const arrivesWhole = (key: string, bucket: string): boolean => {
    const CopySource = `${VAULTS.get(HOME)}/${key}`;
    const region = bucket === VAULTS.get(AWAY) ? AWAY : HOME;
    cloud.s3.call('CopyObject', { Bucket: bucket, Key: `${key}/again`, CopySource }, callIn(region));
    return bodyOf(bucket, `${key}/again`).equals(bodyOf(VAULTS.get(HOME)!, key));
  };
  return { ...made, calamities, usable, arrivesWhole };
}

it('bytes rot in a vault under their old checksum, items and manifests, and never what has no sound twin', async () => {
  const { cloud, faults, calamities } = vaults(1, 'bit-rot');
  for (let day = 0; day < 30; day++) {
    calamities.scheduleDay();
    await cloud.world.runUntil(later(cloud.world.now(), days(1)));
  }
  const keys = faults.rotted.map(({ key }) => key);
  expect(keys.length).toBe(faults.injected.get('bit-rot'));
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.some((key) => key.includes('/data/'))).toBe(true);
  expect(keys.some((key) => key.includes('/manifest/'))).toBe(true);
  expect(keys).not.toContain('files/p/data/here-only');
  const broken = [...VAULTS.values()].flatMap((bucket) =>
    [...cloud.s3.current(bucket)].flatMap(([key, { body, checksum }]) =>
      checksumOf(checksum.algorithm, body) === checksum.value ? [] : [`${bucket} ${key}`],
    ),
  );
  expect(broken.toSorted()).toEqual(faults.rotted.map(({ bucket, key }) => `${bucket} ${key}`).toSorted());
});

it('bytes of the next item turn on their way into another vault, and of the next one elsewhere, and never a manifest’s', () => {
  const { faults, arrivesWhole } = vaults(1, 'bit-rot');
  const [manifest, item] = ['files/p/manifest/1', 'files/p/data/1'];
  const away = VAULTS.get(AWAY)!;
  expect([away, 'box'].map((bucket) => arrivesWhole(item, bucket))).toEqual([true, true]);
  faults.rot(HOME, VAULTS);
  expect([away, 'box'].map((bucket) => arrivesWhole(manifest, bucket))).toEqual([true, true]);
  expect([away, 'box'].map((bucket) => arrivesWhole(item, bucket))).toEqual([false, false]);
  expect([away, 'box'].map((bucket) => arrivesWhole(item, bucket))).toEqual([true, true]);
  // What turned on its way lies sound where it came from: nothing excuses a system that does not notice.
  expect(faults.rotted).toHaveLength(1);
  faults.rot(HOME, VAULTS);
  faults.heal();
  expect([away, 'box'].map((bucket) => arrivesWhole(item, bucket))).toEqual([true, true]);
});

it('the key of one vault at a time is disabled for hours at most, and works when everything has healed', async () => {
  const { cloud, faults, calamities, usable } = vaults(2, 'key-disabled');
  let refused = 0;
  for (let day = 0; day < 10; day++) {
    calamities.scheduleDay();
    for (let step = 0; step < 96; step++) {
      await cloud.world.runUntil(later(cloud.world.now(), minutes(15)));
      const without = [HOME, AWAY].filter((region) => !usable(region));
      expect(without.length).toBeLessThan(2);
      refused += without.length;
    }
  }
  expect(refused).toBeGreaterThan(4);
  for (let day = 0; day < 10 && usable(HOME) && usable(AWAY); day++) {
    calamities.scheduleDay();
    for (let step = 0; step < 96 && usable(HOME) && usable(AWAY); step++)
      await cloud.world.runUntil(later(cloud.world.now(), minutes(15)));
  }
  expect(usable(HOME) && usable(AWAY)).toBe(false);
  faults.heal();
  expect([usable(HOME), usable(AWAY)]).toEqual([true, true]);
});

it('clocks of functions drift within a minute, each region its own way, and are right when everything has healed', () => {
  const { cloud, faults } = vaults(3, 'clock-drift');
  const start = cloud.world.now();
  const errors = [HOME, AWAY].map((region) =>
    Array.from({ length: 24 * 20 }, (_, hour) => faults.clockError(region, later(start, hours(hour)))),
  );
  for (const [region, each] of errors.entries()) {
    expect(Math.max(...each.map(Math.abs)), `${region}`).toBeGreaterThan(1_000);
    expect(Math.max(...each.map(Math.abs)), `${region}`).toBeLessThanOrEqual(60_000);
    const steps = each.slice(1).map((error, n) => Math.abs(error - each[n]!));
    expect(Math.max(...steps), `${region}`).toBeLessThanOrEqual(20_000);
  }
  expect(errors[0]).not.toEqual(errors[1]);
  faults.heal();
  expect(faults.clockError(HOME, later(start, hours(5)))).toBe(0);
});

it('files change under a look at them or a copy, and the application knows what it did', () => {
  const { cloud, attempt } = vaults(4, 'source-changes-under-copy');
  const faults = new Faults({ seed: 4, only: ['source-changes-under-copy'] });
  const { world, s3 } = cloud;
  const settings = { world, s3, account: ACCOUNT, region: HOME, bucket: 'box', prefix: 'in/' };
  const files = new FilesApplication(settings);
  for (let n = 0; n < 5; n++) files.write(`file ${n}`, Buffer.from(`${n}`));
  faults.release(cloud, [files]);
  const looks = [
    attempt('s3', 'HeadObject', { Bucket: 'box', Key: 'in/file 1' }),
    attempt('s3', 'CopyObject', { Bucket: 'vault-home', Key: 'x', CopySource: 'box/in/file%202' }),
    attempt('s3', 'ListObjectVersions', { Bucket: 'box' }),
    attempt('s3', 'HeadObject', { Bucket: 'box', Key: 'elsewhere' }),
    attempt('s3', 'HeadObject', { Bucket: 'vault-home', Key: 'files/p/data/1' }),
  ];
  const before = [...s3.versions('box')].flatMap(([, each]) => each).length;
  for (let n = 0; n < 200; n++)
    for (const look of looks) {
      faults.before(look);
      faults.after(look);
    }
  const made = [...s3.versions('box')].flatMap(([, each]) => each).length - before;
  expect(made).toBe(faults.injected.get('source-changes-under-copy'));
  expect(made).toBeGreaterThan(5);
  expect(files.compareWith('box', 'in/', world.now()).differing).toBe(0);
  expect([...s3.current('vault-home', 'files/p/data/1')]).toHaveLength(1);
});

it('a snapshot that hangs comes to an end when everything heals', async () => {
  const { cloud, faults } = vaults(5, 'snapshot-hangs');
  const region = HOME;
  const call = () => ({ account: ACCOUNT, region, principal: 'root', now: cloud.world.now() });
  const engine = 'aurora-postgresql';
  cloud.rds.seedCluster({ region, clusterId: 'orders', engine, createdAt: cloud.world.now(), tags: {} });
  await cloud.world.runUntil(later(cloud.world.now(), hours(1)));
  const DBClusterSnapshotIdentifier = 'held';
  cloud.rds.spoilSnapshot(region, DBClusterSnapshotIdentifier, 'hangs');
  cloud.rds.call(
    'CreateDBClusterSnapshot',
    { DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier },
    call(),
  );
  const status = () => {
    const found = cloud.rds.call('DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier }, call());
    return (found as { DBClusterSnapshots: { Status: string }[] }).DBClusterSnapshots[0]!.Status;
  };
  await cloud.world.runUntil(later(cloud.world.now(), days(2)));
  expect(status()).toBe('creating');
  faults.heal();
  expect(status()).toMatch(/^(available|failed)$/);
});
