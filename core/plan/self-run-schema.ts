import * as z from 'zod';
import { hours, minutes } from '../time/instant.ts';
import { byRegion, common } from './common-schema.ts';
import { defined } from './defined.ts';
import { duration, matching, rate, settings, size, text } from './fields.ts';
import { BUCKET_NAME } from './limits.ts';
import { host, network, port, secret, sql } from './reach-schema.ts';
import type { DorisSelection } from './self-run.ts';
import { standby } from './standby-schema.ts';
import { taggedInstances, volumesInto } from './volume-schema.ts';

const PD = 'give PD\'s client addresses as host:port, several with commas, such as "pd.tidb.internal:2379"';

const tidbReach = settings('reach of a TiDB cluster', {
  pd: matching(/^[a-z0-9.-]+:\d{1,5}(,[a-z0-9.-]+:\d{1,5})*$/i, PD),
  ...network,
  tls: secret('"ca", "cert" and "key" in PEM').optional(),
  tikvRole: matching(
    /^arn:aws:iam::\d{12}:role\/.+$/,
    "give the ARN of the role that TiKV's hosts work under",
  ).optional(),
  sql: sql(4000).optional(),
}).transform(defined);

export const tidb = settings('a TiDB cluster', {
  engine: z.literal('tidb'),
  version: matching(
    /^v\d+\.\d+\.\d+$/,
    'give the version of the cluster as BR\'s image has it, such as "v8.5.1"',
  ),
  reach: tidbReach,
  logFlush: duration(minutes(1), hours(1)).default(minutes(5)),
  logPerDay: size().optional(),
  replayRate: rate().optional(),
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
  volumes: settings('volumes of a TiDB cluster', {
    instances: taggedInstances('a TiDB cluster'),
  }).optional(),
  restoreInto: byRegion(
    settings('restoreInto of a TiDB cluster', { reach: tidbReach.optional(), ...volumesInto }),
  ),
  ...common,
});

const IAM_ROLE = /^arn:aws:iam::\d{12}:role\/.+$/;

const dorisReach = settings('reach of a Doris cluster', {
  sql: sql(9030),
  ...network,
  hostRole: matching(
    IAM_ROLE,
    'give the ARN of the role that the hosts of frontends and backends work under',
  ).optional(),
  keys: secret('"access_key" and "secret_key"').optional(),
}).transform(defined);

/** Doris's own rules for names (contract, FeNameFormat). */
const DORIS_NAME = /^[a-zA-Z][a-zA-Z0-9-_]{0,63}$/;
const dorisName = (what: string) =>
  matching(DORIS_NAME, `give ${what} of letters, digits, "-" and "_", beginning with a letter`);
const dorisTable = z.union(
  [
    dorisName('a table').transform((table) => ({ table, partitions: [] as string[] })),
    settings('a table', {
      table: dorisName('a table'),
      partitions: z
        .array(dorisName('a partition'), { error: 'give partitions as a list' })
        .min(1, 'name at least one partition'),
    }),
  ],
  { error: 'give a table by its name, or as { table, partitions }' },
);

const dorisSelection = settings('a database of a Doris cluster', {
  on: z.array(dorisTable, { error: 'give tables as a list' }).min(1, 'name at least one table').optional(),
  exclude: z
    .array(dorisName('a table'), { error: 'give tables as a list' })
    .min(1, 'name at least one table')
    .optional(),
}).transform(({ on, exclude }, context): DorisSelection => {
  if (on && exclude) {
    context.addIssue({ code: 'custom', message: 'give either "on" or "exclude"; Doris takes one of them' });
    return z.NEVER;
  }
  return on ? { on } : exclude ? { exclude } : { all: true };
});

export const doris = settings('a Doris cluster', {
  engine: z.literal('doris'),
  version: matching(/^\d+\.\d+\.\d+$/, 'give the version of the cluster, such as "3.0.6"'),
  reach: dorisReach,
  databases: z
    .record(dorisName('a database'), dorisSelection, {
      error: 'give databases by name, such as { shop: {} }',
    })
    .refine(
      (databases) => Object.keys(databases).length > 0,
      'name at least one database, such as { shop: {} }',
    ),
  standby: standby.optional(),
  restoreInto: byRegion(settings('restoreInto of a Doris cluster', { reach: dorisReach.optional() })),
  ...common,
});

const milvusReach = settings('reach of a Milvus cluster', {
  host,
  port: port(19_530),
  tls: z.boolean({ error: 'write true or false' }).default(false),
  secret: secret('"username" and "password"').optional(),
  management: matching(
    /^[a-z0-9.-]+:\d{1,5}$/i,
    'give host:port of the management endpoint, such as "milvus.internal:9091"',
  ),
  bucket: matching(BUCKET_NAME, 'give the bucket that Milvus keeps its data in'),
  rootPath: matching(
    /^[^/].*[^/]$|^[^/]$/,
    'give the prefix of Milvus in its bucket without slashes at its ends, such as "file"',
  ),
  ...network,
}).transform(defined);

export const milvus = settings('a Milvus cluster', {
  engine: z.literal('milvus'),
  version: matching(/^v\d+\.\d+\.\d+$/, 'give the version of the cluster, such as "v2.6.12"'),
  tool: matching(/^v\d+\.\d+\.\d+$/, 'give a tag of milvusdb/milvus-backup, such as "v0.5.16"').default(
    'v0.5.16',
  ),
  reach: milvusReach,
  collections: z
    .array(
      matching(
        /^[A-Za-z_][A-Za-z0-9_]*\.([A-Za-z_][A-Za-z0-9_]*|\*)$/,
        'name a collection with its database, such as "default.docs" or "default.*"',
      ),
      { error: 'give collections as a list' },
    )
    .default([]),
  restoreInto: byRegion(settings('restoreInto of a Milvus cluster', { reach: milvusReach.optional() })),
  ...common,
});
