import { type Instant, instant } from '../../core/time/instant.ts';
import { NotModelled, onlyModelled } from '../service.ts';

/** A rule of `LifecycleConfiguration.Rules` in a CloudFormation template (AWS::S3::Bucket Rule). */
export interface LifecycleRule {
  readonly Id?: string;
  readonly Status: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays: number;
    readonly NewerNoncurrentVersions?: number;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
}

const MEMBERS = [
  'Id',
  'Status',
  'Prefix',
  'ExpirationInDays',
  'ExpiredObjectDeleteMarker',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
];

/** Refuses at creation what the runner would silently leave out (transitions, tags, sizes, dates). */
export function checkRule(rule: LifecycleRule): void {
  onlyModelled('s3', 'LifecycleConfiguration.Rules', rule, MEMBERS);
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled')
    throw new NotModelled('s3', `a lifecycle rule of status ${rule.Status}`);
  onlyModelled('s3', 'NoncurrentVersionExpiration', rule.NoncurrentVersionExpiration ?? {}, [
    'NoncurrentDays',
    'NewerNoncurrentVersions',
  ]);
}

const DAY = 86_400_000;

/**
 * S3 adds the days and rounds up to the next midnight UTC ("Lifecycle rules based on an object's age", S3 User Guide).
 */
export const isDue = (since: Instant, days: number, now: Instant): boolean =>
  instant(Math.ceil((since + days * DAY) / DAY) * DAY) <= now;
