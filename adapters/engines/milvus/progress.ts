import type { Cursor } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { type Instant, instant } from '../../../core/time/instant.ts';
import { NOT_STARTED, type Standing, standingIn } from '../shared/errand.ts';
import { type Listing, listingCursor, listingIn, NOT_LISTED } from '../shared/files.ts';

const STEPS = ['backup', 'clear', 'files'] as const;

/** Where a capture stands, and what is known of it so far. */
export interface Captured extends Standing {
  readonly step: (typeof STEPS)[number];
  /** Before the run was started that wrote what lies there: everything of before then is in it. */
  readonly startedAt: Instant;
  /** What a person should see to although all went well; empty when there is nothing. */
  readonly warning: string;
  readonly listing: Listing;
}

export const startOf = (openedAt: Instant): Captured => ({
  step: 'backup',
  ...NOT_STARTED,
  startedAt: openedAt,
  warning: '',
  listing: NOT_LISTED,
});

/** A cursor is flat: the listing's members stand beside the others. */
export const cursorOf = ({ listing, ...rest }: Captured): Cursor => {
  const { step, task, attempt, looks, unseen, silent, startedAt, warning } = rest;
  return { step, task, attempt, looks, unseen, silent, startedAt, warning, ...listingCursor(listing) };
};

export function capturedIn(cursor: Cursor): Captured {
  const step = STEPS.find((known) => known === cursor['step']);
  const { startedAt, warning } = cursor;
  invariant(step, 'the cursor carries a step of a capture');
  invariant(typeof startedAt === 'number', 'the cursor carries when the run was started');
  return {
    ...standingIn(cursor),
    step,
    startedAt: instant(startedAt),
    warning: typeof warning === 'string' ? warning : '',
    listing: listingIn(cursor),
  };
}
