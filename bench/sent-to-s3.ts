import type { Attempt, Disturbance } from '../embedded/sdk/transport.ts';

/** What a request to S3 is for. */
export type Purpose = 'item' | 'listing' | 'manifest' | 'configuration';

/** USD per request: 5.00 per million PUT, COPY, POST and LIST, 0.40 per million GET and HEAD (S3 Standard, us-east-1). */
const PRICE = { write: 5e-6, read: 0.4e-6 } as const;

/** Counts the requests that Holdfast's functions send to S3, refused ones included: they are billed as well. */
export class SentToS3 implements Disturbance {
  #counts: Record<Purpose, number> = none();
  #usd = 0;

  before({ service, operation, owner, input }: Attempt): void {
    if (service !== 's3' || !owner.startsWith('holdfast-')) return;
    this.#counts[purposeOf(operation, input as { Key?: string })]++;
    this.#usd += /^(Get|Head)/.test(operation) ? PRICE.read : PRICE.write;
  }

  after(): void {}

  /** What was sent since the last call. */
  take(): Readonly<Record<Purpose, number>> & { readonly all: number; readonly usd: number } {
    const counts = this.#counts;
    const usd = this.#usd;
    this.#counts = none();
    this.#usd = 0;
    return { ...counts, all: Object.values(counts).reduce((sum, n) => sum + n, 0), usd };
  }
}

const none = (): Record<Purpose, number> => ({ item: 0, listing: 0, manifest: 0, configuration: 0 });

function purposeOf(operation: string, { Key = '' }: { readonly Key?: string }): Purpose {
  if (operation.startsWith('List')) return 'listing';
  if (/\/(data|long)\//.test(Key)) return 'item';
  return /(^work\/|\/manifest\/)/.test(Key) ? 'manifest' : 'configuration';
}
