import * as z from 'zod';
import { ENGINE_NAMES } from '../engines/capabilities.ts';
import { hours, minutes } from '../time/instant.ts';
import { defined } from './defined.ts';
import { duration, matching, oneOf, rate, settings, size, text } from './fields.ts';
import { AVAILABILITY_ZONE, BUCKET_NAME, DB_CLUSTER_NAME, TAG_KEY, TAG_VALUE } from './limits.ts';

const bucket = (whyNoVault: string) =>
  matching(BUCKET_NAME, 'a bucket name is 3 to 63 lowercase letters, digits, dots and hyphens').refine(
    (name) => !name.startsWith('holdfast-vault-'),
    whyNoVault,
  );

const kmsKey = matching(/^arn:aws:kms:/, 'give the ARN of a KMS key in the region of the restore').optional();

const SECURITY_GROUPS = z
  .array(matching(/^sg-[0-9a-f]+$/, 'a security group is written "sg-0123456789abcdef0"'), {
    error: 'give security groups as a list',
  })
  .min(1, 'name at least one security group');

const objectsInto = settings('restoreInto of an objects cluster', {
  // Roles may write where this says: naming a vault would let a restore write beside recovery points.
  bucket: bucket('this is a vault, and nothing is restored into one; name another bucket').optional(),
  kmsKey,
});

const databaseInto = settings('restoreInto of a database cluster', {
  subnetGroup: text('give the name of a DB subnet group')
    .min(1, 'give the name of a DB subnet group')
    .optional(),
  securityGroups: SECURITY_GROUPS.optional(),
  kmsKey,
});

const PREFIX =
  'a prefix has no leading slash and ends with one, as in "invoices/": "invoices" would also take "invoices-old/"';

const secret = (holds: string) =>
  matching(
    /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:/,
    `give the ARN of a secret of Secrets Manager that holds ${holds}`,
  );

const PD = 'give PD\'s client addresses as host:port, several with commas, such as "pd.tidb.internal:2379"';

const reach = settings('reach of a TiDB cluster', {
  pd: matching(/^[a-z0-9.-]+:\d{1,5}(,[a-z0-9.-]+:\d{1,5})*$/i, PD),
  subnets: z
    .array(matching(/^subnet-[0-9a-f]+$/, 'a subnet is written "subnet-0123456789abcdef0"'), {
      error: 'give subnets as a list',
    })
    .min(1, 'name at least one subnet for the tasks of BR'),
  securityGroups: SECURITY_GROUPS,
  tls: secret('"ca", "cert" and "key" in PEM').optional(),
  tikvRole: matching(
    /^arn:aws:iam::\d{12}:role\/.+$/,
    "give the ARN of the role that TiKV's hosts work under",
  ).optional(),
}).transform(defined);

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

const tidb = settings('a TiDB cluster', {
  engine: z.literal('tidb'),
  version: matching(
    /^v\d+\.\d+\.\d+$/,
    'give the version of the cluster as BR\'s image has it, such as "v8.5.1"',
  ),
  reach,
  logFlush: duration(minutes(1), hours(1)).default(minutes(5)),
  filter: z
    .array(
      text('give table filters as text, such as "shop.*"').min(
        1,
        'an empty filter matches nothing; leave it out',
      ),
      {
        error: 'give table filters as a list, such as ["shop.*", "!shop.cache_*"]',
      },
    )
    .default([]),
  restoreInto: byRegion(settings('restoreInto of a TiDB cluster', { reach: reach.optional() })),
  ...common,
});

const volumesInto = settings('restoreInto of an ebs cluster', {
  availabilityZone: matching(
    AVAILABILITY_ZONE,
    'give a zone of the region of the restore, such as "eu-central-1a"',
  ).optional(),
  volumeType: oneOf(['gp2', 'gp3']).optional(),
  kmsKey,
});

const ebs = settings('an ebs cluster', {
  engine: z.literal('ebs'),
  instances: settings('instances of an ebs cluster', {
    key: matching(TAG_KEY, 'give the key of a tag, 1 to 128 characters that do not begin with "aws:"'),
    value: matching(
      TAG_VALUE,
      'give the value of the tag, 1 to 256 characters without * and ?, which EC2 takes for patterns',
    ),
  }),
  excludeBootVolume: z.boolean({ error: 'write true or false' }).default(true),
  restoreInto: byRegion(volumesInto),
  ...common,
});

export const cluster = z.discriminatedUnion('engine', [objects, rds, tidb, ebs], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? `no engine of this version; there are ${ENGINE_NAMES.join(', ')}`
      : 'give a cluster as an object with engine, plan and expectedSize',
});

export type ParsedCluster = z.output<typeof cluster>;
