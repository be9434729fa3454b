import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { ReceiptKeys, ReceiptLedger } from '../../../core/ports/receipts.ts';
import { numberOfFile, RECEIPTS_PREFIX } from '../../../core/receipts/canonical.ts';
import { readReceipt } from '../../../core/receipts/read.ts';
import {
  type Flaw,
  type ReceiptFile,
  type Verifier,
  verifyChain,
} from '../../../core/receipts/verify-chain.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { checkReceipts } from '../../../workflows/contracts/watch.ts';
import { settled } from '../../shared/at-once.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type LatePorts, writeLate } from './write-late.ts';

export type CheckReceiptsPorts = LatePorts &
  Pick<TaskPorts, 'telemetry'> & {
    readonly shelf: { readonly store: Pick<ObjectStore, 'get' | 'list'>; readonly bucket: string };
    readonly ledger: Pick<ReceiptLedger, 'newest'>;
    readonly receiptKeys: ReceiptKeys;
    readonly verifier: Verifier;
  };

/** A receipt is 2 KB and takes S3 some 30 ms: fifty thousand of them, one a day of 140 clusters for a year, a minute. */
const READ_AT_ONCE = 32;
/** As many as a message should hold; `holdfast receipts verify` names all. */
const NAMED = 3;

/**
 * Verifies what `holdfast receipts verify` verifies, each day and in each region for its own vault: a chain that nobody
 * looks at proves nothing about the time in which nobody looked. Told each day while it is broken. Receipts that could not
 * be written when they were due are written afterwards, once it is told what was found.
 */
export async function check(
  _: Input<typeof checkReceipts>,
  ports: CheckReceiptsPorts,
  now: Instant,
): Promise<Output<typeof checkReceipts>> {
  const { region, shelf, ledger, receiptKeys, verifier, announcer, telemetry } = ports;
  // The head first: what is written from here on lies behind it.
  const head = await ledger.newest(region);
  const files = await receiptsIn(shelf);
  const publicKeys = await receiptKeys.publicKeys(keysOf(files));
  const { receipts, flaws } = verifyChain(files, publicKeys, verifier, { head, region });
  telemetry.metric('ReceiptFlaws', 'Count', flaws.length, { region });
  if (flaws.length > 0) {
    const message = `the chain of receipts of ${region} is broken: ${spoken(flaws)}`;
    await announcer.announce({
      name: 'ReceiptChainBroken',
      cluster: EVERY_CLUSTER,
      region,
      reason: { name: 'ReceiptChainBroken', message },
      sentence: `${message}; see docs/runbooks/receipt-chain-broken.md`,
      facts: { receipts: receipts.length, flaws: flaws.length, first: flaws[0]!.number },
    });
  }
  return { receipts: receipts.length, flaws: flaws.length, ...(await writeLate(receipts, ports, now)) };
}

async function receiptsIn({ store, bucket }: CheckReceiptsPorts['shelf']): Promise<readonly ReceiptFile[]> {
  const names: string[] = [];
  for await (const { key } of store.list(bucket, RECEIPTS_PREFIX)) {
    const name = key.slice(RECEIPTS_PREFIX.length);
    if (numberOfFile(name) !== undefined) names.push(name);
  }
  const read = await settled(names, READ_AT_ONCE, (name) => store.get(bucket, `${RECEIPTS_PREFIX}${name}`));
  return read.flatMap((outcome, n) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value ? [{ name: names[n]!, text: Buffer.from(outcome.value).toString('utf8') }] : [];
  });
}

const keysOf = (files: readonly ReceiptFile[]): string[] => [
  ...new Set(
    files.flatMap(({ text }) => {
      const read = readReceipt(text);
      return 'wrong' in read ? [] : [read.body.key];
    }),
  ),
];

function spoken(flaws: readonly Flaw[]): string {
  const named = flaws.slice(0, NAMED).map(({ kind, sentence }) => `${sentence} (${kind})`);
  const more = flaws.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
