/** What a receipt of either format says: something that was restored, and what came of it. */
interface Said {
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

/** As receipts were before they said how long each step took, and from which log. They are read for ever. */
export interface FirstBody extends Said {
  readonly format: 1;
}

/** As receipts are written now. */
export interface SecondBody extends Said {
  readonly format: 2;
  /** Of a drill: `region-lost` was denied every call into the primary. */
  readonly mode?: 'ordinary' | 'region-lost';
  /** It was to bring back less than its point holds. */
  readonly part?: true;
  /** Somebody's yes was waited for, and `achievedRtoSeconds` is what that took as well. */
  readonly asked?: true;
  /** The continuous log that leads from the point to `restoredTo`. Absent where the point alone was restored. */
  readonly log?: ReceiptLog;
  /** What was measured of it, in the order in which it was done; what was not reached is not there. */
  readonly steps?: readonly { readonly name: string; readonly seconds: number }[];
  /** One sentence, where no receipt was written when it ended: by whom this one was, and from what. */
  readonly late?: string;
  /** What it would say, and nobody knows any more: a sentence for each. */
  readonly unknown?: readonly string[];
}

export interface ReceiptLog {
  /** The chain's id: the UTC second of its start. */
  readonly chain: string;
  /** The instant of the recovery point, from where the log is applied; ISO 8601. Absent where it is `unknown`. */
  readonly from?: string;
  /** The instant that it is applied up to. */
  readonly until: string;
}

export type ReceiptBody = FirstBody | SecondBody;

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
  SecondBody,
  'format' | 'number' | 'region' | 'previous' | 'versions' | 'key' | 'signedAt'
>;

/** The end of a chain, by which receipts that were cut off behind it are found. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

export const headOf = ({ body, hash }: Receipt): Head => ({ number: body.number, hash });

/** The sentence of one that was written afterwards; undefined for one that was written when it ended. */
export const lateness = ({ body }: Receipt): string | undefined =>
  body.format === 2 ? body.late : undefined;
