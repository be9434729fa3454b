import type { Head, Receipt, ReceiptDraft } from '../receipts/receipt.ts';
import type { Instant } from '../time/instant.ts';

/** The chain of receipts of this region. */
export interface Receipts {
  /**
   * Signs and stores the next receipt. Called again about the same thing, it finds the first.
   * @throws KeyNotUsable, ReceiptChainBroken, and the faults of S3, KMS and DynamoDB
   */
  write(draft: ReceiptDraft, now: Instant): Promise<Receipt>;
}

/** What the catalog knows of a region's chain: where it ends, and which receipt is about what. */
export interface ReceiptLedger {
  newest(region: string): Promise<Head | undefined>;
  /** The receipt about this, if it was entered. */
  about(region: string, kind: Receipt['body']['kind'], about: string): Promise<Head | undefined>;
  /**
   * Enters a receipt that lies in the vault. Entered before, it stays as it is.
   * @throws ConcurrentUpdate when another one has its number, or is about the same
   */
  enter(receipt: Receipt): Promise<void>;
}

/** The public halves of the keys that sign, from where nobody can put one of their own. */
export interface ReceiptKeys {
  /**
   * Of the key that signs in this region, and of those of `keyArns` that may be read as such a one: key id → PEM.
   * @throws KeyNotUsable and the faults of KMS, about the key that signs here
   */
  publicKeys(keyArns: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
