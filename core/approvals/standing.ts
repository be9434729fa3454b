import type { Instant } from '../time/instant.ts';
import type { Approval, ApprovalState } from './approval.ts';

/**
 * What a question is at an instant. That its time is over is written by nobody, because at that moment nobody is awake who
 * could: whoever reads it sees it.
 */
export const standingAt = ({ state, until }: Approval, now: Instant): ApprovalState =>
  state === 'waiting' && now >= until ? 'expired' : state;

/** A person by their own word: how it is written makes nobody another one. */
const known = (person: string): string => person.trim().normalize('NFKC').toLowerCase();

/** Whether the one who answers is the one who asked, where that is not allowed. */
export const hasSameEyes = ({ fourEyes, askedBy }: Approval, answeredBy: string): boolean =>
  fourEyes && (askedBy === undefined || known(askedBy) === known(answeredBy));

/** Whether this very answer of this very person is what was recorded: one who says it again changes nothing. */
export const saidAlready = ({ state, answeredBy }: Approval, answer: 'yes' | 'no', by: string): boolean =>
  state === (answer === 'yes' ? 'approved' : 'refused') &&
  answeredBy !== undefined &&
  known(answeredBy) === known(by);
