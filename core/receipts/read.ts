import * as z from 'zod';
import { printReceipt } from './canonical.ts';
import type { FirstBody, Receipt, ReceiptLog, SecondBody } from './receipt.ts';

const text = z.string();
const count = z.number();
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

type Fields<Record> = { readonly [Key in keyof Required<Record>]: z.ZodType };

const first = {
  format: z.literal(1),
  number: z.int().min(1),
  region: text,
  kind: z.enum(['drill', 'restore', 'failover', 'failback', 'switchover']),
  about: text,
  cluster: text,
  outcome: z.enum(['passed', 'failed']),
  recoveryPoint: text.exactOptional(),
  root: text.exactOptional(),
  restoredTo: text.exactOptional(),
  startedAt: text,
  endedAt: text,
  target: text.exactOptional(),
  items: count.exactOptional(),
  bytes: count.exactOptional(),
  achievedRpoSeconds: count.exactOptional(),
  achievedRtoSeconds: count.exactOptional(),
  checks: z.array(z.strictObject({ name: text, outcome: text, detail: text })),
  heartbeat: text.exactOptional(),
  reason: z.strictObject({ name: text, message: text }).exactOptional(),
  versions: z.record(text, text),
  key: text,
  signedAt: text,
  previous: hex64,
} satisfies Fields<FirstBody>;

const log = { chain: text, from: text.exactOptional(), until: text } satisfies Fields<ReceiptLog>;

const second = {
  ...first,
  format: z.literal(2),
  mode: z.enum(['ordinary', 'region-lost']).exactOptional(),
  part: z.literal(true).exactOptional(),
  asked: z.literal(true).exactOptional(),
  log: z.strictObject(log).exactOptional(),
  steps: z.array(z.strictObject({ name: text, seconds: count })).exactOptional(),
  late: text.exactOptional(),
  unknown: z.array(text).exactOptional(),
} satisfies Fields<SecondBody>;

const receipt: z.ZodType<Receipt> = z.strictObject({
  body: z.discriminatedUnion('format', [z.strictObject(first), z.strictObject(second)]),
  hash: hex64,
  signature: z.base64(),
});

/**
 * Reads a receipt's file. Only what was written as Holdfast writes it is taken, to the byte: white space that was added
 * is a change too. Otherwise, one sentence that says what is wrong with it.
 */
export function readReceipt(file: string): Receipt | { readonly wrong: string } {
  let json: unknown;
  try {
    json = JSON.parse(file);
  } catch (error) {
    return { wrong: `it is not JSON: ${(error as Error).message}` };
  }
  const parsed = receipt.safeParse(json);
  if (!parsed.success) return { wrong: `it is no receipt: ${z.prettifyError(parsed.error)}` };
  const { signature } = parsed.data;
  // The last character of base64 has bits that mean nothing: they are part of what was written all the same.
  const same = Buffer.from(signature, 'base64').toString('base64') === signature;
  if (!same || printReceipt(parsed.data) !== file)
    return { wrong: 'it says what a receipt says, in other bytes' };
  return parsed.data;
}
