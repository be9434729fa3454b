import { beforeEach, describe, expect, test } from 'vitest';
import { ResourceMissing } from '../../../core/errors/registry.ts';
import {
  NOTHING_BEFORE,
  printReceipt,
  publicKeyKey,
  receiptKey,
  signedText,
} from '../../../core/receipts/canonical.ts';
import { type Head, headOf, type Receipt } from '../../../core/receipts/receipt.ts';
import { instant } from '../../../core/time/instant.ts';
import { type CheckReceiptsPorts, check } from '../../../lambdas/watch/check-receipts/check.ts';
import { MemoryReceipts } from '../../support/memory-receipts.ts';
import { Signer, verifier } from '../../support/receipts.ts';
import { HOME, TaskWorld } from '../../support/task-world.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 12));
const signer = new Signer('memory');
const thief = new Signer('thief');

let world: TaskWorld;
let lying: Map<string, string>;
let written: readonly Receipt[];
let head: Head | undefined;

beforeEach(async () => {
  world = new TaskWorld();
  const chain = new MemoryReceipts();
  for (const n of [1, 2, 3, 4])
    await chain.write(
      {
        ...{ kind: 'drill', about: `drill-${n}`, cluster: 'orders', outcome: 'passed', checks: [] },
        ...{ startedAt: '2026-11-21T03:00:00Z', endedAt: '2026-11-21T03:10:00Z' },
      },
      NOW,
    );
  written = chain.written;
  head = headOf(written[3]!);
  lying = new Map(written.map((one) => [receiptKey(one.body.number), printReceipt(one)]));
  // What lies beside the receipts is believed by nobody: KMS shows the key.
  lying.set(publicKeyKey(signer.arn), thief.pem);
});

const run = () => {
  const ports: CheckReceiptsPorts = {
    ...world.ports(),
    shelf: {
      bucket: 'vault',
      store: {
        get: async (_, key) => (lying.has(key) ? Buffer.from(lying.get(key)!) : undefined),
        list: async function* () {
          for (const [key, { length: bytes }] of [...lying].sort()) yield { key, bytes, etag: '' };
        },
      },
    },
    ledger: { newest: async () => head, about: async () => undefined },
    receiptKeys: { publicKeys: async () => new Map([['memory', signer.pem]]) },
    verifier,
  };
  return check({}, ports, NOW);
};
const told = () => world.events.map(({ name, sentence }) => `${name}: ${sentence}`);
const counted = () => world.metrics.flatMap(({ name, value }) => (name === 'ReceiptFlaws' ? [value] : []));

/** Written again by somebody who has no key: the hash is right, and nothing else can be. */
const rewritten = ({ body, signature }: Receipt): string => {
  const changed = { ...body, outcome: 'failed' as const };
  return printReceipt({ body: changed, hash: verifier.sha256(signedText(changed)), signature });
};

describe('the chain of receipts', () => {
  test('that is whole is counted, and nobody is called', async () => {
    expect(await run()).toEqual({ receipts: 4, flaws: 0, late: 0, left: 0 });
    expect([told(), counted()]).toEqual([[], [0]]);
  });

  test('of a region that has none yet is whole', async () => {
    lying.clear();
    head = undefined;
    expect(await run()).toEqual({ receipts: 0, flaws: 0, late: 0, left: 0 });
  });

  const BROKEN: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'a receipt was changed',
      () => lying.set(receiptKey(2), printReceipt(written[1]!).replace('passed', 'failed')),
      /000000000002\.json was changed: .* \(changed\)/,
    ],
    [
      'a receipt and its hash were changed',
      () => lying.set(receiptKey(2), rewritten(written[1]!)),
      /the signature of 000000000002\.json is not one of .* \(wrongly-signed\)/,
    ],
    [
      'a receipt is missing',
      () => lying.delete(receiptKey(3)),
      /000000000003\.json is missing.* \(missing\)/,
    ],
    [
      'two receipts were swapped',
      () => {
        lying.set(receiptKey(2), printReceipt(written[2]!));
        lying.set(receiptKey(3), printReceipt(written[1]!));
      },
      /000000000002\.json holds the receipt of number 3 \(reordered\)/,
    ],
    ['the newest was taken away', () => lying.delete(receiptKey(4)), /goes on to number 4, .* \(cut-off\)/],
    [
      'all of it was written anew with another key, whose public half lies beside it',
      () => {
        lying.clear();
        lying.set(publicKeyKey(thief.arn), thief.pem);
        const { body } = written[0]!;
        lying.set(
          receiptKey(1),
          printReceipt(thief.sign({ ...body, key: thief.arn, previous: NOTHING_BEFORE })),
        );
      },
      /key\/thief, whose public key is not at hand \(wrongly-signed\)/,
    ],
  ];

  test.each(BROKEN)(
    'in which %s is told by its number, and counted for the alarm',
    async (_, harm, message) => {
      harm();
      const { flaws } = await run();
      expect(flaws).toBeGreaterThan(0);
      expect(counted()).toEqual([flaws]);
      expect(told()).toEqual([
        expect.stringMatching(/^ReceiptChainBroken: the chain of receipts of eu-west-1/),
      ]);
      expect(told()[0]).toMatch(message);
      expect(told()[0]).toContain('docs/runbooks/receipt-chain-broken.md');
      expect(world.events[0]?.region).toBe(HOME);
    },
  );

  test('is told in one message, however much of it is wrong', async () => {
    for (const n of [1, 2, 3, 4]) lying.set(receiptKey(n), '{}');
    await run();
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('; 1 more');
  });

  test('that cannot be read is no chain that is whole', async () => {
    lying = new Map([[receiptKey(1), 'x']]);
    lying.get = () => {
      throw new ResourceMissing('the vault is not there');
    };
    await expect(run()).rejects.toMatchObject({ name: 'ResourceMissing' });
    expect(counted()).toEqual([]);
  });
});
