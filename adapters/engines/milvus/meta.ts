import * as z from 'zod';
import { parseBigJson } from '../shared/big-json.ts';

/** Ids and timestamps have 64 bits, and an integer too long for a number comes as text. Absent is zero: Go leaves it out. */
const id = z.union([z.number(), z.string()]).transform(String).default('0');
const count = z.number().int().min(0).default(0);

const binlog = z.looseObject({ log_id: id, log_size: count, log_path: z.string().default('') });
const field = z.looseObject({ fieldID: id, binlogs: z.array(binlog).nullish() });
const segment = z.looseObject({
  segment_id: id,
  collection_id: id,
  partition_id: id,
  group_id: id,
  num_of_rows: count,
  is_l0: z.boolean().default(false),
  binlogs: z.array(field).nullish(),
  deltalogs: z.array(field).nullish(),
});
const property = z.looseObject({ key: z.string(), value: z.string().default('') });
const index = z.looseObject({
  field_name: z.string().default(''),
  index_name: z.string().default(''),
  index_type: z.string().default(''),
});
const collection = z.looseObject({
  db_name: z.string().default(''),
  collection_name: z.string(),
  load_state: z.string().default(''),
  aliases: z.array(z.string()).nullish(),
  index_infos: z.array(index).nullish(),
  partition_backups: z
    .array(
      z.looseObject({ partition_name: z.string().default(''), segment_backups: z.array(segment).nullish() }),
    )
    .nullish(),
  l0_segments: z.array(segment).nullish(),
});
const shape = z.looseObject({
  name: z.string(),
  milvus_version: z.string().default(''),
  database_backups: z
    .array(z.looseObject({ db_name: z.string(), properties: z.array(property).nullish() }))
    .nullish(),
  collection_backups: z.array(collection).nullish(),
});

type Segment = z.output<typeof segment>;

/** A file that the metadata names, by its name below the backup's own folder. */
export interface LogFile {
  readonly name: string;
  readonly bytes: number;
  /** Where it came from. */
  readonly source: string;
}

/** What a backup holds of one collection, and how it stood. */
export interface CapturedCollection {
  readonly database: string;
  readonly name: string;
  readonly partitions: number;
  readonly segments: number;
  /** Rows of all segments; those that were deleted since are among them where `deletes` is true. */
  readonly rows: number;
  readonly deletes: boolean;
  readonly loaded: boolean;
  readonly aliases: readonly string[];
  /** Names of its indexes. */
  readonly indexes: readonly string[];
}

export interface FullMeta {
  readonly name: string;
  readonly milvusVersion: string;
  readonly databases: readonly {
    readonly name: string;
    readonly properties: Readonly<Record<string, string>>;
  }[];
  readonly collections: readonly CapturedCollection[];
  readonly files: readonly LogFile[];
}

/** Milvus's own name of the database that is always there; the tool writes it as it was asked for. */
export const DEFAULT_DATABASE = 'default';
const ALL_PARTITIONS = '-1';

/**
 * Reads what the tool wrote last of a backup.
 * @throws SyntaxError when it is no JSON, ZodError when it is something else
 */
export function fullMetaIn(text: string): FullMeta {
  const meta = shape.parse(parseBigJson(text));
  const collections = meta.collection_backups ?? [];
  return {
    name: meta.name,
    milvusVersion: meta.milvus_version,
    databases: (meta.database_backups ?? []).map(({ db_name: name, properties }) => ({
      name,
      properties: Object.fromEntries((properties ?? []).map(({ key, value }) => [key, value])),
    })),
    collections: collections.map(collectionOf),
    files: collections.flatMap((one) => segmentsOf(one).flatMap(filesOf)),
  };
}

type Collection = z.output<typeof collection>;

const segmentsOf = ({ partition_backups, l0_segments }: Collection): Segment[] => [
  ...(partition_backups ?? []).flatMap(({ segment_backups }) => segment_backups ?? []),
  ...(l0_segments ?? []),
];

function collectionOf(one: Collection): CapturedCollection {
  const segments = segmentsOf(one);
  return {
    database: one.db_name === '' ? DEFAULT_DATABASE : one.db_name,
    name: one.collection_name,
    partitions: (one.partition_backups ?? []).length,
    segments: segments.length,
    rows: segments.filter(({ is_l0 }) => !is_l0).reduce((sum, { num_of_rows }) => sum + num_of_rows, 0),
    deletes: segments.some(({ deltalogs }) =>
      (deltalogs ?? []).some(({ binlogs }) => (binlogs ?? []).length > 0),
    ),
    loaded: one.load_state === 'Loaded',
    aliases: one.aliases ?? [],
    indexes: (one.index_infos ?? []).map(({ index_name }) => index_name),
  };
}

/** Where the tool puts what a segment consists of: section 7 of the contract, internal/storage/mpath at v0.5.16. */
function filesOf(part: Segment): LogFile[] {
  const { collection_id, partition_id, group_id, segment_id } = part;
  const grouped = [collection_id, partition_id, group_id, segment_id];
  const inserts = ['binlogs', 'insert_log', ...grouped];
  const deltas = [
    'binlogs',
    'delta_log',
    ...(partition_id === ALL_PARTITIONS ? [collection_id, partition_id, segment_id] : grouped),
  ];
  const named = (folders: readonly string[], log: z.output<typeof binlog>): LogFile => ({
    name: [...folders, log.log_id].join('/'),
    bytes: log.log_size,
    source: log.log_path,
  });
  return [
    ...(part.binlogs ?? []).flatMap(({ fieldID, binlogs }) =>
      (binlogs ?? []).map((log) => named([...inserts, fieldID], log)),
    ),
    ...(part.deltalogs ?? []).flatMap(({ binlogs }) => (binlogs ?? []).map((log) => named(deltas, log))),
  ];
}
