import { expect, test } from 'vitest';
import { minutes } from '../../../../core/time/instant.ts';
import { AWAY, Bench, HOME, S } from './bench.ts';

const FULL = `backup full -u shop:2379 -s ${S}/p/1 -c=false`;

async function backedUp(): Promise<{ bench: Bench; sst: string }> {
  const bench = new Bench();
  await bench.shop();
  await bench.succeed(FULL);
  return { bench, sst: `p/1/${bench.keys('p/1/').find((key) => key.endsWith('.sst'))}` };
}

test('debug checksum of a whole backup succeeds without a cluster', async () => {
  const { bench } = await backedUp();
  const lines = await bench.succeed(`debug checksum -s ${S}/p/1`, { securityGroups: ['sg-none'] });
  expect(lines.at(-1)).toBe('backup data checksum succeed!');
  await bench.succeed(`validate checksum -s ${S}/p/1`);
});

test('debug checksum names a file that was altered', async () => {
  const { bench, sst } = await backedUp();
  bench.s3.corrupt('vault', sst);
  const error = await bench.refuse(`debug checksum -s ${S}/p/1`);
  expect(error).toContain(`backup data checksum failed: ${sst.slice('p/1/'.length)} may be changed`);
  expect(error).toContain('[BR:Backup:ErrBackupChecksumMismatch]');
});

test('an altered file is not restored', async () => {
  const { bench, sst } = await backedUp();
  bench.s3.corrupt('vault', sst);
  bench.cluster('target');
  expect(await bench.refuse(`restore full -u target:2379 -s ${S}/p/1`)).toContain(
    '[BR:Restore:ErrRestoreChecksumMismatch]',
  );
});

test('a missing file fails the restore', async () => {
  const { bench, sst } = await backedUp();
  bench.delete(sst);
  bench.cluster('target');
  const error = await bench.refuse(`restore full -u target:2379 -s ${S}/p/1`);
  expect(error).toContain('NoSuchKey');
  expect(error).toContain('[BR:KV:ErrKVDownloadFailed]');
});

test('a restore onto tables that are there already is refused, or shows in the checksum', async () => {
  const { bench } = await backedUp();
  const target = bench.cluster('target');
  target.createDatabase('shop');
  target.createTable('shop', 'orders', [{ name: 'amount', default: 0 }]);
  target.write('shop', 'orders', 'foreign', { amount: 1 });
  expect(await bench.refuse(`restore full -u target:2379 -s ${S}/p/1`)).toContain(
    '[BR:Restore:ErrRestoreNotFreshCluster]',
  );
  expect(await bench.refuse(`restore table -u target:2379 -s ${S}/p/1 --db shop --table orders`)).toContain(
    '[BR:Restore:ErrRestoreChecksumMismatch]',
  );
});

test('stores without a right to the bucket fail the backup although BR itself may write', async () => {
  const bench = new Bench();
  await bench.shop();
  bench.refused.set('shop-tikv', ['PutObject']);
  const error = await bench.refuse(FULL);
  expect(error).toContain('AccessDenied: Access Denied');
  expect(error).toContain('[BR:KV:ErrKVStorage]');
  expect(bench.keys('p/1/')).toContain('backup.lock');
});

test('the switch that denies stores does the same, and the backup goes on when it is off', async () => {
  const bench = new Bench();
  const { source } = await bench.shop();
  source.faults.deniesStores = true;
  expect(await bench.refuse(FULL)).toContain('[BR:KV:ErrKVStorage]');
  source.faults.deniesStores = false;
  await bench.succeed(FULL);
});

test('a store tries again while S3 stumbles, and gives up when it goes on', async () => {
  const bench = new Bench();
  await bench.shop();
  bench.stumbles.set('shop-tikv', 4);
  await bench.succeed(FULL);
  bench.stumbles.set('shop-tikv', 5);
  const error = await bench.refuse(FULL.replace('/p/1', '/p/2'));
  expect(error).toContain('SlowDown');
  expect(error).toContain('[BR:KV:ErrKVStorage]');
});

test('credentials that are sent to the stores end while a long backup runs', async () => {
  const bench = new Bench();
  await bench.shop({ bytesPerRow: 60_000_000_000 });
  const error = await bench.refuse(`backup full -u shop:2379 -s ${S}/p/1`);
  expect(error).toContain('ExpiredToken');
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/2 -c=false`);
});

test('BR without a right to the bucket fails with what S3 says', async () => {
  const bench = new Bench();
  await bench.shop();
  bench.refused.set('task', ['PutObject']);
  expect(await bench.refuse(FULL)).toBe('Error: AccessDenied: Access Denied');
});

test('a region that is not the bucket’s is refused; without one it is found', async () => {
  const bench = new Bench();
  await bench.shop();
  expect(await bench.refuse(`backup full -u shop:2379 -s s3://vault-away/p/1 --s3.region ${HOME}`)).toBe(
    `Error: s3 bucket and region are not matched, bucket=vault-away, input region=${HOME}, real region=${AWAY}`,
  );
  await bench.succeed('backup full -u shop:2379 -s s3://vault-away/p/1');
  expect(bench.keys('p/1/', 'vault-away')).toContain('backupmeta');
});

test('a PD that goes away in the middle fails the backup, and the same command goes on', async () => {
  const bench = new Bench();
  const { source } = await bench.shop({ bytesPerRow: 2_700_000_000 });
  bench.world.after(minutes(5), () => {
    source.faults.hidesPd = true;
  });
  expect(await bench.refuse(FULL)).toContain('[BR:PD:ErrPDUpdateFailed]');
  source.faults.hidesPd = false;
  await bench.succeed(FULL);
});

test('a summary may leave fields out', async () => {
  const bench = new Bench();
  await bench.shop();
  bench.fleet.leaveOutOfSummaries('BackupTS', 'Size');
  const lines = await bench.succeed(FULL);
  expect(lines.at(-1)).toContain('["Full Backup success summary"] [total-ranges=');
  expect(lines.at(-1)).not.toContain('BackupTS');
});
