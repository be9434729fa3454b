import type { Receipt, ReceiptDraft } from '../receipts/receipt.ts';

/** The chain of receipts of this region. */
export interface Receipts {
  /** Signs and stores the next receipt. Called again about the same thing, it finds the first. */
  write(draft: ReceiptDraft): Promise<Receipt>;
}
