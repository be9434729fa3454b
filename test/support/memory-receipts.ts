import type { Receipts } from '../../core/ports/receipts.ts';
import { NOTHING_BEFORE } from '../../core/receipts/canonical.ts';
import type { Receipt } from '../../core/receipts/receipt.ts';
import { iso } from '../../core/time/instant.ts';
import { Signer } from './receipts.ts';

/** A chain in memory, signed like any other. */
export class MemoryReceipts implements Receipts {
  readonly written: Receipt[] = [];
  readonly #signer = new Signer('memory');
  /** Thrown instead of writing, while it is set. */
  failing: Error | undefined;

  async write(draft: Parameters<Receipts['write']>[0], now: Parameters<Receipts['write']>[1]) {
    if (this.failing) throw this.failing;
    const found = this.written.find(({ body }) => body.kind === draft.kind && body.about === draft.about);
    if (found) return found;
    const receipt = this.#signer.sign({
      ...draft,
      ...{ format: 2, region: 'eu-west-1', versions: {}, key: this.#signer.arn, signedAt: iso(now) },
      number: this.written.length + 1,
      previous: this.written.at(-1)?.hash ?? NOTHING_BEFORE,
    });
    this.written.push(receipt);
    return receipt;
  }
}
