export { askAgain, missedOnce, noteMissing, seen } from '../shared/ask-again.ts';

/** Statuses that no waiting mends (waiters of the RDS service model). Any unknown one is still under way. */
const FAILURES = new Set([
  'deleted',
  'deleting',
  'failed',
  'incompatible-credentials',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'inaccessible-encryption-credentials',
  'inaccessible-encryption-credentials-recoverable',
  'restore-error',
  'storage-full',
  'upgrade_failed',
]);

export const isFailure = (status: string): boolean => FAILURES.has(status);
