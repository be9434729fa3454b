import { type Instant, instant, iso } from '../time/instant.ts';
import { fnv1a } from './fnv.ts';

/**
 * A recovery point's id: `<cluster>-<rule>-<scheduled second, UTC>`, as in `orders-hourly-20261121t030000z`.
 * It follows from what was asked for, so that a duplicated or retried trigger finds the first attempt. It is
 * lowercase letters, digits and single hyphens, because it is also an S3 prefix, a Step Functions execution
 * name (80 characters) and, behind `holdfast-`, an RDS snapshot name (63 characters, API_CreateDBClusterSnapshot.html).
 */
export type RecoveryPointId = string;

/** 9 (`holdfast-`) + 24 + 1 + 12 + 1 + 16 = 63, the longest RDS snapshot name. */
export const CLUSTER_NAME_MAX = 24;
export const RULE_NAME_MAX = 12;
export const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * A rule's name has no hyphen, so that an id can be read back: with one, rule `b-c` of cluster `a` and rule `c` of
 * cluster `a-b` would give two recovery points one id.
 */
export const RULE_NAME = /^[a-z][a-z0-9]*$/;

/** The rule name of recovery points that a person asked for. */
export const MANUAL = 'manual';

/** The scheduled second as ids carry it. It sorts as the seconds do. */
export const stamp = (at: Instant): string => `${iso(at).slice(0, 19).replace(/[-:]/g, '').toLowerCase()}z`;

export const recoveryPointId = (cluster: string, rule: string, scheduledAt: Instant): RecoveryPointId =>
  `${cluster}-${rule}-${stamp(scheduledAt)}`;

const STAMPED = /-(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})z$/;

/** The scheduled second that an id carries; undefined when the text is not an id. */
export function scheduledAtOf(id: RecoveryPointId): Instant | undefined {
  const m = STAMPED.exec(id);
  if (!m) return undefined;
  const at = Date.UTC(+m[1]!, +m[2]! - 1, +m[3]!, +m[4]!, +m[5]!, +m[6]!);
  return Number.isNaN(at) ? undefined : instant(at);
}

const PARTS = /^(.+)-([a-z][a-z0-9]*)-(\d{8}t\d{6}z)$/;

/** What an id was made of; undefined when the text is not an id. */
export function partsOf(
  id: RecoveryPointId,
): { readonly cluster: string; readonly rule: string; readonly stamp: string } | undefined {
  const [, cluster, rule, stamped] = (scheduledAtOf(id) !== undefined && PARTS.exec(id)) || [];
  return cluster && rule && stamped ? { cluster, rule, stamp: stamped } : undefined;
}

export const looksLikeRecoveryPointId = (text: string): boolean => STAMPED.test(text) && NAME.test(text);

/**
 * A restore's id: `orders-restore-1x7k0qp-20261121t041502z`. It names the place where the restore lands, so two that
 * start in the same second must differ: the mark in the middle follows from the execution. At most 57 characters, so
 * that it can be an RDS cluster's name with room for its instances.
 */
export const restoreId = (cluster: string, startedAt: Instant, execution: string): string =>
  `${restoresOf(cluster, execution)}${stamp(startedAt)}`;

/** What the id of a restore begins with that an execution, by its ARN, carries out. */
export const restoresOf = (cluster: string, execution: string): string =>
  `${cluster}-restore-${markOf(execution)}-`;

const markOf = (execution: string): string => fnv1a(execution).toString(36).padStart(7, '0');

/** A move's id: `failover-shop-1x7k0qp-20261121t041502z`. A question about it has the same. */
export const moveId = (kind: string, group: string, startedAt: Instant, execution: string): string =>
  `${kind}-${group}-${markOf(execution)}-${stamp(startedAt)}`;

/**
 * The execution of another machine that brings back one member of a move: one of a name for each execution that
 * carries the move out, so that a retry of a state finds the first, and a move that is gone on with tries again.
 */
export const memberRun = (cluster: string, execution: string, startedAt: Instant): string =>
  `${cluster}-member-${markOf(execution)}-${stamp(startedAt)}`;

/**
 * A drill's id: `drill-orders-1x7k0qp-20261121t041502z`. Everything that a drill makes is named after it, and what may
 * remove things may remove only what begins so. At most 55 characters, for the same reason as a restore's.
 */
export const drillId = (cluster: string, startedAt: Instant, execution: string): string =>
  `drill-${cluster}-${fnv1a(execution).toString(36).padStart(7, '0')}-${stamp(startedAt)}`;

/** The execution that copies a recovery point to a region: deterministic, so that starting it twice starts it once. */
export const copyName = (id: RecoveryPointId, region: string): string => `${id}-to-${region}`;

const HOUR_MS = 3_600_000;

/**
 * The execution that tries a copy once more. The first one's name is used up for 90 days, so this one carries the hour
 * in which it was decided, in base 36: four characters until 2161, five for ever after. At most one try an hour.
 */
export const copyAgainName = (id: RecoveryPointId, region: string, decidedAt: Instant): string =>
  `${copyName(id, region)}-${Math.floor(decidedAt / HOUR_MS).toString(36)}`;

/** The name of the engine's raw snapshot in RDS. */
export const snapshotName = (id: RecoveryPointId): string => `holdfast-${id}`;
