import type { Instant } from '../time/instant.ts';

export type ApprovalState = 'waiting' | 'approved' | 'refused' | 'expired';
export type Answer = 'yes' | 'no';

/** A question that a person answers before something is done that cannot be undone. */
export interface Approval {
  /** Of the execution that waits: `failover-shop-20261121t041502z`. */
  readonly id: string;
  readonly about: 'failover' | 'failback' | 'switchover' | 'restore' | 'writers-stopped';
  /** One sentence that says what will be done and what is given up. */
  readonly sentence: string;
  /** The figures behind it, for whoever decides. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly region: string;
  readonly askedAt: Instant;
  /** Who asked, by their own word; four eyes means that somebody else answers. */
  readonly askedBy?: string;
  /** After this it is refused by itself. */
  readonly until: Instant;
  readonly fourEyes: boolean;
  /** Step Functions' token of the state that waits. */
  readonly token: string;
  readonly state: ApprovalState;
  readonly answeredAt?: Instant;
  readonly answeredBy?: string;
  readonly note?: string;
}
