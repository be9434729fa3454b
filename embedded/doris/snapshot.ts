import { createHash } from 'node:crypto';
import type { Instant } from '../../core/time/instant.ts';
import type { CommitSeq } from './changes.ts';
import type { Database, Partition, Row, Table, TableSpec } from './contents.ts';

export interface CopiedPartition {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly tablets: readonly number[];
  readonly rows: ReadonlyMap<string, Row>;
}

export interface CopiedTable {
  readonly id: number;
  readonly indexId: number;
  readonly spec: TableSpec;
  readonly partitions: readonly CopiedPartition[];
}

/** A database, or a part of one, as it was at the moment of a job's snapshot. */
export interface Snapshot {
  readonly label: string;
  readonly database: string;
  readonly databaseId: number;
  readonly createdAt: Instant;
  /** When the versions were fixed that the snapshot holds. */
  readonly takenAt: Instant;
  readonly seq: CommitSeq;
  readonly content: string;
  readonly tables: readonly CopiedTable[];
}

/** The tables of a job, each with its partitions; undefined for all of them. */
export type Scope = ReadonlyMap<string, readonly string[] | undefined>;

export function copyTables(database: Database, scope: Scope): CopiedTable[] {
  return [...scope].map(([name, partitions]) => {
    const table = database.tables.get(name)!;
    const wanted = partitions?.map((one) => table.partitions.get(one)!) ?? [...table.partitions.values()];
    const specs = wanted.map(({ spec }) => spec);
    return {
      id: table.id,
      indexId: table.indexId,
      spec: { ...table.specNow, partitions: specs },
      partitions: wanted.map(copyPartition),
    };
  });
}

const copyPartition = ({ id, name, version, tablets, rows }: Partition): CopiedPartition => ({
  ...{ id, name, version, tablets },
  rows: new Map(rows),
});

export interface TabletFile {
  /** Without its checksum. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Tablet {
  readonly id: number;
  readonly schemaHash: number;
  /** Below `__ss_content`. */
  readonly path: string;
  readonly files: readonly TabletFile[];
  readonly rowCount: number;
}

/** The tablets of a snapshot with their files as they lie in a repository. Rows fall to a tablet by their key. */
export function tabletsOf(snapshot: Snapshot): Tablet[] {
  return snapshot.tables.flatMap((table) =>
    table.partitions.flatMap((partition) =>
      partition.tablets.map((id, bucket) => {
        const rows = [...partition.rows].filter(
          ([key]) => bucketOf(key, partition.tablets.length) === bucket,
        );
        return tablet(snapshot, table, partition, id, rows);
      }),
    ),
  );
}

function tablet(
  { databaseId }: Snapshot,
  table: CopiedTable,
  { id: partitionId, version }: CopiedPartition,
  id: number,
  rows: readonly (readonly [string, Row])[],
): Tablet {
  const schemaHash = schemaHashOf(table.spec);
  const rowset = `02000000${id.toString(16).padStart(12, '0')}${version.toString(16).padStart(8, '0')}`;
  const data = {
    name: `${rowset}_0.dat`,
    bytes: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  };
  const header = { tablet_id: id, schema_hash: schemaHash, version, rowset_files: [data.name] };
  return {
    ...{ id, schemaHash, rowCount: rows.length },
    path: tabletPath(databaseId, table.id, partitionId, table.indexId, id, schemaHash),
    files: [{ name: `${id}.hdr`, bytes: Buffer.from(JSON.stringify(header)) }, data],
  };
}

export const tabletPath = (
  database: number,
  table: number,
  partition: number,
  index: number,
  tablet: number,
  schemaHash: number,
): string =>
  `__db_${database}/__tbl_${table}/__part_${partition}/__idx_${index}/__${tablet}/__${schemaHash}/`;

/** Rows of a tablet from the bytes of its files; throws when they are none. */
export function rowsIn(files: ReadonlyMap<string, Buffer>): [string, Row][] {
  const header = [...files].find(([name]) => name.endsWith('.hdr'))?.[1];
  if (!header) throw new Error('the tablet has no header');
  const { rowset_files: names } = JSON.parse(header.toString('utf8')) as { rowset_files: string[] };
  return names.flatMap((name) => {
    const bytes = files.get(name);
    if (!bytes) throw new Error(`the tablet has no ${name}`);
    const lines = bytes.toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as [string, Row]);
  });
}

export const bucketOf = (key: string, buckets: number): number =>
  buckets === 1 ? 0 : createHash('sha256').update(key).digest().readUInt32BE() % buckets;

export const schemaHashOf = ({ columns, partitionColumn }: TableSpec): number =>
  createHash('sha256')
    .update(JSON.stringify([columns, partitionColumn]))
    .digest()
    .readUInt32BE() & 0x7fffffff;

/** Part of the object's name: of its bytes. */
export const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** As `Table` has it, for what reads a snapshot back. */
export const isOlap = ({ spec }: Pick<Table, 'spec'>): boolean => spec.kind === 'olap';
