import { expect, test } from 'vitest';
import { minutes } from '../../../../core/time/instant.ts';
import { instantOf } from '../../../../embedded/tidb/tso.ts';
import { Bench, S } from './bench.ts';

async function backedUp() {
  const bench = new Bench();
  const { source, orders } = await bench.shop({ version: 'v8.5.3', clusterId: 7_400_000_000_000_000_001n });
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/1 -c=false`);
  return { bench, source, orders };
}

test('debug decode prints one field as its last line, whatever the log says before', async () => {
  const { bench } = await backedUp();
  const decode = async (field: string) =>
    (
      await bench.succeed(`debug decode -s ${S}/p/1 --field ${field}`, {
        environment: { BR_LOG_TO_TERM: '1' },
      })
    ).at(-1);
  expect(await decode('ClusterId')).toBe('7400000000000000001');
  expect(await decode('ClusterVersion')).toBe('v8.5.3');
  expect(await decode('start-version')).toBe('0');
  expect(await decode('end-version')).toMatch(/^\d{18}$/);
  expect(await decode('colour')).toBe("field 'colour' not found");
});

test('debug decode without a field writes the whole beside it', async () => {
  const { bench } = await backedUp();
  await bench.succeed(`debug decode -s ${S}/p/1`);
  expect(JSON.parse(bench.text('p/1/backupmeta.json')).ClusterId).toBe('7400000000000000001');
});

test('a prefix without a backup is refused with what S3 says', async () => {
  const { bench } = await backedUp();
  for (const command of ['debug checksum', 'debug decode --field end-version', 'log metadata'])
    expect(await bench.refuse(`${command} -s ${S}/absent`)).toContain('NoSuchKey');
});

test('an older target and one with other collations are refused', async () => {
  const { bench } = await backedUp();
  const older = bench.cluster('older', { version: 'v7.5.9' });
  bench.cluster('newer', { version: 'v8.6.0' });
  bench.cluster('collated', { newCollations: false });
  const restore = (target: string) => `restore full -u ${target}:2379 -s ${S}/p/1`;
  expect(await bench.refuse(restore('older'))).toContain('[BR:Common:ErrVersionMismatch]');
  expect(await bench.refuse(restore('collated'))).toContain('new_collations_enabled_on_first_bootstrap');
  expect(older.contentsNow().databases.size).toBe(0);
  await bench.succeed(restore('newer'));
});

test('a backup of some time ago has the timestamp of then', async () => {
  const { bench } = await backedUp();
  const now = bench.world.now();
  await bench.succeed(`backup full -u shop:2379 -s ${S}/ago --timeago 5m`);
  const decoded = await bench.succeed(`debug decode -s ${S}/ago --field end-version`);
  const ago = now - instantOf(BigInt(decoded.at(-1)!));
  expect(Math.abs(ago - minutes(5))).toBeLessThan(5_000);
});

test('a timestamp that lies ahead is refused', async () => {
  const { bench, source } = await backedUp();
  const ahead = source.pd.tso() + (1n << 40n);
  expect(await bench.refuse(`backup full -u shop:2379 -s ${S}/p/2 --backupts ${ahead}`)).toContain(
    '[BR:Common:ErrInvalidArgument]',
  );
});

test('encryption and storage class of the command line are on what BR and the stores write', async () => {
  const { bench } = await backedUp();
  await bench.succeed(`backup full -u shop:2379 -s ${S}/p/2?storage-class=STANDARD_IA --s3.sse AES256`);
  const written = [...bench.s3.current('vault', 'p/2/')];
  expect(written.length).toBeGreaterThan(3);
  for (const [, { storageClass, checksum }] of written) {
    expect(storageClass).toBe('STANDARD_IA');
    expect(checksum.algorithm).toBe('CRC64NVME');
  }
});

test('keys in a URI are not modelled, and a run that tries fails loudly', async () => {
  const { bench } = await backedUp();
  await expect(bench.br(`backup full -u shop:2379 -s ${S}/p/2?access-key=A`)).rejects.toThrow(
    'does not model the storage parameter access-key',
  );
});
