import { describe, expect, test } from 'vitest';
import { parseBigJson } from '../../../../../adapters/engines/shared/big-json.ts';
import { reportOf, statusIn } from '../../../../../adapters/engines/tidb/log-status.ts';
import { iso } from '../../../../../core/time/instant.ts';

const PLACE = { cluster: 'shop', bucket: 'vault' };
const OURS = 's3://vault/shop/log/20261101t000000z';
/** As br prints it, with what the contract shows. 449701234567890123 is no number that JavaScript has. */
const statusOf = (fields: string): string =>
  `[{"name":"holdfast-shop","start_ts":449600000000000001,"end_ts":999999999999999999,"status":"NORMAL","table_filter":["*.*"],"progress":[{"store_id":1,"checkpoint":449701234567890123}],"storage":"${OURS}","checkpoint":449701234567890123,"estimate_qps":1234.5,"last_errors":[]${fields}}]`;

describe('JSON with 64-bit integers', () => {
  test('keeps every digit, as text, and leaves numbers, fractions and texts alone', () => {
    expect(
      parseBigJson(
        '{"a":449701234567890123,"b":12,"c":1234567890123456.5,"d":"x\\"449701234567890123","e":[-449701234567890123]}',
      ),
    ).toEqual({
      a: '449701234567890123',
      b: 12,
      c: 1234567890123456.5,
      d: 'x"449701234567890123',
      e: ['-449701234567890123'],
    });
  });
});

describe('what br log status answers', () => {
  test('is a running task of a chain of ours, with every digit of its checkpoint', () => {
    expect(reportOf(statusOf(''), PLACE)).toEqual({
      status: 'task',
      task: {
        status: 'running',
        name: 'holdfast-shop',
        storage: OURS,
        chain: '20261101t000000z',
        checkpoint: { at: Number(449701234567890123n >> 18n), mark: '449701234567890123' },
      },
    });
  });

  test('is found between the lines of its log', () => {
    const lines = [
      '[2026/06/17 10:00:00.000 +00:00] [INFO] [info.go:49] ["Welcome to Backup & Restore (BR)"]',
      '[]',
      '[2026/06/17 10:00:01.000 +00:00] [INFO] [x.go:1] [bye]',
    ];
    expect(statusIn(lines)).toBe('[]');
    expect(reportOf('[]', PLACE)).toEqual({ status: 'no-task' });
    expect(statusIn(lines.slice(0, 1))).toBeUndefined();
  });

  test.each([
    ['another name', statusOf('').replace('holdfast-shop', 'pitr-main')],
    ['another vault', statusOf('').replace('s3://vault/', 's3://vault-2/')],
    ['another cluster', statusOf('').replace('vault/shop', 'vault/till')],
    ['a place below a chain', statusOf('').replace(OURS, `${OURS}/x`)],
    ['a place that is no chain', statusOf('').replace(OURS, 's3://vault/shop/log/mine')],
  ])('is not ours with %s', (_, text) => {
    const report = reportOf(text, PLACE);
    expect(report.status === 'task' && report.task).toMatchObject({ status: 'running', chain: undefined });
  });

  test('names what each store says about an error, and knows when that is the end', () => {
    const failed = (message: string) =>
      reportOf(
        statusOf(
          `,"last_errors":[{"store_id":4,"last_error":{"happen_at":1719900000000,"error_code":"KV:LogBackup:Io","error_message":"${message}","store_id":4}}]`,
        ).replace('NORMAL', 'ERROR'),
        PLACE,
      );
    expect(failed('AccessDenied')).toMatchObject({
      task: { status: 'error', message: 'store 4: KV:LogBackup:Io AccessDenied' },
    });
    expect(failed('AccessDenied')).not.toHaveProperty('task.gone');
    expect(failed('the checkpoint has been gc')).toMatchObject({ task: { status: 'error', gone: true } });
  });

  test('may end its place with a slash, and have no checkpoint yet', () => {
    const text = statusOf('').replace(OURS, `${OURS}/`).replaceAll('449701234567890123', '0');
    const report = reportOf(text, PLACE);
    expect(report).toMatchObject({ task: { chain: '20261101t000000z' } });
    expect(report).not.toHaveProperty('task.checkpoint');
  });

  test.each(['not json', '{"tasks":[]}', statusOf('').replace('NORMAL', 'SLEEPING')])(
    'that nobody understands is unknown, and taken for nothing else: %s',
    (text) => {
      expect(reportOf(text, PLACE)).toMatchObject({ status: 'unknown', reason: { name: 'LogFailed' } });
    },
  );

  test('rounds a checkpoint down to the millisecond', () => {
    const report = reportOf(statusOf(''), PLACE);
    const at = report.status === 'task' ? report.task.checkpoint!.at : undefined;
    expect(BigInt(at!) << 18n).toBeLessThanOrEqual(449701234567890123n);
    expect(iso(at!)).toMatch(/^20\d\d-/);
  });
});
