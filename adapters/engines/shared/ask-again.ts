import type { Cursor, Step } from '../../../core/engines/driver.ts';

const FIRST_POLL_SECONDS = 30;
const LAST_POLL_SECONDS = 600;

const count = (cursor: Cursor, key: string): number =>
  typeof cursor[key] === 'number' ? (cursor[key] as number) : 0;

/**
 * Asks again after 30 s, then at growing intervals up to 10 minutes: a snapshot takes minutes, a copy hours, and each
 * poll costs state transitions.
 */
export function askAgain(outcome: 'running' | 'waiting', doing: string, cursor: Cursor): Step {
  const polls = count(cursor, 'polls');
  return {
    outcome,
    doing,
    pollAfterSeconds: Math.min(LAST_POLL_SECONDS, Math.round(FIRST_POLL_SECONDS * 1.5 ** polls)),
    cursor: { ...cursor, polls: polls + 1 },
  };
}

/** The same, soon: something is looked for that a list may not show yet. */
export const lookAgain = (doing: string, cursor: Cursor): Step => ({
  outcome: 'running',
  doing,
  pollAfterSeconds: FIRST_POLL_SECONDS,
  cursor,
});

/**
 * What has just been created may not be listed yet. Once is taken for that; twice in a row means that it is gone.
 */
export const missedOnce = (cursor: Cursor): boolean => cursor['missing'] === true;
export const noteMissing = (cursor: Cursor): Cursor => ({ ...cursor, missing: true });
export const seen = (cursor: Cursor): Cursor => ({ ...cursor, missing: false });
