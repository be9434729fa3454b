import { expect, test } from 'vitest';
import { enteredReceipts } from '../../adapters/aws/dynamo-receipts.ts';
import { printReceipt } from '../../core/receipts/canonical.ts';
import { readReceipt } from '../../core/receipts/read.ts';
import type { Receipt, ReceiptBody } from '../../core/receipts/receipt.ts';

/**
 * Receipts are read by auditors years later, with openssl: a change of the format raises `body.format` and keeps a reader
 * of the old one. This file was written by the first release that had receipts, and is never edited.
 */
const WRITTEN =
  '{"body":{"about":"orders-restore-1x7k0qp-20261121t041502z","achievedRpoSeconds":900,"achievedRtoSeconds":120,"bytes":4096,"checks":[{"detail":"what was restored was compared with the manifest","name":"validated","outcome":"passed"}],"cluster":"orders","endedAt":"2026-11-21T04:17:02Z","format":1,"heartbeat":"unread","items":7,"key":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","kind":"restore","number":1,"outcome":"passed","previous":"0000000000000000000000000000000000000000000000000000000000000000","reason":{"message":"no","name":"RestoreFailed"},"recoveryPoint":"orders-hourly-20261121t030000z","region":"eu-central-1","restoredTo":"2026-11-21T02:59:59Z","root":"ab12","signedAt":"2026-11-21T04:17:03Z","startedAt":"2026-11-21T04:15:02Z","target":"s3://restored/orders/","versions":{"holdfast":"0.1.0"}},"hash":"00000000000000000000000000000000000000000000000000000000000000ff","signature":"MAYCAQECAQE="}';

const body: Required<ReceiptBody> = {
  format: 1,
  number: 1,
  region: 'eu-central-1',
  kind: 'restore',
  about: 'orders-restore-1x7k0qp-20261121t041502z',
  cluster: 'orders',
  outcome: 'passed',
  recoveryPoint: 'orders-hourly-20261121t030000z',
  root: 'ab12',
  restoredTo: '2026-11-21T02:59:59Z',
  startedAt: '2026-11-21T04:15:02Z',
  endedAt: '2026-11-21T04:17:02Z',
  target: 's3://restored/orders/',
  items: 7,
  bytes: 4096,
  achievedRpoSeconds: 900,
  achievedRtoSeconds: 120,
  checks: [
    { name: 'validated', outcome: 'passed', detail: 'what was restored was compared with the manifest' },
  ],
  heartbeat: 'unread',
  reason: { name: 'RestoreFailed', message: 'no' },
  versions: { holdfast: '0.1.0' },
  key: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  signedAt: '2026-11-21T04:17:03Z',
  previous: '0'.repeat(64),
};
const receipt: Receipt = { body, hash: `${'0'.repeat(62)}ff`, signature: 'MAYCAQECAQE=' };

test('a receipt is written as the first release wrote it, and what that wrote is still read', () => {
  expect(printReceipt(receipt)).toBe(WRITTEN);
  expect(readReceipt(WRITTEN)).toEqual(receipt);
});

test('what the catalog keeps of a receipt came with item format 5', () => {
  const entered = {
    ...{ number: 1, hash: receipt.hash, region: body.region, kind: body.kind },
    ...{ about: body.about, cluster: body.cluster, outcome: body.outcome },
  };
  expect(enteredReceipts.encode(entered)).toEqual(entered);
  expect(
    enteredReceipts.decode({ pk: 'receipts#eu-central-1', sk: '000000000001', format: 5, ...entered }),
  ).toEqual(entered);
});
