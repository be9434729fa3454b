import * as z from 'zod';
import { ENGINE_NAMES } from '../engines/capabilities.ts';
import { byRegion, common, SECURITY_GROUPS } from './common-schema.ts';
import { defined } from './defined.ts';
import { drillIntoBucket, drillIntoDatabase } from './drill-schema.ts';
import { matching, oneOf, settings, text } from './fields.ts';
import { BUCKET_NAME, DB_CLUSTER_NAME } from './limits.ts';
import { secret } from './reach-schema.ts';
import { doris, milvus, tidb } from './self-run-schema.ts';
import { taggedInstances, volumesInto } from './volume-schema.ts';

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

const dataApi = settings('dataApi of an Aurora cluster', {
  secret: secret('"username" and "password"'),
  database: matching(
    /^[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    'give the name of a database, such as "postgres"',
  ).optional(),
}).transform(defined);

const databaseInto = settings('restoreInto of a database cluster', {
  subnetGroup: text('give the name of a DB subnet group')
    .min(1, 'give the name of a DB subnet group')
    .optional(),
  securityGroups: SECURITY_GROUPS.optional(),
  kmsKey,
  dataApi: dataApi.optional(),
});

const PREFIX =
  'a prefix has no leading slash and ends with one, as in "invoices/": "invoices" would also take "invoices-old/"';

const objects = settings('an objects cluster', {
  engine: z.literal('objects'),
  bucket: bucket(
    'this is a vault: it is protected by being copied, and would grow without end by protecting itself',
  ),
  prefix: text(PREFIX)
    .refine((prefix) => prefix === '' || /^[^/].*\/$/.test(prefix), PREFIX)
    .default(''),
  heartbeat: z.boolean({ error: 'write true or false' }).default(false),
  restoreInto: byRegion(objectsInto),
  drillInto: drillIntoBucket,
  ...common,
});

const rds = settings('a database cluster', {
  engine: oneOf(['aurora', 'documentdb', 'neptune']),
  clusterId: matching(
    DB_CLUSTER_NAME,
    'a DB cluster identifier is 1 to 63 lowercase letters, digits and single hyphens, and starts with a letter',
  ),
  dataApi: dataApi.optional(),
  restoreInto: byRegion(databaseInto),
  drillInto: drillIntoDatabase,
  ...common,
})
  .refine(({ engine, dataApi: api }) => engine === 'aurora' || api === undefined, {
    path: ['dataApi'],
    message: 'only Aurora has a Data API; leave this out',
  })
  .transform(defined);

const ebs = settings('an ebs cluster', {
  engine: z.literal('ebs'),
  instances: taggedInstances('an ebs cluster'),
  excludeBootVolume: z.boolean({ error: 'write true or false' }).default(true),
  restoreInto: byRegion(settings('restoreInto of an ebs cluster', volumesInto)),
  ...common,
});

export const cluster = z.discriminatedUnion('engine', [objects, rds, tidb, ebs, doris, milvus], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? `no engine of this version; there are ${ENGINE_NAMES.join(', ')}`
      : 'give a cluster as an object with engine, plan and expectedSize',
});

export type ParsedCluster = z.output<typeof cluster>;
