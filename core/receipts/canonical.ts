import { invariant } from '../errors/assert.ts';
import type { Receipt, ReceiptBody } from './receipt.ts';

/**
 * The one way to write a value down as JSON, so that whoever hashes it hashes the same bytes: no white space, members
 * sorted by their names' UTF-16 code units, absent members left out, numbers and strings as ECMAScript prints them. That
 * is RFC 8785. Text only; UTF-8 when it becomes bytes.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
      .join(',')}}`;
  if (typeof value === 'number') invariant(Number.isFinite(value), 'JSON has finite numbers only', { value });
  const text = JSON.stringify(value);
  invariant(text !== undefined, 'JSON has no such value', { type: typeof value });
  return text;
}

/** What is hashed and signed of a receipt. */
export const signedText = (body: ReceiptBody): string => canonical(body);

/** A receipt as its file holds it: one line without an end, `{"body":…,"hash":"…","signature":"…"}`. */
export const printReceipt = (receipt: Receipt): string => canonical(receipt);

/** What the first receipt of a chain follows. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** Twelve digits: names sort as the numbers do, and one receipt a second lasts for 30,000 years. */
const DIGITS = 12;
export const RECEIPTS_PREFIX = 'receipts/';
export const numberName = (number: number): string => String(number).padStart(DIGITS, '0');
export const receiptFile = (number: number): string => `${numberName(number)}.json`;
export const receiptKey = (number: number): string => `${RECEIPTS_PREFIX}${receiptFile(number)}`;

/** The number that a file's name says; undefined for a file that is no receipt. */
export function numberOfFile(file: string): number | undefined {
  const [, digits] = /^(\d{12})\.json$/.exec(file) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** `arn:aws:kms:eu-west-1:…:key/1234-…` → `1234-…`. */
export const keyIdOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
export const publicKeyFile = (keyArn: string): string => `public-key-${keyIdOf(keyArn)}.pem`;
export const publicKeyKey = (keyArn: string): string => `${RECEIPTS_PREFIX}${publicKeyFile(keyArn)}`;

/** The id of the key whose public half a file holds; undefined for another file. */
export const keyIdOfFile = (file: string): string | undefined =>
  /^public-key-([A-Za-z0-9-]+)\.pem$/.exec(file)?.[1];
