import * as z from 'zod';
import type {
  CopyRecord,
  LegalHold,
  RecoveryPoint,
  RestoreRecord,
} from '../../core/catalog/recovery-point.ts';
import { ENGINE_NAMES } from '../../core/engines/capabilities.ts';
import { InvariantViolation } from '../../core/errors/registry.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { FollowedDatabase, StandbyRecord } from '../../core/standby/record.ts';
import { type Instant, iso, parseInstant } from '../../core/time/instant.ts';
import type { CatalogKey } from './dynamo-catalog-keys.ts';

/**
 * The shape of stored items. A change of shape raises the number once and brings a reader for the old one; a golden
 * test pins the shape to the number (test/golden/catalog-items.test.ts).
 */
export const ITEM_FORMAT = 5;
/**
 * Format 2 brought log chains, format 3 what a heartbeat proves of a restore, format 4 standbys, format 5 drills and the
 * sides of groups: records and fields that older items do without. One reader reads all.
 */
const READ: ReadonlySet<unknown> = new Set([1, 2, 3, 4, 5]);

/** An item as `marshall` takes it and `unmarshall` gives it: plain values, instants as ISO 8601. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** Instants are ISO 8601 on the wire, for whoever reads the table in the console. */
export const when = z.codec(
  z.string(),
  z.custom<Instant>((value) => typeof value === 'number'),
  {
    decode: (text, context) => {
      const at = parseInstant(text);
      if (at !== undefined) return at;
      context.issues.push({ code: 'custom', input: text, message: 'not an ISO 8601 instant' });
      return z.NEVER;
    },
    encode: iso,
  },
);

export const reason = z.object({ name: z.string(), message: z.string() });
export const text = z.string();
export const count = z.number();

/** Every field of a record, none besides: a field that is added to the record and not here does not compile. */
export type Fields<Record> = { readonly [Key in keyof Required<Record>]: z.ZodType };

const pointFields = {
  id: text,
  cluster: text,
  engine: z.enum(ENGINE_NAMES),
  plan: text,
  rule: text,
  region: text,
  state: z.enum([
    'capturing',
    'captured',
    'verified',
    'sealed',
    'expiring',
    'discarded',
    'failed',
    'quarantined',
  ]),
  scheduledAt: when,
  openedAt: when,
  takenAt: when.exactOptional(),
  sealedAt: when.exactOptional(),
  execution: text,
  base: text.exactOptional(),
  forkedFrom: text.exactOptional(),
  content: z
    .object({ root: text, shards: count, items: count, bytes: count, newItems: count, newBytes: count })
    .exactOptional(),
  kind: z.enum(['full', 'incremental']).exactOptional(),
  manual: z.object({ note: text, keepUntil: when.exactOptional() }).exactOptional(),
  epoch: count.exactOptional(),
  reason: reason.exactOptional(),
  discardAfter: when.exactOptional(),
} satisfies Fields<RecoveryPoint>;

const copyFields = {
  id: text,
  cluster: text,
  region: text,
  state: z.enum(['copying', 'copied', 'proven', 'expiring', 'discarded', 'failed', 'quarantined']),
  startedAt: when,
  provenAt: when.exactOptional(),
  takenAt: when.exactOptional(),
  root: text.exactOptional(),
  newItems: count.exactOptional(),
  newBytes: count.exactOptional(),
  forkedFrom: text.exactOptional(),
  epoch: count.exactOptional(),
  reason: reason.exactOptional(),
  discardAfter: when.exactOptional(),
} satisfies Fields<CopyRecord>;

const holdFields = {
  name: text,
  cluster: text,
  recoveryPoint: text.exactOptional(),
  placedAt: when,
  why: text,
} satisfies Fields<LegalHold>;

export const heartbeat = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('read'),
    beats: count,
    newest: count,
    newestAt: when,
    missing: count,
    firstMissing: count.exactOptional(),
    beyond: count,
    provenLossSeconds: count,
  }),
  z.object({ outcome: z.literal('unread'), reason }),
]);

