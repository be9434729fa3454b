import { days, hours, minutes, seconds } from '../time/instant.ts';

/** Limits that a configuration is held to, each with where it comes from (read 2026-11-20). */

/** S3: default retention is whole days, at most 100 years (AmazonS3/latest/userguide/object-lock.html). */
export const LOCK_MIN = days(1);
export const LOCK_MAX = days(36_500);

/** EventBridge Scheduler: MaximumWindowInMinutes is 1 to 1,440 (scheduler/latest/APIReference/API_FlexibleTimeWindow.html). */
export const FLEXIBLE_WINDOW_MAX = hours(24);

/** Two hours less than the backup machine's own deadline, so that an overdue capture ends in words and not in a stop. */
export const DEADLINE_MAX = hours(24);
export const DEADLINE_MIN = minutes(1);

/** The copy machine gives up after two days. */
export const COPY_ALLOWANCE_MAX = days(2);

/** The bin is emptied by an hourly run; a shorter grace would be no grace. */
export const GRACE_MIN = hours(1);
export const GRACE_MAX = days(365);

export const OBJECTIVE_MIN = seconds(1);
export const OBJECTIVE_MAX = days(366);

/** Members of one group: what one execution brings back and home again, with room in the events that a state machine may have. */
export const GROUP_MEMBERS_MAX = 100;

export const SKEW_MIN = seconds(1);
export const SKEW_MAX = days(7);

/** Silence is an answer, and somebody has to be able to wait for it. */
export const APPROVAL_MIN = minutes(1);
export const APPROVAL_MAX = days(2);
/** A restore waits within its own three days, and has to come to its end in the rest of them. */
export const RESTORE_APPROVAL_MAX = days(1);

/** Cluster and rule names have their limits in core/ids; a plan's name is part of a schedule's name (64 characters). */
export const PLAN_NAME_MAX = 24;

/** S3: 3 to 63 lowercase letters, digits, dots and hyphens (AmazonS3/latest/userguide/bucketnamingrules.html). */
export const BUCKET_NAME = /^(?=.{3,63}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** RDS: 1 to 63 letters, digits and hyphens, first a letter, no two hyphens in a row (AmazonRDS/latest/APIReference/API_CreateDBCluster.html). */
export const DB_CLUSTER_NAME = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** RDS, Aurora, DocumentDB and Neptune together: manual cluster snapshots per region, adjustable (quota L-9B510759). */
export const CLUSTER_SNAPSHOTS = 100;

/**
 * IAM: a managed policy holds 6,144 characters (IAM/latest/UserGuide/reference_iam-quotas.html), and one statement of
 * the roles that restore names every bucket twice: by itself and with what is in it. The rest is kept for the words
 * around them.
 */
export const POLICY_CHARACTERS_FOR_BUCKETS = 5_600;
export const policyCharactersOf = (bucket: string): number => 2 * `"arn:aws:s3:::${bucket}/*",`.length;

/** EC2: a tag's key has 1 to 128 characters and does not begin with aws:, its value at most 256 (AWSEC2/latest/UserGuide/Using_Tags.html). */
export const TAG_KEY = /^(?!aws:).{1,128}$/i;
export const TAG_VALUE = /^[^*?]{1,256}$/;

/** EC2: zones are named after their region (`eu-west-1a`), local ones with the place between (`us-west-2-lax-1a`). */
export const AVAILABILITY_ZONE = /^[a-z]{2}(-[a-z]+)+-\d+(-[a-z]+-\d+)?[a-z]$/;

export const ACCOUNT = /^\d{12}$/;
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Shorter, and tearing down takes most of it; longer, and what is isolated is forgotten. */
export const DRILL_DEADLINE_MIN = hours(1);
export const DRILL_DEADLINE_MAX = hours(48);
export const DRILL_WITHIN_MAX = days(400);
