import { invariant } from '../../../core/errors/assert.ts';
import { identifier, type NameKind, named, value } from './names.ts';

export type Properties = Readonly<Record<string, string>>;

/** A table of a list, with its partitions (none for all of them) and, in a restore, the name that it gets. */
export interface TableRef {
  readonly table: string;
  readonly partitions: readonly string[];
  readonly as?: string;
}

/** `ON` these tables, `EXCLUDE` these, or all of the database. */
export type Parts =
  | { readonly mode: 'all' }
  | { readonly mode: 'on' | 'exclude'; readonly tables: readonly TableRef[] };

/** Which entry of the recycle bin: its id says it, and not its name, which up to three may have. */
export const BIN_IDS = { database: 'DbId', table: 'TableId', partition: 'PartitionId' } as const;
export type BinKind = keyof typeof BIN_IDS;

interface Job {
  readonly database: string;
  readonly label: string;
  readonly repository: string;
  readonly parts: Parts;
  readonly properties: Properties;
}

/** Every statement that the driver sends. Data, so that a test can list them and read each back from its text. */
export type Statement =
  | {
      readonly kind: 'create-repository';
      readonly repository: string;
      readonly readOnly: boolean;
      /** `s3://bucket/prefix`. */
      readonly location: string;
      readonly properties: Properties;
    }
  | { readonly kind: 'drop-repository'; readonly repository: string }
  | { readonly kind: 'show-repositories' }
  | ({ readonly kind: 'backup' } & Job)
  | ({ readonly kind: 'restore' } & Job)
  | { readonly kind: 'show-backup' | 'show-restore'; readonly database: string; readonly label?: string }
  /** The whole of it, with the objects and the errors of tasks: for one label only, since it is large. */
  | { readonly kind: 'show-restore-whole'; readonly database: string; readonly label: string }
  | { readonly kind: 'cancel-backup' | 'cancel-restore'; readonly database: string }
  | {
      readonly kind: 'show-snapshot';
      readonly repository: string;
      readonly label: string;
      /** With it the answer has the snapshot's database and its tables. */
      readonly timestamp?: string;
    }
  | { readonly kind: 'create-database'; readonly database: string }
  /** For good: what is dropped so does not go into the recycle bin. */
  | { readonly kind: 'drop-database'; readonly database: string }
  | { readonly kind: 'show-databases' | 'show-frontends' | 'show-backends' | 'show-time-zone' | 'show-now' }
  /** Whose an id is: entries of the bin name their database and table by it. */
  | { readonly kind: 'show-database' | 'show-table'; readonly id: string }
  | { readonly kind: 'show-tables'; readonly database: string }
  | { readonly kind: 'show-partitions'; readonly database: string; readonly table: string }
  /** The two tables exchange their names in one step, and none is dropped. */
  | {
      readonly kind: 'swap-tables';
      readonly database: string;
      readonly table: string;
      readonly with: string;
    }
  | { readonly kind: 'show-recycle-bin'; readonly name?: string }
  | { readonly kind: 'recover-database'; readonly name: string; readonly id: string; readonly as?: string }
  | {
      readonly kind: 'recover-table';
      readonly database: string;
      readonly name: string;
      readonly id: string;
      readonly as?: string;
    }
  | {
      readonly kind: 'recover-partition';
      readonly database: string;
      readonly table: string;
      readonly name: string;
      readonly id: string;
      readonly as?: string;
    }
  | { readonly kind: 'purge'; readonly what: BinKind; readonly id: string }
  /** Of a table, or without one of the whole database: what is written from now on can be followed by a standby. */
  | { readonly kind: 'enable-binlog'; readonly database: string; readonly table?: string };

const LOCATION = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)+$/;
/** Of a property's value: what ARNs, hosts, timestamps, numbers and names are made of. */
const VALUE = /^[A-Za-z0-9:/._+=,@-]{1,512}$/;

/**
 * Text of one statement, without a semicolon. Names are held against their rules, then quoted.
 *
 * @throws InvalidInput for a name that Doris would not take
 */
