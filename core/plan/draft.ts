import * as z from 'zod';
import { type Duration, days } from '../time/instant.ts';
import { parseDuration } from './quantities.ts';

/**
 * A configuration as far as it can be read. Rules that look at several fields read it from here, so that a mistake in
 * one field does not hide what is wrong between the others: what cannot be read is empty here and is reported
 * elsewhere.
 */
const lenient = <T extends z.ZodType, const Empty>(schema: T, empty: Empty) => schema.catch(empty as never);
const maybe = <T extends z.ZodType>(schema: T) => lenient(schema.optional(), undefined);

const words = lenient(z.array(lenient(z.string(), '')), []);
/** A count that cannot be read still stands there: it is not nothing. */
const number = lenient(z.number().optional(), 1);
const duration = maybe(z.string().transform(parseDuration));

const draftPlan = lenient(
  z.object({
    rules: lenient(z.array(lenient(z.object({ name: maybe(z.string()), kind: maybe(z.string()) }), {})), []),
    retention: maybe(
      z.object({
        keepWithin: lenient(z.string().transform(parseDuration).optional(), days(1)),
        keepLast: number,
        hourly: number,
        daily: number,
        weekly: number,
        monthly: number,
        yearly: number,
      }),
    ),
    copyTo: maybe(z.array(lenient(z.string(), ''))),
    objectives: lenient(z.object({ survives: maybe(z.string()) }), {}),
    grace: duration,
    logBackup: maybe(z.boolean()),
    drills: maybe(z.object({ in: maybe(z.string()), mode: maybe(z.string()) })),
  }),
  { rules: [], objectives: {} },
);

const reach = maybe(
  z.object({
    pd: maybe(z.string()),
    tls: maybe(z.string()),
    sql: maybe(z.object({ host: maybe(z.string()), secret: maybe(z.string()) })),
    secret: maybe(z.string()),
    hostRole: maybe(z.string()),
    keys: maybe(z.string()),
  }),
);

const standby = maybe(
  z.object({
    region: maybe(z.string()),
    reach,
    source: maybe(z.object({ secret: maybe(z.string()) })),
  }),
);

const dataApi = maybe(z.object({ secret: maybe(z.string()) }));

const switched = maybe(
  z.array(
    lenient(
      z.object({
        parameter: maybe(z.string()),
        secret: maybe(z.string()),
        field: maybe(z.string()),
        record: maybe(z.string()),
        values: maybe(z.record(z.string(), z.string())),
      }),
      {},
    ),
  ),
);

const draftCluster = lenient(
  z.object({
    engine: maybe(z.string()),
    version: maybe(z.string()),
    plan: maybe(z.string()),
    bucket: maybe(z.string()),
    prefix: maybe(z.string()),
    clusterId: maybe(z.string()),
    filter: maybe(z.array(z.unknown())),
    databases: maybe(z.record(z.string(), z.unknown())),
    reach,
    dataApi,
    instances: maybe(z.object({ key: z.string(), value: z.string() })),
    volumes: maybe(z.object({ instances: maybe(z.object({ key: z.string(), value: z.string() })) })),
    standby,
    switch: switched,
    drillInto: maybe(
      z.record(
        z.string(),
        lenient(z.object({ securityGroups: z.unknown().optional(), bucket: maybe(z.string()) }), {}),
      ),
    ),
    restoreInto: lenient(
      z.record(
        z.string(),
        lenient(
          z.object({
            bucket: maybe(z.string()),
            securityGroups: z.unknown().optional(),
            availabilityZone: maybe(z.string()),
            kmsKey: maybe(z.string()),
            reach,
            dataApi,
          }),
          {},
        ),
      ),
      {},
    ),
  }),
  { restoreInto: {} },
);

const draftConfig = lenient(
  z.object({
    regions: lenient(z.object({ primary: maybe(z.string()), recovery: words }), { recovery: [] }),
    plans: lenient(z.record(z.string(), draftPlan), {}),
    clusters: lenient(z.record(z.string(), draftCluster), {}),
    groups: lenient(
      z.record(
        z.string(),
        lenient(z.object({ layers: lenient(z.array(words), []), to: maybe(z.string()) }), { layers: [] }),
      ),
      {},
    ),
    vaultLock: maybe(z.object({ mode: maybe(z.string()), retain: duration })),
  }),
  { regions: { recovery: [] }, plans: {}, clusters: {}, groups: {} },
);

export type Draft = z.output<typeof draftConfig>;
export type DraftPlan = z.output<typeof draftPlan>;

export const draftOf = (input: unknown): Draft => draftConfig.parse(input);

/** The grace that a plan has when it names none. */
export const DEFAULT_GRACE: Duration = days(7);
