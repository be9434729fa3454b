import * as z from 'zod';
import { ENGINE_NAMES } from '../engines/capabilities.ts';
import { CLUSTER_NAME_MAX, MANUAL, NAME, RULE_NAME, RULE_NAME_MAX } from '../ids/names.ts';
import { days, minutes, seconds } from '../time/instant.ts';
import { parseCron } from './cron.ts';
import { count, duration, fraction, matching, oneOf, rate, settings, size, text } from './fields.ts';
import {
  ACCOUNT,
  BUCKET_NAME,
  CLUSTER_SNAPSHOTS,
  COPY_ALLOWANCE_MAX,
  DB_CLUSTER_NAME,
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

const cron = text('give a cron of six fields, such as "0 * * * ? *" for hourly').transform(
  (value, context) => {
    const read = parseCron(value);
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read });
    return value.trim().split(/\s+/).join(' ');
  },
);

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
});

const bucket = (whyNoVault: string) =>
  matching(BUCKET_NAME, 'a bucket name is 3 to 63 lowercase letters, digits, dots and hyphens').refine(
    (name) => !name.startsWith('holdfast-vault-'),
    whyNoVault,
  );

const kmsKey = matching(/^arn:aws:kms:/, 'give the ARN of a KMS key in the region of the restore').optional();

const objectsInto = settings('restoreInto of an objects cluster', {
  // Roles may write where this says: naming a vault would let a restore write beside recovery points.
  bucket: bucket('this is a vault, and nothing is restored into one; name another bucket').optional(),
  kmsKey,
});

const databaseInto = settings('restoreInto of a database cluster', {
  subnetGroup: text('give the name of a DB subnet group')
    .min(1, 'give the name of a DB subnet group')
    .optional(),
  securityGroups: z
    .array(matching(/^sg-[0-9a-f]+$/, 'a security group is written "sg-0123456789abcdef0"'), {
      error: 'give security groups as a list',
    })
    .min(1, 'name at least one security group, or leave securityGroups out')
    .optional(),
  kmsKey,
});

const PREFIX =
  'a prefix has no leading slash and ends with one, as in "invoices/": "invoices" would also take "invoices-old/"';

const common = {
  plan: text('give the name of a plan'),
  expectedSize: size(),
  restoreRate: rate().optional(),
};

const byRegion = <Into extends z.ZodType>(into: Into) =>
  z.record(z.string(), into, { error: 'give restoreInto by region' }).default({});

const objects = settings('an objects cluster', {
  engine: z.literal('objects'),
  bucket: bucket(
    'this is a vault: it is protected by being copied, and would grow without end by protecting itself',
  ),
  prefix: text(PREFIX)
    .refine((prefix) => prefix === '' || /^[^/].*\/$/.test(prefix), PREFIX)
    .default(''),
  restoreInto: byRegion(objectsInto),
  ...common,
});

const rds = settings('a database cluster', {
  engine: oneOf(['aurora', 'documentdb', 'neptune']),
  clusterId: matching(
    DB_CLUSTER_NAME,
    'a DB cluster identifier is 1 to 63 lowercase letters, digits and single hyphens, and starts with a letter',
  ),
  restoreInto: byRegion(databaseInto),
  ...common,
});

export const cluster = z.discriminatedUnion('engine', [objects, rds], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? `no engine of this version; there are ${ENGINE_NAMES.join(', ')}`
      : 'give a cluster as an object with engine, plan and expectedSize',
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
  vaultLock: settings('vaultLock', {
    mode: oneOf(['governance', 'compliance']),
    retain: duration(LOCK_MIN, LOCK_MAX).refine((retain) => retain % days(1) === 0, whole),
  }).optional(),
  quotas: settings('quotas', {
    clusterSnapshots: count(1, 'the quota of manual DB cluster snapshots per region').default(
      CLUSTER_SNAPSHOTS,
    ),
  }).default({ clusterSnapshots: CLUSTER_SNAPSHOTS }),
  notify: settings('notify', {
    emails: z.array(matching(EMAIL, 'not an e-mail address'), { error: 'give e-mail addresses as a list' }),
  }).default({ emails: [] }),
});

export type ParsedConfig = z.output<typeof config>;
export type ParsedCluster = z.output<typeof cluster>;
