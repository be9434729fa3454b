/** What a receipt is about: something that was restored, and what came of it. */
export interface ReceiptBody {
  readonly format: 1;
  /** From 1, without a gap, per region. */
  readonly number: number;
  readonly region: string;
  readonly kind: 'drill' | 'restore' | 'failover' | 'failback' | 'switchover';
  /** The drill's, restore's or move's id. */
  readonly about: string;
  readonly cluster: string;
  readonly outcome: 'passed' | 'failed';
  readonly recoveryPoint?: string;
  /** Merkle root of the point's manifest. */
  readonly root?: string;
  /** ISO 8601. */
  readonly restoredTo?: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly target?: string;
  readonly items?: number;
  readonly bytes?: number;
  readonly achievedRpoSeconds?: number;
  readonly achievedRtoSeconds?: number;
  readonly checks: readonly { readonly name: string; readonly outcome: string; readonly detail: string }[];
  readonly heartbeat?: string;
  readonly reason?: { readonly name: string; readonly message: string };
  /** What made it: name → version. */
  readonly versions: Readonly<Record<string, string>>;
  /** ARN of the KMS key that signs. */
  readonly key: string;
  /** ISO 8601. */
  readonly signedAt: string;
  /** SHA-256 of the receipt before this one, in hex; of the first, 64 zeros. */
  readonly previous: string;
}

/** A receipt as it lies in the vault. All that it says is in the body, so that the signature covers all of it. */
export interface Receipt {
  readonly body: ReceiptBody;
  /** SHA-256 of the body's canonical JSON, in hex. */
  readonly hash: string;
  /** ECDSA on P-256 over that hash, DER, base64. */
  readonly signature: string;
}

/** What is asked for: the number, the chain and the signature are the writer's. */
export type ReceiptDraft = Omit<
  ReceiptBody,
  'format' | 'number' | 'region' | 'previous' | 'versions' | 'key' | 'signedAt'
>;

/** The end of a chain, by which receipts that were cut off behind it are found. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

export const headOf = ({ body, hash }: Receipt): Head => ({ number: body.number, hash });
