import { describe, expect, test } from 'vitest';
import {
  binEntriesIn,
  contentsIn,
  isOver,
  jobsIn,
  newestOf,
  snapshotIn,
} from '../../../../../adapters/engines/doris/answers.ts';
import { cancelledOf, isBusy, refusalOf } from '../../../../../adapters/engines/doris/refusals.ts';
import { markersIn } from '../../../../../adapters/engines/doris/snapshots.ts';
import { CaptureFailed, RestoreFailed } from '../../../../../core/errors/registry.ts';
import type { ObjectStore } from '../../../../../core/ports/object-store.ts';

const cancelled = (status: string, trouble = '') => {
  const found = cancelledOf('the job', { status, trouble }, CaptureFailed);
  return found.means === 'over' ? found.error.name : found.means;
};
const refused = (message: string, failed = CaptureFailed) =>
  refusalOf('it', { code: 'ER_UNKNOWN_ERROR', errno: 1105, message, statement: 0 }, failed).name;

describe('a cancelled job', () => {
  test.each([
    ['[COMMON_ERROR, msg: user cancelled]', 'CaptureFailed'],
    ['[TIMEOUT, msg: timeout]', 'CaptureOverdue'],
    ['[NOT_FOUND, msg: backend 10003 is not alive]', 'again'],
    ['[BAD_CONNECTION, msg: connection reset]', 'again'],
    ['[BAD_FILE, msg: md5sum does not equal]', 'again'],
    ['[OLAP_VERSION_ALREADY_MERGED, msg: version 5 is merged]', 'again'],
    ['[COMMON_ERROR, msg: failed to upload]', 'again'],
    ['[COMMON_ERROR, msg: S3 AccessDenied, status code: 403]', 'PermissionMissing'],
    ['[CREATE_REMOTE_PATH_FAILED, msg: no]', 'CaptureFailed'],
    ['', 'again'],
  ])('of status %s is %s', (status, means) => {
    expect(cancelled(status)).toBe(means);
  });

  test('is told from a denial by what its tasks say, too', () => {
    expect(
      cancelled('[COMMON_ERROR, msg: upload failed]', '10003: not authorized to perform sts:AssumeRole'),
    ).toBe('PermissionMissing');
  });

  test('of a restore that ran out of time is an overdue restore', () => {
    const found = cancelledOf('r', { status: '[TIMEOUT, msg: x]', trouble: '' }, RestoreFailed);
    expect(found).toMatchObject({ means: 'over', error: { name: 'RestoreOverdue' } });
  });
});

describe('a refused statement', () => {
  test.each([
    ['BACKUP and RESTORE are not supported by the cloud mode yet', 'UnsupportedByEngine'],
    ['Table type MATERIALIZED_VIEW: materialized view is not supported', 'UnsupportedByEngine'],
    ['Unknown partition p9 in tableorders', 'InvalidConfiguration'],
    ["Unknown table 'ghosts'", 'InvalidConfiguration'],
    ["Unknown database 'lost'", 'InvalidConfiguration'],
    ['Access denied; you need (at least one of) the ADMIN privilege(s)', 'PermissionMissing'],
    ['Do not support backup table with temp partitions', 'CaptureFailed'],
    ['something else', 'CaptureFailed'],
  ])('%s is %s', (message, name) => {
    expect(refused(message)).toBe(name);
  });

  test.each([
    'Can only run one backup or restore job of a database at same time',
    'Another backup or restore job is being submitted. Please wait and try again',
  ])('%s passes by itself', (message) => {
    expect(isBusy({ code: 'x', errno: 1105, message, statement: 0 })).toBe(true);
  });
});

describe('answers', () => {
  test('of a snapshot without its info file have no timestamp, however NULL is written', () => {
    for (const nothing of [null, '\\N', 'NULL', ''])
      expect(
        snapshotIn([{ Snapshot: 'l', Timestamp: nothing, Status: 'ERROR: No info file found' }]),
      ).toMatchObject({ timestamp: '', status: 'ERROR: No info file found' });
  });

  test('name databases without the cluster that older versions put in front', () => {
    const details = JSON.stringify({
      database: 'default_cluster:shop',
      olap_table_list: [{ name: 'orders' }],
    });
    expect(contentsIn(details)).toMatchObject({ database: 'shop', tables: new Map([['orders', []]]) });
    expect(contentsIn('{')).toBeUndefined();
    expect(contentsIn('{"x":1}')).toBeUndefined();
  });

  test('have a job without a number as the newest, and know which are over', () => {
    const jobs = jobsIn('BACKUP', [
      { JobId: '7', SnapshotName: 'a', State: 'FINISHED' },
      { JobId: '-1', SnapshotName: 'a', State: 'PENDING' },
      { JobId: '9', SnapshotName: 'a', State: 'CANCELLED' },
    ]);
    expect(newestOf(jobs)?.state).toBe('PENDING');
    expect(newestOf(jobs.toSpliced(1, 1))?.id).toBe(9);
    expect(jobs.map(isOver)).toEqual([true, false, true]);
  });

  test('of the bin leave out what is of no known kind', () => {
    expect(binEntriesIn([{ Type: 'Tablet', Name: 'x' }])).toEqual([]);
  });
});

test('markers are found folder by folder, without reading what tablets wrote', async () => {
  const ID = 'olap-daily-20261121t030000z';
  const root = `olap/${ID}/data/__palo_repository_holdfast_${ID}/`;
  const info = (label: string) => `__ss_${label}/__info_2026-11-21-03-00-01.0123456789abcdef0123456789abcdef`;
  const tablets = (label: string) =>
    Array.from(
      { length: 50 },
      (_, n) => `__ss_${label}/__ss_content/__tbl_1/${String(n).padStart(3, '0')}.dat`,
    );
  const names = ['l-1', 'l-10', 'l-2', 'm'].flatMap((label) => [
    ...(label === 'l-2' ? [] : [info(label)]),
    `__ss_${label}/__meta.x`,
    ...tablets(label),
  ]);
  const keys = ['__repo_info', ...names].map((name) => root + name).toSorted();
  let read = 0;
  const store = {
    async *list(_: string, prefix: string, after = '') {
      for (const key of keys)
        if (key.startsWith(prefix) && key > after) {
          read++;
          yield { key, bytes: 1, etag: '' };
        }
    },
  } as unknown as ObjectStore;
  const found = await markersIn({ store, bucket: 'vault', cluster: 'olap', id: ID });
  expect(found).toEqual(
    ['l-1', 'l-10', 'm'].map((label) => root.slice(`olap/${ID}/data/`.length) + info(label)),
  );
  expect(read).toBeLessThan(20);
});
