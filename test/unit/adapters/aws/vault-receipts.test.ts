import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { connect, registerTransport } from '../../../../adapters/aws/clients.ts';
import { dynamoReceipts } from '../../../../adapters/aws/dynamo-receipts.ts';
import { type ReceiptPlace, vaultReceipts } from '../../../../adapters/aws/vault-receipts.ts';
import { printReceipt, receiptKey, signedText } from '../../../../core/receipts/canonical.ts';
import type { ReceiptDraft } from '../../../../core/receipts/receipt.ts';
import { verifyChain } from '../../../../core/receipts/verify-chain.ts';
import { days, instant, later } from '../../../../core/time/instant.ts';
import { DynamoDb } from '../../../../embedded/dynamodb/service.ts';
import { Kms } from '../../../../embedded/kms/kms.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import { S3 } from '../../../../embedded/s3/s3.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { CATALOG_TABLE, HOME } from '../../../conformance/catalog-backends.ts';
import { ACCOUNT, type DirectCall, directTransport } from '../../../support/direct-transport.ts';
import { verifier } from '../../../support/receipts.ts';

const BUCKET = 'vault';
const NOW = instant(Date.UTC(2026, 10, 21, 12));
const draft = (n: number): ReceiptDraft => ({
  kind: 'restore',
  about: `orders-restore-${n}`,
  cluster: 'orders',
  outcome: 'passed',
  startedAt: '2026-11-21T03:00:00Z',
  endedAt: '2026-11-21T03:10:00Z',
  checks: [],
});

function make() {
  const streams = new Streams(1);
  const kms = new Kms(streams.stream('kms'));
  const s3 = new S3({ random: streams.stream('s3') });
  s3.createBucket({
    ...{ name: BUCKET, region: HOME, account: ACCOUNT, versioning: true, eventBridge: false },
    objectLock: { enabled: true, mode: undefined, days: undefined },
  });
  const dynamodb = new DynamoDb();
  dynamodb.createTable(CATALOG_TABLE);
  const { keyId } = kms.createKey({ region: HOME, account: ACCOUNT, keySpec: 'ECC_NIST_P256', now: NOW });
  const key = kms.createAlias({
    region: HOME,
    account: ACCOUNT,
    alias: 'alias/holdfast-receipts',
    target: keyId,
  });
  const world = { before: (_: DirectCall): void => {}, after: (_: DirectCall): void => {} };
  registerTransport(
    directTransport([kms, s3, dynamodb], {
      now: () => NOW,
      before: (call) => world.before(call),
      after: (call) => world.after(call),
    }),
  );
  const clients = {
    s3: connect(new S3Client({ region: HOME }), 's3', HOME),
    kms: connect(new KMSClient({ region: HOME }), 'kms', HOME),
  };
  const client = connect(new DynamoDBClient({ region: HOME }), 'dynamodb', HOME);
  registerTransport(undefined);
  const place: ReceiptPlace = {
    ...{ region: HOME, bucket: BUCKET, key, versions: { holdfast: '0' } },
    lock: { mode: 'GOVERNANCE', days: 400 },
  };
  const ledger = dynamoReceipts(client, CATALOG_TABLE.name);
  const files = () =>
    [...s3.current(BUCKET)].map(([name, { body }]) => ({
      name: name.slice('receipts/'.length),
      text: body.toString('utf8'),
    }));
  const chain = async () => {
    const pem = new Map(
      files().flatMap(({ name, text }) =>
        name.endsWith('.pem') ? [[name.slice(11, -4), text] as const] : [],
      ),
    );
    return verifyChain(files(), pem, verifier, { head: await ledger.newest(HOME), region: HOME });
  };
  return { world, s3, ledger, files, chain, receipts: vaultReceipts(clients, ledger, place) };
}

test('receipts follow each other in the vault, under their lock, beside the key that verifies them', async () => {
  const { receipts, s3, chain, files } = make();
  for (const n of [1, 2, 3]) expect((await receipts.write(draft(n), NOW)).body.number).toBe(n);
  const { flaws, head } = await chain();
  expect(flaws).toEqual([]);
  expect(head?.number).toBe(3);
  expect(files()).toHaveLength(4);
  for (const [key, { retention }] of s3.current(BUCKET))
    expect(retention, key).toEqual({ mode: 'GOVERNANCE', until: later(NOW, days(400)) });
});

