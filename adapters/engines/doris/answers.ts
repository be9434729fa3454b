import * as z from 'zod';
import type { SqlRow } from '../../../core/ports/reach.ts';

/** Columns are read by their name: versions add some and lack some. */
const column = (row: SqlRow, name: string): string => {
  const wanted = name.toLowerCase();
  const key = Object.keys(row).find((found) => found.toLowerCase() === wanted);
  const text = key === undefined ? null : row[key];
  // Doris writes NULL in three ways.
  return text === null || text === undefined || text === '\\N' || text === 'NULL' ? '' : text;
};

/** One row of SHOW BACKUP or SHOW RESTORE. */
export interface Job {
  readonly what: 'BACKUP' | 'RESTORE';
  /** Counts upwards; -1 until the frontend has looked at the job for the first time. */
  readonly id: number;
  readonly label: string;
  readonly state: string;
  /** `[OK]`, or `[CODE, msg: …]`: it alone tells a failure from a cancel. */
  readonly status: string;
  readonly progress: string;
  readonly trouble: string;
}

const jobIn = (what: Job['what'], row: SqlRow): Job => ({
  what,
  id: Number(column(row, 'JobId') || '-1'),
  label: column(row, what === 'BACKUP' ? 'SnapshotName' : 'Label'),
  state: column(row, 'State').toUpperCase(),
  status: column(row, 'Status'),
  progress: column(row, 'Progress'),
  trouble: column(row, 'TaskErrMsg'),
});

export const jobsIn = (what: Job['what'], rows: readonly SqlRow[]): readonly Job[] =>
  rows.map((row) => jobIn(what, row));

export const isOver = ({ state }: Job): boolean => state === 'FINISHED' || state === 'CANCELLED';

/** A job that has no number yet is the newest. */
export const newestOf = (jobs: readonly Job[]): Job | undefined =>
  jobs.reduce<Job | undefined>(
    (newest, job) => (newest && (newest.id < 0 || (job.id >= 0 && job.id < newest.id)) ? newest : job),
    undefined,
  );

/** For a person: `BACKUP ccrs_shop of shop, which is UPLOADING`. */
export const spoken = ({ what, label, state }: Job, database: string): string =>
  `${what} ${label} of ${database}, which is ${state}`;

export interface Repository {
  readonly name: string;
  readonly readOnly: boolean;
  readonly location: string;
  /** Why the frontend cannot get at it; empty when it can. */
  readonly trouble: string;
}

export const repositoriesIn = (rows: readonly SqlRow[]): readonly Repository[] =>
  rows.map((row) => ({
    name: column(row, 'RepoName'),
    readOnly: column(row, 'IsReadOnly').toLowerCase() === 'true',
    location: column(row, 'Location'),
    trouble: column(row, 'ErrMsg'),
  }));

/** One row of SHOW SNAPSHOT. */
export interface SnapshotRow {
  readonly timestamp: string;
  readonly status: string;
  readonly details: string;
}

export const snapshotIn = (rows: readonly SqlRow[]): SnapshotRow | undefined =>
  rows[0] && {
    timestamp: column(rows[0], 'Timestamp'),
    status: column(rows[0], 'Status'),
    details: column(rows[0], 'Details'),
  };

const listed = z.array(z.looseObject({ name: z.string() })).default([]);
const brief = z.looseObject({
  database: z.string(),
  /** Epoch milliseconds of the frontend's clock: it needs no zone. */
  backup_time: z.number().optional(),
  olap_table_list: z
    .array(z.looseObject({ name: z.string(), partition_names: z.array(z.string()).default([]) }))
    .default([]),
  view_list: listed,
  odbc_table_list: listed,
});

/** What a snapshot holds, by the frontend's own account. */
export interface Contents {
  readonly database: string;
  readonly backupTime: number | undefined;
  /** Tables with their partitions. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly views: readonly string[];
}

/** Undefined when it cannot be read. */
export function contentsIn(details: string): Contents | undefined {
  let json: unknown;
  try {
    json = JSON.parse(details);
  } catch {
    return undefined;
  }
  const parsed = brief.safeParse(json);
  if (!parsed.success) return undefined;
  const { database, backup_time, olap_table_list, view_list, odbc_table_list } = parsed.data;
  return {
    // Until 2.0 names of databases carried that of a cluster.
    database: database.replace(/^default_cluster:/, ''),
    backupTime: backup_time,
    tables: new Map<string, readonly string[]>([
      ...olap_table_list.map(({ name, partition_names }) => [name, partition_names] as const),
      ...odbc_table_list.map(({ name }) => [name, []] as const),
    ]),
    views: view_list.map(({ name }) => name),
  };
}

/** The first column of every row: what SHOW DATABASES and SHOW TABLES answer has a name of its own each time. */
export const namesIn = (rows: readonly SqlRow[]): readonly string[] =>
  rows.flatMap((row) => {
    const [first] = Object.values(row);
    return typeof first === 'string' ? [first.replace(/^default_cluster:/, '')] : [];
  });

export interface Partition {
  readonly id: string;
  readonly name: string;
}

export const partitionsIn = (rows: readonly SqlRow[]): readonly Partition[] =>
  rows.map((row) => ({ id: column(row, 'PartitionId'), name: column(row, 'PartitionName') }));

/** `doris-3.0.6-rc01-…` of the master, or of whichever is named first. */
export function versionIn(rows: readonly SqlRow[]): string {
  const master = rows.find((row) => column(row, 'IsMaster').toLowerCase() === 'true') ?? rows[0];
  return master ? column(master, 'Version') : '';
}

export const variableIn = (rows: readonly SqlRow[]): string => (rows[0] ? column(rows[0], 'Value') : '');

export interface BinEntry {
  readonly type: 'database' | 'table' | 'partition';
  readonly name: string;
  readonly databaseId: string;
  readonly tableId: string;
  readonly partitionId: string;
  /** By the frontend's clock and zone: `2026-01-02 09:10:11`. It sorts as instants do. */
  readonly dropped: string;
}

export const binEntriesIn = (rows: readonly SqlRow[]): readonly BinEntry[] =>
  rows.flatMap((row) => {
    const type = (['database', 'table', 'partition'] as const).find(
      (known) => known === column(row, 'Type').toLowerCase(),
    );
    return type === undefined
      ? []
      : [
          {
            type,
            name: column(row, 'Name').replace(/^default_cluster:/, ''),
            databaseId: column(row, 'DbId'),
            tableId: column(row, 'TableId'),
            partitionId: column(row, 'PartitionId'),
            dropped: column(row, 'DropTime'),
          },
        ];
  });

export const aliveBackendsIn = (rows: readonly SqlRow[]): number =>
  rows.filter((row) => column(row, 'Alive').toLowerCase() === 'true').length;

/** One named column of the first row; empty when there is none. */
export const shownIn = (rows: readonly SqlRow[], name: string): string =>
  (rows[0] ? column(rows[0], name) : '').replace(/^default_cluster:/, '');
