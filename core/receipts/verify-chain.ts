import type { Sha256 } from '../manifest/merkle.ts';
import { keyIdOf, NOTHING_BEFORE, numberOfFile, receiptFile, signedText } from './canonical.ts';
import { readReceipt } from './read.ts';
import type { Head, Receipt } from './receipt.ts';

/**
 * What is wrong with a receipt, or with where it should be.
 *
 * - `changed`: it does not say what it was signed for, or not in those bytes
 * - `wrongly-signed`: the signature is not one of the key that it names, or that key is not at hand
 * - `missing`: there is none of this number, and there are later ones; a run of them is one flaw, at its first
 * - `reordered`: it lies under another number than its own
 * - `unlinked`: it does not follow the receipt before it
 * - `foreign`: it is of another region than the chain that it lies in
 * - `cut-off`: the chain is known to go further than the receipts do, or to end otherwise
 */
export type FlawKind =
  | 'changed'
  | 'wrongly-signed'
  | 'missing'
  | 'reordered'
  | 'unlinked'
  | 'foreign'
  | 'cut-off';

export interface Flaw {
  readonly kind: FlawKind;
  readonly number: number;
  /** The name of the file that it is about, or would be. */
  readonly file: string;
  readonly sentence: string;
}

/** A file of a folder of receipts, and what is in it. */
export interface ReceiptFile {
  readonly name: string;
  readonly text: string;
}

/** What the arithmetic is left to. */
export interface Verifier {
  readonly sha256: Sha256;
  /** True when `signature` (DER, base64) is the key's over the SHA-256 of `text`. */
  verify(text: string, signature: string, publicKeyPem: string): boolean;
}

export interface Chain {
  readonly receipts: readonly Receipt[];
  readonly flaws: readonly Flaw[];
  /** The last receipt that is there: whoever knows the newest compares it. */
  readonly head?: Head;
}

/** What whoever verifies a chain knows of it from elsewhere. */
export interface Known {
  /** Its newest receipt, as the event of its restore and the catalog announce it. */
  readonly head?: Head | undefined;
  /** Whose chain it is. @default that of its first receipt */
  readonly region?: string | undefined;
}

/**
 * Verifies the receipts of one region, as its vault holds them. Pure: what is at hand and nothing else. A chain cannot
 * show that receipts at its end were taken away, nor that all of it is another region's: what is `known` can.
 * @param publicKeys key id → PEM
 */
export function verifyChain(
  files: readonly ReceiptFile[],
  publicKeys: ReadonlyMap<string, string>,
  verifier: Verifier,
  known: Known = {},
): Chain {
  const flaws: Flaw[] = [];
  const tell = (kind: FlawKind, number: number, sentence: string): void => {
    flaws.push({ kind, number, file: receiptFile(number), sentence });
  };
  const there = new Map<number, Receipt | undefined>();
  for (const { name, text } of files) {
    const number = numberOfFile(name);
    if (number === undefined) continue;
    const read = readReceipt(text);
    const receipt = 'wrong' in read ? undefined : read;
    there.set(number, receipt);
    if ('wrong' in read) tell('changed', number, `${name} was changed: ${read.wrong}`);
    else judge(read, number, publicKeys, verifier, tell);
  }
  const numbers = [...there.keys()].sort((a, b) => a - b);
  const receipts = numbers.flatMap((number) => there.get(number) ?? []);
  const region = known.region ?? receipts[0]?.body.region;
  let last = 0;
  let before: string | undefined = NOTHING_BEFORE;
  for (const number of numbers) {
    if (number > last + 1) {
      tell('missing', last + 1, gap(last + 1, number - 1));
      before = undefined;
    }
    const receipt = there.get(number);
    if (receipt && receipt.body.region !== region)
      tell(
        'foreign',
        number,
        `${receiptFile(number)} is a receipt of ${receipt.body.region}, and lies in the chain of ${region}`,
      );
    if (receipt && before !== undefined && receipt.body.previous !== before)
      tell(
        'unlinked',
        number,
        `${receiptFile(number)} follows a receipt of hash ${receipt.body.previous}, and before it lies one of ${before}`,
      );
    before = receipt?.hash;
    last = number;
  }
  const head = there.get(last);
  if (known.head) judgeEnd(known.head, last, there, tell);
  return {
    receipts,
    flaws: flaws.sort((a, b) => a.number - b.number),
    ...(head && { head: { number: last, hash: head.hash } }),
  };
}

const gap = (first: number, last: number): string =>
  first === last
    ? `${receiptFile(first)} is missing, and there are later ones`
    : `${receiptFile(first)} to ${receiptFile(last)} are missing, ${last - first + 1} receipts, and there are later ones`;

type Tell = (kind: FlawKind, number: number, sentence: string) => void;

function judge(
  { body, hash, signature }: Receipt,
  number: number,
  publicKeys: ReadonlyMap<string, string>,
  { sha256, verify }: Verifier,
  tell: Tell,
): void {
  const file = receiptFile(number);
  const text = signedText(body);
  const computed = sha256(text);
  const publicKey = publicKeys.get(keyIdOf(body.key));
  if (body.number !== number) tell('reordered', number, `${file} holds the receipt of number ${body.number}`);
  if (computed !== hash)
    tell('changed', number, `${file} was changed: it says hash ${hash}, and its body has ${computed}`);
  else if (publicKey === undefined)
    tell('wrongly-signed', number, `${file} names ${body.key}, whose public key is not at hand`);
  else if (!verify(text, signature, publicKey))
    tell('wrongly-signed', number, `the signature of ${file} is not one of ${body.key} over what it says`);
}

function judgeEnd(
  expected: Head,
  last: number,
  there: ReadonlyMap<number, Receipt | undefined>,
  tell: Tell,
): void {
  const { number } = expected;
  const hash = there.get(number)?.hash;
  if (number > last)
    tell(
      'cut-off',
      number,
      `the chain goes on to number ${number}, and the last receipt that is there is ${last}`,
    );
  else if (hash !== undefined && hash !== expected.hash)
    tell(
      'cut-off',
      number,
      `number ${number} was announced with hash ${expected.hash}, and the one there has ${hash}`,
    );
}