const restoreFields = {
  id: text,
  cluster: text,
  region: text,
  state: z.enum(['restoring', 'restored', 'failed']),
  recoveryPoint: text.exactOptional(),
  instant: when,
  target: text,
  chain: text.exactOptional(),
  startedAt: when,
  part: z.literal(true).exactOptional(),
  asked: z.literal(true).exactOptional(),
  drill: z.object({ id: text, deadline: when }).exactOptional(),
  endedAt: when.exactOptional(),
  items: count.exactOptional(),
  bytes: count.exactOptional(),
  achievedRpoSeconds: count.exactOptional(),
  achievedRtoSeconds: count.exactOptional(),
  heartbeat: heartbeat.exactOptional(),
  reason: reason.exactOptional(),
} satisfies Fields<RestoreRecord>;

const chainFields = {
  cluster: text,
  region: text,
  chain: text,
  state: z.enum(['running', 'paused', 'broken', 'stopped']),
  startedAt: when,
  stateSince: when,
  from: when,
  fromMark: text,
  checkpoint: when,
  checkpointMark: text,
  checkpointAt: when,
  epoch: count.exactOptional(),
  reason: reason.exactOptional(),
} satisfies Fields<LogChain>;

const followedFields = {
  state: z.enum(['none', 'full-sync', 'following', 'paused', 'unknown']),
  stateSince: when,
  lag: count.exactOptional(),
  reaches: when.exactOptional(),
  seq: count.exactOptional(),
  movedAt: when,
  restartedAt: when.exactOptional(),
  head: z.object({ seq: count, at: when }).exactOptional(),
  trouble: z.object({ ...reason.shape, since: when, toldAt: when }).exactOptional(),
} satisfies Fields<FollowedDatabase>;

const standbyFields = {
  cluster: text,
  region: text,
  mode: z.enum(['following', 'promoting', 'promoted', 'returning']),
  modeSince: when,
  seenAt: when,
  databases: z.record(text, z.object(followedFields)),
} satisfies Fields<StandbyRecord>;

/** Reads and prints one kind of record. */
export interface Codec<Record> {
  encode(record: Record): StoredItem;
  /** Some fields alone, as an update sets them. */
  encodeFields(fields: Partial<Record>): StoredItem;
  decode(item: StoredItem): Record;
}

/** Reads what is stored and says what is wrong with it, by key and field. */
export function codecOf<Record>(
  schema: z.ZodType<Record>,
  fields: Readonly<{ [name: string]: z.ZodType }>,
): Codec<Record> {
  return {
    encode: (record) => z.encode(schema, record) as StoredItem,
    encodeFields: (some) =>
      Object.fromEntries(
        Object.entries(some)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, z.encode(fields[name]!, value)]),
      ),
    decode: (item) => {
      if (!READ.has(item['format']))
        throw new InvariantViolation(
          `catalog item ${printKey(item)} has format ${String(item['format'])}, this version reads ` +
            `${[...READ].join(', ')}; deploy the version that wrote it, or a later one`,
        );
      const read = z.safeDecode(schema, item);
      if (read.success) return read.data;
      throw new InvariantViolation(
        `catalog item ${printKey(item)} cannot be read: ${z.prettifyError(read.error)}`,
      );
    },
  };
}

const printKey = (item: StoredItem): string => `${String(item['pk'])} / ${String(item['sk'])}`;

export const points: Codec<RecoveryPoint> = codecOf(z.object(pointFields), pointFields);
export const copies: Codec<CopyRecord> = codecOf(z.object(copyFields), copyFields);
export const holds: Codec<LegalHold> = codecOf(z.object(holdFields), holdFields);
export const restores: Codec<RestoreRecord> = codecOf(z.object(restoreFields), restoreFields);
export const chains: Codec<LogChain> = codecOf(z.object(chainFields), chainFields);
export const standbys: Codec<StandbyRecord> = codecOf(z.object(standbyFields), standbyFields);

/** A whole item: keys, format, fields, and the attributes that only the table knows. */
export const whole = (key: CatalogKey, fields: StoredItem, own: StoredItem = {}): StoredItem => ({
  ...key,
  format: ITEM_FORMAT,
  ...fields,
  ...own,
});
