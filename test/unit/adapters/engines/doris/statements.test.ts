import { expect, test } from 'vitest';
import { type Statement, sqlOf } from '../../../../../adapters/engines/doris/statements.ts';
import { parseDoris } from '../../../../support/doris-grammar.ts';

const JOB = { database: 'shop', label: 'shop-nightly-20261121t030000z-shop-1', repository: 'holdfast_shop' };

/** At least one of every kind that the driver can send: the type asks for all of them. */
const ALL: { readonly [Kind in Statement['kind']]: readonly (Statement & { kind: Kind })[] } = {
  'create-repository': [true, false].map((readOnly) => ({
    kind: 'create-repository',
    repository: 'holdfast_shop',
    readOnly,
    location: 's3://holdfast-vault-111122223333-eu-west-1/shop/shop-nightly-20261121t030000z/data',
    properties: {
      's3.endpoint': 's3.eu-west-1.amazonaws.com',
      's3.region': 'eu-west-1',
      's3.role_arn': 'arn:aws:iam::111122223333:role/holdfast-eu-west-1-doris-source-shop',
      's3.external_id': 'shop',
    },
  })),
  'drop-repository': [{ kind: 'drop-repository', repository: 'holdfast_shop' }],
  'drop-database': [{ kind: 'drop-database', database: 'drill_1x7k0qp_shop' }],
  'show-repositories': [{ kind: 'show-repositories' }],
  backup: [
    { kind: 'backup', ...JOB, parts: { mode: 'all' }, properties: { timeout: '3600' } },
    {
      kind: 'backup',
      ...JOB,
      parts: {
        mode: 'on',
        tables: [
          { table: 'orders', partitions: ['p202611', 'p202612'] },
          { table: 'items', partitions: [] },
        ],
      },
      properties: { timeout: '3600' },
    },
    {
      kind: 'backup',
      ...JOB,
      parts: { mode: 'exclude', tables: [{ table: 'cache-1', partitions: [] }] },
      properties: {},
    },
  ],
  restore: [
    {
      kind: 'restore',
      ...JOB,
      parts: {
        mode: 'on',
        tables: [
          { table: 'orders', partitions: ['p202611'], as: 'orders_1x7k0qp' },
          { table: 'items', partitions: [], as: 'items_1x7k0qp' },
        ],
      },
      properties: { backup_timestamp: '2026-11-21-03-00-01', reserve_replica: 'true', timeout: '86400' },
    },
  ],
  'show-backup': [
    { kind: 'show-backup', database: 'shop' },
    { kind: 'show-backup', database: 'shop', label: JOB.label },
  ],
  'show-restore': [
    { kind: 'show-restore', database: 'shop' },
    { kind: 'show-restore', database: 'shop', label: JOB.label },
  ],
  'show-restore-whole': [{ kind: 'show-restore-whole', database: 'shop', label: JOB.label }],
  'cancel-backup': [{ kind: 'cancel-backup', database: 'shop' }],
  'cancel-restore': [{ kind: 'cancel-restore', database: 'shop' }],
  'show-snapshot': [
    { kind: 'show-snapshot', repository: JOB.repository, label: JOB.label },
    {
      kind: 'show-snapshot',
      repository: JOB.repository,
      label: JOB.label,
      timestamp: '2026-11-21-03-00-01',
    },
  ],
  'create-database': [{ kind: 'create-database', database: 'shop_1x7k0qp' }],
  'show-databases': [{ kind: 'show-databases' }],
  'show-frontends': [{ kind: 'show-frontends' }],
  'show-time-zone': [{ kind: 'show-time-zone' }],
  'show-backends': [{ kind: 'show-backends' }],
  'show-now': [{ kind: 'show-now' }],
  'show-database': [{ kind: 'show-database', id: '10001' }],
  'show-table': [{ kind: 'show-table', id: '10222' }],
  'show-tables': [{ kind: 'show-tables', database: 'shop' }],
  'show-partitions': [{ kind: 'show-partitions', database: 'shop', table: 'orders' }],
  'swap-tables': [{ kind: 'swap-tables', database: 'shop', table: 'orders', with: 'orders_1x7k0qp' }],
  'show-recycle-bin': [{ kind: 'show-recycle-bin' }, { kind: 'show-recycle-bin', name: 'orders' }],
  'recover-database': [
    { kind: 'recover-database', name: 'shop', id: '10001' },
    { kind: 'recover-database', name: 'shop', id: '10001', as: 'shop_1x7k0qp' },
  ],
  'recover-table': [
    { kind: 'recover-table', database: 'shop', name: 'orders', id: '10222' },
    { kind: 'recover-table', database: 'shop', name: 'orders', id: '10222', as: 'orders_1x7k0qp' },
  ],
  'recover-partition': [
    { kind: 'recover-partition', database: 'shop', table: 'orders', name: 'p1', id: '10333' },
    { kind: 'recover-partition', database: 'shop', table: 'orders', name: 'p1', id: '10333', as: 'p1_1x' },
  ],
  purge: (['database', 'table', 'partition'] as const).map((what) => ({ kind: 'purge', what, id: '10222' })),
  'enable-binlog': [
    { kind: 'enable-binlog', database: 'shop' },
    { kind: 'enable-binlog', database: 'shop', table: 'orders' },
  ],
};

test.each(Object.values(ALL).flat())('$kind says to Doris what it says here', (statement) => {
  expect(parseDoris(sqlOf(statement))).toEqual(statement);
});

test('a backup and a restore read as the reference shows them', () => {
  const [, some] = ALL.backup;
  expect(sqlOf(some!)).toBe(
    'BACKUP SNAPSHOT `shop`.`shop-nightly-20261121t030000z-shop-1` TO `holdfast_shop` ' +
      'ON (`orders` PARTITION (`p202611`, `p202612`), `items`) PROPERTIES ("timeout" = "3600")',
  );
  expect(sqlOf(ALL.restore[0]!)).toBe(
    'RESTORE SNAPSHOT `shop`.`shop-nightly-20261121t030000z-shop-1` FROM `holdfast_shop` ' +
      'ON (`orders` PARTITION (`p202611`) AS `orders_1x7k0qp`, `items` AS `items_1x7k0qp`) ' +
      'PROPERTIES ("backup_timestamp" = "2026-11-21-03-00-01", "reserve_replica" = "true", "timeout" = "86400")',
  );
});

test('the key of the recycle bin is quoted as Doris wants it', () => {
  expect(sqlOf({ kind: 'purge', what: 'table', id: '10222' })).toBe(
    "DROP CATALOG RECYCLE BIN WHERE 'TableId' = 10222",
  );
});

test.each([
  ['a drop that takes what is under the repository along', 'DROP REPOSITORY `r` FORCE'],
  ['a second statement', 'SHOW REPOSITORIES; SHOW DATABASES'],
  ['a swap that drops', 'ALTER TABLE `a`.`b` REPLACE WITH TABLE `c` PROPERTIES ("swap" = "false")'],
  ['a name without its quotes', 'SHOW TABLES FROM shop'],
  ['an open quote', 'SHOW TABLES FROM `shop'],
])('the checker itself refuses %s', (_, sql) => {
  expect(() => parseDoris(sql)).toThrow(SyntaxError);
});
