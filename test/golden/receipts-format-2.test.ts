import { expect, test } from 'vitest';
import { printReceipt } from '../../core/receipts/canonical.ts';
import { readReceipt } from '../../core/receipts/read.ts';
import type { Receipt, SecondBody } from '../../core/receipts/receipt.ts';

/** What format 2 added: how a drill was made, from which log, how long each step took, whether it was written late. */
const WRITTEN =
  '{"body":{"about":"drill-orders-1x7k0qp-20261121t041502z","achievedRpoSeconds":900,"achievedRtoSeconds":120,"asked":true,"bytes":4096,"checks":[{"detail":"7 objects","name":"statistics","outcome":"passed"}],"cluster":"orders","endedAt":"2026-11-21T04:17:02Z","format":2,"heartbeat":"unread","items":7,"key":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","kind":"drill","late":"no receipt was written when it ended","log":{"chain":"20261101t000000z","from":"2026-11-21T02:00:00Z","until":"2026-11-21T02:59:59Z"},"mode":"region-lost","number":2,"outcome":"passed","part":true,"previous":"00000000000000000000000000000000000000000000000000000000000000ff","reason":{"message":"no","name":"DrillFailed"},"recoveryPoint":"orders-hourly-20261121t020000z","region":"eu-central-1","restoredTo":"2026-11-21T02:59:59Z","root":"ab12","signedAt":"2026-11-22T06:25:03Z","startedAt":"2026-11-21T04:15:02Z","steps":[{"name":"resolve","seconds":1},{"name":"restore","seconds":120}],"target":"s3://restored/drill/","unknown":["the root of its point"],"versions":{"holdfast":"0.1.0"}},"hash":"00000000000000000000000000000000000000000000000000000000000000ee","signature":"MAYCAQECAQE="}';

const body: Required<SecondBody> = {
  format: 2,
  number: 2,
  region: 'eu-central-1',
  kind: 'drill',
  about: 'drill-orders-1x7k0qp-20261121t041502z',
  cluster: 'orders',
  outcome: 'passed',
  mode: 'region-lost',
  part: true,
  asked: true,
  recoveryPoint: 'orders-hourly-20261121t020000z',
  root: 'ab12',
  restoredTo: '2026-11-21T02:59:59Z',
  log: { chain: '20261101t000000z', from: '2026-11-21T02:00:00Z', until: '2026-11-21T02:59:59Z' },
  startedAt: '2026-11-21T04:15:02Z',
  endedAt: '2026-11-21T04:17:02Z',
  target: 's3://restored/drill/',
  items: 7,
  bytes: 4096,
  achievedRpoSeconds: 900,
  achievedRtoSeconds: 120,
  steps: [
    { name: 'resolve', seconds: 1 },
    { name: 'restore', seconds: 120 },
  ],
  checks: [{ name: 'statistics', outcome: 'passed', detail: '7 objects' }],
  heartbeat: 'unread',
  reason: { name: 'DrillFailed', message: 'no' },
  late: 'no receipt was written when it ended',
  unknown: ['the root of its point'],
  versions: { holdfast: '0.1.0' },
  key: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  signedAt: '2026-11-22T06:25:03Z',
  previous: `${'0'.repeat(62)}ff`,
};
const receipt: Receipt = { body, hash: `${'0'.repeat(62)}ee`, signature: 'MAYCAQECAQE=' };

test('a receipt of format 2 is written as it was, and read back', () => {
  expect(printReceipt(receipt)).toBe(WRITTEN);
  expect(readReceipt(WRITTEN)).toEqual(receipt);
});

test('what format 2 added makes a receipt of format 1 none', () => {
  expect(readReceipt(WRITTEN.replace('"format":2', '"format":1'))).toHaveProperty('wrong');
});