test('what was written about a thing once is found again, however often it is asked for', async () => {
  const { receipts, files } = make();
  const first = await receipts.write(draft(1), NOW);
  await receipts.write(draft(2), NOW);
  expect(await receipts.write({ ...draft(1), outcome: 'failed' }, later(NOW, days(1)))).toEqual(first);
  expect(files()).toHaveLength(3);
});

test('killed before or after any call, the same attempt or another writer goes on without a hole or a double', async () => {
  const probe = make();
  let calls = 0;
  probe.world.before = () => void calls++;
  await probe.receipts.write(draft(1), NOW);
  expect(calls).toBeGreaterThan(6);
  for (const moment of ['before', 'after'] as const)
    for (const next of [1, 2])
      for (let killed = 1; killed <= calls; killed++) {
        const { world, receipts, chain } = make();
        await receipts.write(draft(0), NOW);
        let at = 0;
        world[moment] = () => {
          if (++at === killed) throw new Error('killed');
        };
        // A call that is refused (the public key lies there already) has no answer to be killed after.
        const died = await receipts.write(draft(1), NOW).then(
          () => false,
          () => true,
        );
        expect(died || (moment === 'after' && killed === calls), `${moment} call ${killed}`).toBe(true);
        world[moment] = () => {};
        await receipts.write(draft(next), NOW);
        await receipts.write(draft(1), NOW);
        const { flaws, receipts: written } = await chain();
        const where = `killed ${moment} call ${killed}, then receipt ${next}`;
        expect(flaws, where).toEqual([]);
        const about = written.map((receipt) => receipt.body.about).sort();
        expect(about, where).toEqual([0, 1, ...(next === 2 ? [2] : [])].map((n) => `orders-restore-${n}`));
      }
});

test('two writers at once get a number each, and one chain', async () => {
  const { receipts, chain } = make();
  await Promise.all([1, 2, 3, 4].map((n) => receipts.write(draft(n), NOW)));
  const { flaws, head } = await chain();
  expect(flaws).toEqual([]);
  expect(head?.number).toBe(4);
});

test('a catalog that was lost is entered again from the vault', async () => {
  const before = make();
  for (const n of [1, 2, 3]) await before.receipts.write(draft(n), NOW);
  const after = make();
  const { s3 } = after;
  for (const { name, text } of before.files())
    s3.call(
      'PutObject',
      { Bucket: BUCKET, Key: `receipts/${name}`, Body: Buffer.from(text) },
      { account: ACCOUNT, region: HOME, principal: 'root', now: NOW },
    );
  expect((await after.receipts.write(draft(2), NOW)).body.number).toBe(2);
  expect((await after.receipts.write(draft(4), NOW)).body.number).toBe(4);
  expect((await after.chain()).flaws).toEqual([]);
});

test('a receipt of another region that lies under the next number is not followed: the chain is told as broken', async () => {
  const { receipts, s3, ledger } = make();
  const { body, signature } = await receipts.write(draft(1), NOW);
  const other = { ...body, number: 2, region: 'us-east-1', about: 'orders-restore-9' };
  const follows = { ...other, previous: (await ledger.newest(HOME))!.hash };
  const foreign = { body: follows, hash: verifier.sha256(signedText(follows)), signature };
  s3.call(
    'PutObject',
    { Bucket: BUCKET, Key: receiptKey(2), Body: Buffer.from(printReceipt(foreign)) },
    { account: ACCOUNT, region: HOME, principal: 'root', now: NOW },
  );
  await expect(receipts.write(draft(2), NOW)).rejects.toThrow('is number 2 of us-east-1');
  expect((await ledger.newest(HOME))?.number).toBe(1);
});

test('a receipt that was changed is not followed by another: the chain is told as broken', async () => {
  const { receipts, s3, ledger, world } = make();
  await receipts.write(draft(1), NOW);
  // Written and not entered, and changed meanwhile.
  world.before = ({ service, operation }) => {
    if (service === 'dynamodb' && operation === 'PutItem') throw new AwsError('ThrottlingException', 'slow');
  };
  await expect(receipts.write(draft(2), NOW)).rejects.toThrow('slow');
  world.before = () => {};
  s3.corrupt(BUCKET, receiptKey(2), [...s3.current(BUCKET)].find(([key]) => key === receiptKey(2))![1].id);
  await expect(receipts.write(draft(3), NOW)).rejects.toMatchObject({ name: 'ReceiptChainBroken' });
  expect((await ledger.newest(HOME))?.number).toBe(1);
});
