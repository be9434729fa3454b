import type { Instant } from '../../core/time/instant.ts';
import type { TableSpec } from './contents.ts';
import { isOlap, type Snapshot, tabletsOf } from './snapshot.ts';

interface IndexInfo {
  readonly id: number;
  readonly schema_hash: number;
  /** Names of files without their checksums, by tablet. */
  readonly tablets: Readonly<Record<string, readonly string[]>>;
}

export interface TableInfo {
  readonly id: number;
  readonly partitions: Readonly<
    Record<
      string,
      { readonly id: number; readonly version: number; readonly indexes: Readonly<Record<string, IndexInfo>> }
    >
  >;
}

/** The text of `__info_*`: what a backup holds, and which files. */
export interface JobInfo {
  readonly name: string;
  readonly database: string;
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly backup_time: Instant;
  readonly content: string;
  readonly backup_result: 'succeed';
  readonly backup_objects: Readonly<Record<string, TableInfo>>;
  readonly new_backup_objects: {
    readonly views: readonly { readonly name: string; readonly id: number }[];
    readonly odbc_tables: readonly never[];
    readonly odbc_resources: readonly never[];
  };
  readonly major_version: number;
  readonly minor_version: number;
  readonly patch_version: number;
}

/** The text of `__meta` here: Doris's own is Java's binary, and nobody's business but a frontend's. */
export interface BackupMeta {
  readonly tables: readonly { readonly id: number; readonly indexId: number; readonly spec: TableSpec }[];
}

export function jobInfoOf(snapshot: Snapshot, version: string): JobInfo {
  const tablets = new Map(tabletsOf(snapshot).map((tablet) => [tablet.id, tablet]));
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const olap = snapshot.tables
    .filter(isOlap)
    .map(({ id, indexId, spec, partitions }): [string, TableInfo] => {
      const infos = partitions.map((partition) => {
        const files = partition.tablets.map((tablet): [string, string[]] => [
          String(tablet),
          tablets.get(tablet)!.files.map(({ name }) => name),
        ]);
        const schema_hash = tablets.get(partition.tablets[0]!)!.schemaHash;
        const index = { id: indexId, schema_hash, tablets: Object.fromEntries(files) };
        return [
          partition.name,
          { id: partition.id, version: partition.version, indexes: { [spec.name]: index } },
        ] as const;
      });
      return [spec.name, { id, partitions: Object.fromEntries(infos) }];
    });
  const views = snapshot.tables.filter(({ spec }) => spec.kind === 'view');
  return {
    ...{ name: snapshot.label, database: snapshot.database, id: snapshot.databaseId },
    ...{ backup_time: snapshot.createdAt, content: snapshot.content, backup_result: 'succeed' },
    backup_objects: Object.fromEntries(olap),
    new_backup_objects: {
      views: views.map(({ id, spec }) => ({ name: spec.name, id })),
      ...{ odbc_tables: [], odbc_resources: [] },
    },
    ...{ major_version: major, minor_version: minor, patch_version: patch },
  };
}

export const metaOf = ({ tables }: Snapshot): BackupMeta => ({
  tables: tables.map(({ id, indexId, spec }) => ({ id, indexId, spec })),
});

/** The column `Details` of SHOW SNAPSHOT. */
export const briefOf = (info: JobInfo): string =>
  JSON.stringify({
    ...{ name: info.name, database: info.database, backup_time: info.backup_time, content: info.content },
    olap_table_list: Object.entries(info.backup_objects).map(([name, { partitions }]) => ({
      name,
      partition_names: Object.keys(partitions),
    })),
    view_list: info.new_backup_objects.views.map(({ name }) => ({ name })),
    ...{ odbc_table_list: [], odbc_resource_list: [] },
  });