export function sqlOf(statement: Statement): string {
  const s = statement;
  switch (s.kind) {
    case 'create-repository': {
      invariant(LOCATION.test(s.location), 'a repository lies at a place in S3', { location: s.location });
      const readOnly = s.readOnly ? 'READ ONLY ' : '';
      return `CREATE ${readOnly}REPOSITORY ${identifier('repository', s.repository)} WITH S3 ON LOCATION ${value(s.location)}${propertiesOf(s.properties)}`;
    }
    case 'drop-repository':
      return `DROP REPOSITORY ${identifier('repository', s.repository)}`;
    case 'show-repositories':
      return 'SHOW REPOSITORIES';
    case 'backup':
      return `BACKUP SNAPSHOT ${jobOf(s, 'TO')}`;
    case 'restore':
      return `RESTORE SNAPSHOT ${jobOf(s, 'FROM')}`;
    case 'show-backup':
      return `SHOW BACKUP FROM ${database(s)}${where('SnapshotName', 'label', s.label)}`;
    case 'show-restore':
      return `SHOW BRIEF RESTORE FROM ${database(s)}${where('Label', 'label', s.label)}`;
    case 'show-restore-whole':
      return `SHOW RESTORE FROM ${database(s)}${where('Label', 'label', s.label)}`;
    case 'cancel-backup':
      return `CANCEL BACKUP FROM ${database(s)}`;
    case 'cancel-restore':
      return `CANCEL RESTORE FROM ${database(s)}`;
    case 'show-snapshot': {
      const at =
        s.timestamp === undefined ? '' : ` AND TIMESTAMP = ${value(named('timestamp', s.timestamp))}`;
      return `SHOW SNAPSHOT ON ${identifier('repository', s.repository)}${where('SNAPSHOT', 'label', s.label)}${at}`;
    }
    case 'create-database':
      return `CREATE DATABASE IF NOT EXISTS ${database(s)}`;
    case 'drop-database':
      return `DROP DATABASE IF EXISTS ${database(s)} FORCE`;
    case 'show-databases':
      return 'SHOW DATABASES';
    case 'show-frontends':
      return 'SHOW FRONTENDS';
    case 'show-backends':
      return 'SHOW BACKENDS';
    case 'show-now':
      return 'SELECT NOW()';
    case 'show-database':
      return `SHOW DATABASE ${named('id', s.id)}`;
    case 'show-table':
      return `SHOW TABLE ${named('id', s.id)}`;
    case 'show-time-zone':
      return `SHOW VARIABLES LIKE ${value('system_time_zone')}`;
    case 'show-tables':
      return `SHOW TABLES FROM ${database(s)}`;
    case 'show-partitions':
      return `SHOW PARTITIONS FROM ${database(s)}.${identifier('table', s.table)}`;
    case 'swap-tables':
      return `ALTER TABLE ${database(s)}.${identifier('table', s.table)} REPLACE WITH TABLE ${identifier('table', s.with)}${propertiesOf({ swap: 'true' })}`;
    case 'show-recycle-bin':
      return `SHOW CATALOG RECYCLE BIN${where('NAME', 'table', s.name)}`;
    case 'recover-database':
      return `RECOVER DATABASE ${identifier('database', s.name)}${entry(s, 'database')}`;
    case 'recover-table':
      return `RECOVER TABLE ${database(s)}.${identifier('table', s.name)}${entry(s, 'table')}`;
    case 'recover-partition':
      return `RECOVER PARTITION ${identifier('partition', s.name)}${entry(s, 'partition')} FROM ${database(s)}.${identifier('table', s.table)}`;
    case 'purge':
      return `DROP CATALOG RECYCLE BIN WHERE '${BIN_IDS[s.what]}' = ${named('id', s.id)}`;
    case 'enable-binlog':
      return s.table === undefined
        ? `ALTER DATABASE ${database(s)} SET PROPERTIES ("binlog.enable" = "true")`
        : `ALTER TABLE ${database(s)}.${identifier('table', s.table)} SET ("binlog.enable" = "true")`;
  }
}

const database = (s: { readonly database: string }): string => identifier('database', s.database);

/** Only ever equality: `LIKE` would read the underscores of names. */
const where = (column: string, kind: NameKind, name: string | undefined): string =>
  name === undefined ? '' : ` WHERE ${column} = ${value(named(kind, name))}`;

const entry = ({ id, as }: { readonly id: string; readonly as?: string }, kind: NameKind): string =>
  ` ${named('id', id)}${as === undefined ? '' : ` AS ${identifier(kind, as)}`}`;

function jobOf(job: Job, preposition: 'TO' | 'FROM'): string {
  const snapshot = `${database(job)}.${identifier('label', job.label)}`;
  const repository = identifier('repository', job.repository);
  return `${snapshot} ${preposition} ${repository}${partsOf(job.parts)}${propertiesOf(job.properties)}`;
}

function partsOf(parts: Parts): string {
  if (parts.mode === 'all') return '';
  invariant(parts.tables.length > 0, 'a list of tables has at least one');
  return ` ${parts.mode === 'on' ? 'ON' : 'EXCLUDE'} (${parts.tables.map(tableOf).join(', ')})`;
}

function tableOf({ table, partitions, as }: TableRef): string {
  const names = partitions.map((partition) => identifier('partition', partition)).join(', ');
  const only = partitions.length === 0 ? '' : ` PARTITION (${names})`;
  return `${identifier('table', table)}${only}${as === undefined ? '' : ` AS ${identifier('table', as)}`}`;
}

function propertiesOf(properties: Properties): string {
  const each = Object.entries(properties).map(([name, text]) => {
    invariant(VALUE.test(text), 'a property of a statement has a plain value', { name });
    return `${value(named('property', name))} = ${value(text)}`;
  });
  return each.length === 0 ? '' : ` PROPERTIES (${each.join(', ')})`;
}
