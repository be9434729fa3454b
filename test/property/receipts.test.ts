import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, NOTHING_BEFORE, printReceipt, receiptFile } from '../../core/receipts/canonical.ts';
import { readReceipt } from '../../core/receipts/read.ts';
import { headOf, type Receipt, type ReceiptBody } from '../../core/receipts/receipt.ts';
import { type Flaw, type ReceiptFile, verifyChain } from '../../core/receipts/verify-chain.ts';
import { Signer, verifier } from '../support/receipts.ts';

const signer = new Signer('receipts');
const keys = new Map([['receipts', signer.pem]]);
const LENGTH = 8;
const REGION = 'eu-west-1';

function chainOf(length: number): readonly Receipt[] {
  const receipts: Receipt[] = [];
  for (let number = 1; number <= length; number++)
    receipts.push(signer.sign(bodyOf(number, receipts.at(-1)?.hash ?? NOTHING_BEFORE)));
  return receipts;
}

/** Every second one is of the first format: a chain goes on over releases. */
const bodyOf = (number: number, previous: string): ReceiptBody => ({
  ...(number % 2
    ? { format: 1 }
    : {
        ...{ format: 2, mode: 'region-lost', part: true, late: 'written by the daily check' },
        log: { chain: '20261101t000000z', from: '2026-11-21T01:00:00Z', until: '2026-11-21T02:59:59Z' },
        steps: [{ name: 'restore', seconds: number }],
        unknown: ['its root'],
      }),
  number,
  region: REGION,
  kind: number % 2 ? 'restore' : 'drill',
  about: `orders-restore-${number}`,
  cluster: 'orders',
  outcome: number % 3 ? 'passed' : 'failed',
  startedAt: '2026-11-21T03:00:00Z',
  endedAt: '2026-11-21T03:10:00Z',
  items: number,
  checks: [{ name: 'validated', outcome: 'passed', detail: `bytes of ${number} „ä"` }],
  versions: { holdfast: '0.1.0' },
  key: signer.arn,
  signedAt: '2026-11-21T03:10:01Z',
  previous,
});

const whole = chainOf(LENGTH);
const files: readonly ReceiptFile[] = whole.map((receipt) => ({
  name: receiptFile(receipt.body.number),
  text: printReceipt(receipt),
}));
const head = headOf(whole.at(-1)!);
const flawsOf = (some: readonly ReceiptFile[], expected = head): readonly Flaw[] =>
  verifyChain(some, keys, verifier, { head: expected, region: REGION }).flaws;
const place = fc.integer({ min: 0, max: LENGTH - 1 });

test('a chain that nobody touched has no flaw, in whatever order its files are listed', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...files], { minLength: LENGTH }), (some) => {
      expect(flawsOf(some)).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test('any character that is changed, added or taken away is found, at its receipt', () => {
  fc.assert(
    fc.property(
      place,
      fc.nat(),
      fc.constantFrom('x', '0', '1', ' ', 'A', '"', ''),
      fc.boolean(),
      (at, where, put, keep) => {
        const { name, text } = files[at]!;
        const i = where % text.length;
        const changed = text.slice(0, i) + put + text.slice(keep ? i : i + 1);
        fc.pre(changed !== text);
        const flaws = flawsOf(files.with(at, { name, text: changed }));
        expect(flaws.map(({ number }) => number)).toContain(at + 1);
        expect(flaws[0]!.file).toBe(name);
      },
    ),
    { numRuns: 150 },
  );
});

test('any receipts that are taken away are found: in the middle by the gap, at the end by the head', () => {
  fc.assert(
    fc.property(fc.subarray([...files], { maxLength: LENGTH - 1 }), (left) => {
      const flaws = flawsOf(left);
      const there = new Set(left.map(({ name }) => name));
      const firstGone = files.findIndex(({ name }) => !there.has(name)) + 1;
      const isEnd = left.length === firstGone - 1;
      expect(flaws[0]).toMatchObject(
        isEnd ? { kind: 'cut-off', number: LENGTH } : { kind: 'missing', number: firstGone },
      );
    }),
    { numRuns: 60 },
  );
});

test('without the head, a chain that is cut off at its end looks whole: that is what the head is for', () => {
  expect(verifyChain(files.slice(0, 5), keys, verifier).flaws).toEqual([]);
});

test('any two receipts that change places are found, at both', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      fc.pre(a !== b);
      const swapped = files
        .with(a, { name: files[a]!.name, text: files[b]!.text })
        .with(b, { name: files[b]!.name, text: files[a]!.text });
      const reordered = flawsOf(swapped).filter(({ kind }) => kind === 'reordered');
      expect(reordered.map(({ number }) => number)).toEqual([Math.min(a, b) + 1, Math.max(a, b) + 1]);
    }),
    { numRuns: 30 },
  );
});

test('a receipt that was written anew, with its own hash, is wrongly signed unless the key signed it', () => {
  fc.assert(
    fc.property(place, (at) => {
      const lie = { ...whole[at]!.body, outcome: 'passed', target: 'somewhere else' } as const;
      const byAnother = new Signer('other').sign(lie);
      const forged = files.with(at, { name: files[at]!.name, text: printReceipt(byAnother) });
      expect(flawsOf(forged)[0]).toMatchObject({ kind: 'wrongly-signed', number: at + 1 });
      // Who has the key can sign another one; the one behind it, or the head, still knows the first.
      const signed = files.with(at, { name: files[at]!.name, text: printReceipt(signer.sign(lie)) });
      expect(flawsOf(signed)).toMatchObject([
        at === LENGTH - 1 ? { kind: 'cut-off', number: LENGTH } : { kind: 'unlinked', number: at + 2 },
      ]);
    }),
    { numRuns: 20 },
  );
});

test('a chain that was signed in another region is no chain of this one, and one receipt of another is found among its own', () => {
  const { flaws } = verifyChain(files, keys, verifier, { head, region: 'eu-central-1' });
  expect(flaws.map(({ kind }) => kind)).toEqual(Array(LENGTH).fill('foreign'));
  expect(flaws[0]!.sentence).toContain('is a receipt of eu-west-1, and lies in the chain of eu-central-1');
  const among = signer.sign({ ...whole.at(-1)!.body, region: 'eu-central-1' });
  const mixed = files.with(-1, { name: files.at(-1)!.name, text: printReceipt(among) });
  // Of a folder nobody says whose it is: that of its first receipt.
  expect(verifyChain(mixed, keys, verifier).flaws).toMatchObject([{ kind: 'foreign', number: LENGTH }]);
});

test('a receipt of a key whose public half is not at hand proves nothing', () => {
  const { flaws } = verifyChain(files, new Map(), verifier, { head, region: REGION });
  expect(flaws.map(({ kind }) => kind)).toEqual(Array(LENGTH).fill('wrongly-signed'));
});

test('a far number is one gap and not a million', () => {
  expect(flawsOf([...files, { name: '900000000000.json', text: '{}' }])).toMatchObject([
    { kind: 'missing', number: LENGTH + 1 },
    { kind: 'changed', number: 900_000_000_000 },
  ]);
});

test('canonical JSON is the same for every order of members, and reads back as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonical(turned)).toBe(canonical(value));
      expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
    }),
  );
  expect(canonical({ b: [1, { d: 0.5, c: undefined }], a: 'ä\n' })).toBe('{"a":"ä\\n","b":[1,{"d":0.5}]}');
});

test('a receipt reads back as it was written', () => {
  for (const receipt of whole) expect(readReceipt(printReceipt(receipt))).toEqual(receipt);
});
