import { HoldfastError, reasonOf } from '../../core/errors/registry.ts';
import { type Head, headOf, type ReceiptDraft } from '../../core/receipts/receipt.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { TaskPorts } from './ports.ts';

type ReceiptPorts = Pick<TaskPorts, 'region' | 'receipts' | 'announcer' | 'telemetry'>;

/**
 * Writes the receipt of what was restored, and answers where the chain ends with it. A receipt that cannot be written takes
 * nothing back of what was done: that is told by an alert, and the answer is undefined; the daily check writes it once it
 * can (`lambdas/watch/check-receipts`). What may pass is thrown, and the machine tries again.
 */
export async function writeReceipt(
  draft: ReceiptDraft,
  { region, receipts, announcer, telemetry }: ReceiptPorts,
  now: Instant,
): Promise<Head | undefined> {
  try {
    return headOf(await receipts.write(draft, now));
  } catch (error) {
    if (error instanceof HoldfastError && error.retryable) throw error;
    const reason = reasonOf(error);
    telemetry.error(
      `the receipt of ${draft.about} could not be written`,
      error instanceof Error ? error : new Error(reason.message),
      { about: draft.about },
    );
    await announcer.announce({
      name: 'ReceiptNotWritten',
      cluster: draft.cluster,
      region,
      reason,
      sentence: `there is no receipt of ${draft.about}, which ${draft.outcome}: ${reason.message}; the daily check writes it once that is mended; see docs/runbooks/receipt-chain-broken.md`,
      facts: { about: draft.about, kind: draft.kind },
    });
    return undefined;
  }
}

/** What an event says of a receipt: with number and hash, one that is cut off at the end of the chain is found. */
export const receiptFacts = (head: Head | undefined): Readonly<Record<string, string | number>> =>
  head ? { receipt: head.number, receiptHash: head.hash } : {};
