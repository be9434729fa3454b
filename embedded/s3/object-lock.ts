import { type Instant, instant, later, days as ofDays } from '../../core/time/instant.ts';
import type { Bucket, Retention } from './bucket.ts';
import { invalidArgument, noLockConfiguration } from './errors.ts';

interface LockRequest {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

/** The lock that a request asks for. Undefined retention means: the bucket's default. */
export function lockRequested(bucket: Bucket, input: LockRequest, now: Instant) {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if ((mode || until || hold) && !bucket.spec.objectLock?.enabled) throw noLockConfiguration();
  return {
    retention: mode || until ? checkRetention(mode, until, now) : undefined,
    legalHold: hold === 'ON',
  };
}

export function checkRetention(mode: string | undefined, until: Date | undefined, now: Instant): Retention {
  if (!mode || !until)
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'ObjectLockMode',
      mode,
    );
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw invalidArgument('Unknown wormMode directive.', 'ObjectLockMode', mode);
  if (until.getTime() <= now)
    throw invalidArgument('The retain until date must be in the future!', 'RetainUntilDate', until.getTime());
  return { mode, until: instant(until.getTime()) };
}

/** A bucket's default lock, counted from the creation of the version ("How S3 Object Lock works", S3 User Guide). */
export function defaultRetention(bucket: Bucket, createdAt: Instant): Retention | undefined {
  const lock = bucket.spec.objectLock;
  if (!lock?.enabled || !lock.mode || lock.days === undefined) return undefined;
  return { mode: lock.mode, until: later(createdAt, ofDays(lock.days)) };
}

export const isLocked = (
  version: { readonly retention: Retention | undefined; readonly legalHold: boolean },
  now: Instant,
): boolean => version.legalHold || (version.retention !== undefined && version.retention.until > now);
