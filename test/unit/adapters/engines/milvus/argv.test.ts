import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createArgv, restoreArgv } from '../../../../../adapters/engines/milvus/argv.ts';
import { backupNameOf } from '../../../../../adapters/engines/milvus/ports.ts';
import type { MilvusReach } from '../../../../../core/plan/self-run.ts';
import { ALL_SETTINGS, parse } from './grammar.ts';

const REACH: MilvusReach = {
  host: 'milvus.internal',
  port: 19_530,
  tls: false,
  management: 'milvus.internal:9091',
  bucket: 'milvus-bucket',
  rootPath: 'file',
  subnets: ['subnet-1'],
  securityGroups: ['sg-1'],
};
const SECRET = 'arn:aws:secretsmanager:eu-west-1:1:secret:login-AbCdEf';
const BACKUP = { bucket: 'holdfast-vault', rootPath: 'docs/docs-daily-20261121t030000z/data' };
const NAME = backupNameOf('docs-daily-20261121t030000z');

const reaches: readonly MilvusReach[] = [REACH, { ...REACH, tls: true }, { ...REACH, secret: SECRET }];
const filters: readonly (readonly string[])[] = [[], ['default.docs'], ['shop.*', 'default.docs']];

/** Every command that the driver can emit, up to names. */
const ALL = reaches.flatMap((reach) =>
  filters.flatMap((filter) => [
    createArgv(reach, 'eu-west-1', BACKUP, NAME, filter),
    restoreArgv(reach, 'eu-central-1', BACKUP, { name: NAME, suffix: '_r0123abcd', filter }),
  ]),
);

test.each(ALL.map((argv) => [argv.join(' '), argv] as const))('%s is what the contract lists', (_, argv) => {
  const { config, settings } = parse(argv);
  expect(config).toBe('/app/configs/backup.yaml');
  expect(settings.get('backup.gcPause.address')).toBe('http://milvus.internal:9091');
});

test('together they use each setting of the table, and no command leaves out what the image’s own file has wrong', () => {
  const used = new Set(ALL.flatMap((argv) => [...parse(argv).settings.keys()]));
  expect([...used].toSorted()).toEqual(ALL_SETTINGS.toSorted());
  for (const argv of ALL) {
    const { settings } = parse(argv);
    // configs/backup.yaml says MinIO on localhost with keys, for both sides.
    for (const side of ['minio.', 'minio.backup'])
      for (const name of [
        'address',
        'port',
        'region',
        'useSSL',
        'useIAM',
        'bucketName',
        'rootPath',
        'storageType',
      ])
        expect(
          settings.has(side === 'minio.' ? side + name : side + name[0]!.toUpperCase() + name.slice(1)),
        ).toBe(true);
  }
});

test('user and password come from the environment, or are taken away', () => {
  const [open, , closed] = reaches.map(
    (reach) => parse(createArgv(reach, 'eu-west-1', BACKUP, NAME, [])).settings,
  );
  expect([open!.get('milvus.user'), open!.get('milvus.password')]).toEqual(['', '']);
  expect(closed!.has('milvus.user')).toBe(false);
  expect(ALL.flat().join(' ')).not.toContain('secretsmanager');
});

test('MILVUS_PORT of a Kubernetes service link changes nothing: --set beats the environment', () => {
  for (const argv of ALL) expect(parse(argv).settings.get('milvus.port')).toBe('19530');
});

describe('hostile words', () => {
  test('in a setting never make two of it, and are refused by name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (rootPath) => {
        const make = () => createArgv({ ...REACH, rootPath }, 'eu-west-1', BACKUP, NAME, []);
        if (/[",\r\n]/.test(rootPath))
          expect(make).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
        else expect(make().filter((word) => word === `minio.rootPath=${rootPath}`)).toHaveLength(1);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['a,minio.bucketName=other', 'a"b', 'a\nb'])('%j', (bucket) => {
    expect(() => createArgv({ ...REACH, bucket }, 'eu-west-1', BACKUP, NAME, [])).toThrow(
      /correct the reach/,
    );
  });
});

test('a backup’s name follows from its recovery point, and is one', () => {
  expect(backupNameOf('docs-daily-20261121t030000z')).toBe('hf_docs_daily_20261121t030000z');
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), (id) => {
      expect(backupNameOf(id)).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
    }),
  );
});

test.each([
  [['--set', 'a=b', 'create', '-n', 'x']],
  [['--config', 'c', '--set', 'minio.rotPath=x', 'create']],
  [['--config', 'c', 'create', '-n', 'has-hyphen']],
  [['--config', 'c', 'restore', '-n', 'x', '--drop_exist_collection']],
  [['--config', 'c', 'delete', '-n', 'x']],
])('the table itself refuses %j', (argv) => {
  expect(() => parse(argv)).toThrow();
});
