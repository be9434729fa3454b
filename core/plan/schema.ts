import * as z from 'zod';
import { CLUSTER_NAME_MAX, MANUAL, NAME, RULE_NAME, RULE_NAME_MAX } from '../ids/names.ts';
import { days, minutes, seconds } from '../time/instant.ts';
import { cluster, type ParsedCluster } from './cluster-schema.ts';
import { cron } from './cron-field.ts';
import { drills } from './drill-schema.ts';
import { count, duration, fraction, matching, oneOf, settings, text } from './fields.ts';
import {
  ACCOUNT,
  APPROVAL_MAX,
  APPROVAL_MIN,
  CLUSTER_SNAPSHOTS,
  COPY_ALLOWANCE_MAX,
  DEADLINE_MAX,
  DEADLINE_MIN,
  EMAIL,
  FLEXIBLE_WINDOW_MAX,
  GRACE_MAX,
  GRACE_MIN,
  LOCK_MAX,
  LOCK_MIN,
  OBJECTIVE_MAX,
  OBJECTIVE_MIN,
  RESTORE_APPROVAL_MAX,
  SKEW_MAX,
  SKEW_MIN,
} from './limits.ts';
import { REGION_NAMES } from './region-names.ts';
import { isTimeZone } from './schedule.ts';

const region = () =>
  text('give a region, such as "eu-west-1"').refine(
    (name) => REGION_NAMES.has(name),
    'not a region of AWS; write one such as "eu-west-1" or "us-east-2"',
  );

const tooLong = (what: string, max: number): string =>
  `a ${what} name has at most ${max} characters, because recovery point ids and snapshot names carry it`;

export const named = (what: string, max: number) =>
  matching(
    NAME,
    `a ${what} name is lowercase letters, digits and single hyphens, and starts with a letter`,
  ).max(max, tooLong(what, max));

const rule = settings('a rule', {
  name: named('rule', RULE_NAME_MAX)
    .refine(
      (name) => name !== MANUAL,
      `"${MANUAL}" is the rule of recovery points that a person asks for; choose another name`,
    )
    .refine(
      (name) => RULE_NAME.test(name) || !NAME.test(name),
      'a rule name has no hyphen, because recovery point ids join cluster, rule and time with hyphens; write "weekdays", not "week-days"',
    ),
  cron,
  flexibleWindow: duration(seconds(0), FLEXIBLE_WINDOW_MAX)
    .refine(
      (window) => window % minutes(1) === 0,
      'Scheduler counts flexible windows in whole minutes; write "5m"',
    )
    .default(minutes(5)),
  deadline: duration(DEADLINE_MIN, DEADLINE_MAX).default(minutes(60)),
  kind: oneOf(['full', 'incremental']).default('full'),
});

const kept = (unit: string) => count(0, `how many ${unit} points to keep`).default(0);

const retention = settings('retention', {
  keepLast: kept('of the newest'),
  keepWithin: duration(minutes(1), LOCK_MAX).optional(),
  hourly: kept('hourly'),
  daily: kept('daily'),
  weekly: kept('weekly'),
  monthly: kept('monthly'),
  yearly: kept('yearly'),
  minimumKeep: count(1, 'the floor that no rule crosses').default(1),
});

const objective = () => duration(OBJECTIVE_MIN, OBJECTIVE_MAX);

export const plan = settings('a plan', {
  timeZone: text('give an IANA time zone, such as "Europe/Berlin"')
    .refine(isTimeZone, 'not a time zone of the IANA database; write one such as "Europe/Berlin" or "UTC"')
    .default('UTC'),
  rules: z
    .array(rule, { error: 'give the rules as a list, such as [{ name: "hourly", cron: "0 * * * ? *" }]' })
    .min(1, 'a plan needs at least one rule, such as { name: "hourly", cron: "0 * * * ? *" }'),
  retention,
  copyTo: z.array(region(), { error: 'give the recovery regions to copy to as a list' }).optional(),
  objectives: settings('objectives', {
    rpo: objective(),
    rto: objective(),
    survives: oneOf(['cluster', 'region']).optional(),
  }),
  grace: duration(GRACE_MIN, GRACE_MAX).default(days(7)),
  maxExpireShare: fraction().default(0.5),
  copyAllowance: duration(minutes(1), COPY_ALLOWANCE_MAX).default(minutes(30)),
  logBackup: z.boolean({ error: 'write true or false' }).default(false),
  drills: drills.optional(),
});

const group = settings('a group', {
  layers: z
    .array(
      z
        .array(text('give the name of a cluster'), { error: 'give a layer as a list of clusters' })
        .min(1, 'this layer is empty; name its clusters, or remove it'),
      { error: 'give the layers as lists of clusters, such as [["orders"], ["shop"]]' },
    )
    .min(1, 'a group needs at least one layer, such as ["orders"]'),
  to: region().optional(),
  maxSkew: duration(SKEW_MIN, SKEW_MAX).default(minutes(15)),
  approvalWithin: duration(APPROVAL_MIN, APPROVAL_MAX).default(minutes(60)),
});

const whole = 'S3 locks for whole days; write "30d"';

export const config = settings('the configuration', {
  name: named('installation', CLUSTER_NAME_MAX).default('holdfast'),
  account: matching(ACCOUNT, 'an AWS account is twelve digits in quotes, such as "111122223333"').optional(),
  regions: settings('regions', {
    primary: region(),
    recovery: z
      .array(region(), { error: 'give the recovery regions as a list, such as ["eu-central-1"]' })
      .min(1, 'give at least one recovery region: a vault beside the cluster is lost with it'),
  }),
  // Names are checked beside this schema: a bad key here would hide what else is wrong under it.
  plans: z.record(z.string(), plan, { error: 'give plans by name, such as { gold: { … } }' }),
  clusters: z.record(z.string(), cluster, { error: 'give clusters by name, such as { orders: { … } }' }),
  groups: z
    .record(z.string(), group, { error: 'give groups by name, such as { shop: { layers: [["orders"]] } }' })
    .default({}),
  vaultLock: settings('vaultLock', {
    mode: oneOf(['governance', 'compliance']),
    retain: duration(LOCK_MIN, LOCK_MAX).refine((retain) => retain % days(1) === 0, whole),
  }).optional(),
  quotas: settings('quotas', {
    clusterSnapshots: count(1, 'the quota of manual DB cluster snapshots per region').default(
      CLUSTER_SNAPSHOTS,
    ),
  }).default({ clusterSnapshots: CLUSTER_SNAPSHOTS }),
  approvals: settings('approvals', {
    inPlace: oneOf(['four-eyes', 'one', 'none']).default('four-eyes'),
    within: duration(APPROVAL_MIN, RESTORE_APPROVAL_MAX).default(minutes(60)),
  }).default({ inPlace: 'four-eyes', within: minutes(60) }),
  notify: settings('notify', {
    emails: z.array(matching(EMAIL, 'not an e-mail address'), { error: 'give e-mail addresses as a list' }),
  }).default({ emails: [] }),
});

export type ParsedConfig = z.output<typeof config>;
export type { ParsedCluster };
