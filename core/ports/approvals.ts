import type { Approval } from '../approvals/approval.ts';

/** Questions that wait for a person, in the region that asks. */
export interface Approvals {
  /** Creates it unless it is there; a retry of the state that asks has a new token, which takes the place of the old one. */
  ask(approval: Approval): Promise<Approval>;
  approval(id: string): Promise<Approval | undefined>;
  /** Those that wait. */
  waiting(): Promise<readonly Approval[]>;
  /** @throws ConcurrentUpdate when it does not wait any more */
  answer(approval: Approval): Promise<void>;
}
