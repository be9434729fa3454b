import { describe, expect, test } from 'vitest';
import {
  backupArgv,
  checksumArgv,
  decodeArgv,
  restoreArgv,
  restorePointArgv,
  type Scope,
  type Storage,
  scopeOf,
} from '../../../../../adapters/engines/tidb/argv.ts';
import * as log from '../../../../../adapters/engines/tidb/argv-log.ts';
import { startedBy } from '../../../../../embedded/tidb/br/shell.ts';
import { complaints } from './grammar.ts';

const PLAIN = { pd: 'pd-0.db.internal:2379,pd-1.db.internal:2379' };
const SECURE = { ...PLAIN, tls: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop' };
const TO: Storage = {
  bucket: 'vault-home',
  prefix: 'shop/shop-daily-20261121t030000z/data/',
  region: 'eu-west-1',
  key: 'arn:aws:kms:eu-west-1:111122223333:alias/holdfast-vault',
};
const LOG: Storage = { ...TO, prefix: 'shop/log/20261101t000000z/' };
/** More than a number holds exactly. */
const TSO = 449_700_000_000_000_001n;
const SCOPES: readonly Scope[] = [
  { filter: [] },
  { filter: ['shop.*', '!shop.tmp_*'] },
  { database: 'shop' },
  { database: 'shop', table: 'orders' },
];

/** Every command that can be made, with and without all that may be left out. */
const EVERY = [PLAIN, SECURE].flatMap((reach) => [
  ...SCOPES.flatMap((scope) => [
    backupArgv(reach, TO, scope),
    backupArgv(reach, TO, scope, TSO),
    restoreArgv(reach, TO, scope),
  ]),
  restorePointArgv(reach, LOG, TO, TSO),
  restorePointArgv(reach, LOG, TO, TSO, ['shop.*']),
  log.logStartArgv(reach, 'holdfast-shop', LOG),
  log.logStartArgv(reach, 'holdfast-shop', LOG, TSO),
  log.logStopArgv(reach, 'holdfast-shop'),
  log.logPauseArgv(reach, 'holdfast-shop'),
  log.logResumeArgv(reach, 'holdfast-shop'),
  log.logStatusArgv(reach),
]);
const STORAGE_ONLY = [
  ...(['end-version', 'start-version', 'ClusterId'] as const).map((field) => decodeArgv(TO, field)),
  checksumArgv(TO),
  log.logMetadataArgv(LOG),
  log.logTruncateArgv(LOG, TSO),
];

/** What BR gets once the shell has done its part. */
const PEM = { BR_CA: 'the ca', BR_CERT: 'the certificate', BR_KEY: 'the key' };
const brOf = (argv: readonly string[]) => startedBy(argv, PEM);

describe('every command that can be made', () => {
  test.each([...EVERY, ...STORAGE_ONLY].map((argv) => [argv.join(' '), argv] as const))(
    'is one that the contract knows: %s',
    (_, argv) => {
      const { argv: started } = brOf(argv);
      expect(started[0]).toBe('/br');
      expect(complaints(started.slice(1))).toEqual([]);
    },
  );

  test('brings certificates exactly when there is a secret, as files that BR is pointed to', () => {
    for (const argv of EVERY) {
      const { argv: started, files } = brOf(argv);
      const named = ['--ca', '--cert', '--key'].map((flag) => started[started.indexOf(flag) + 1]);
      if (argv[0] === 'sh')
        expect(named.map((path) => files.get(path ?? ''))).toEqual(['the ca', 'the certificate', 'the key']);
      else expect(files.size).toBe(0);
    }
    expect(EVERY.filter((argv) => argv[0] === 'sh')).toHaveLength(EVERY.length / 2);
  });

  test('has no secret in it', () => {
    for (const argv of EVERY) expect(argv.join(' ')).not.toMatch(/PRIVATE|secretsmanager|access-key|the key/);
  });

  test('the grammar refuses what is none', () => {
    const [first] = EVERY;
    expect(complaints(['backup', 'full'])).not.toEqual([]);
    expect(complaints([...first!.slice(1), '--force'])).toEqual(['--force is no flag of it']);
    expect(complaints(['log', 'truncate', ...STORAGE_ONLY.at(-1)!.slice(3, -1)])).toContain('-y! is missing');
    expect(complaints([...first!.slice(1), '--lastbackupts', '4.4e17'])).toEqual([
      '--lastbackupts has "4.4e17"',
    ]);
  });
});

describe('what a restore is narrowed to', () => {
  test.each([
    [undefined, { filter: [] }],
    [{ databases: ['shop'] }, { database: 'shop' }],
    [{ tables: ['shop.orders'] }, { database: 'shop', table: 'orders' }],
    [{ tables: ['shop.or.ders'] }, { database: 'shop', table: 'or.ders' }],
    [{ databases: ['a', 'b'] }, { filter: ['a.*', 'b.*'] }],
    [{ tables: ['a.x', 'a.y'] }, { filter: ['a.x', 'a.y'] }],
    [{ databases: ['my-db', 'b'] }, { filter: ['`my-db`.*', 'b.*'] }],
    [{ tables: ['a.x*', 'a.y`z'] }, { filter: ['a.`x*`', 'a.`y``z`'] }],
  ])('%o is %o', (scope, expected) => {
    expect(scopeOf(scope)).toEqual(expected);
  });
});
