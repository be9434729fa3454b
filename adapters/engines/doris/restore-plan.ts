import type { RestoreMode, RestoreScope, RestoreSpec } from '../../../core/engines/driver.ts';
import { InvalidInput, RecoveryPointNotRestorable } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { named } from './names.ts';
import { besideName } from './ports.ts';
import type { TableRef } from './statements.ts';
import type { CapturedDatabase, CapturedDatabases } from './verify.ts';

/**
 * One RESTORE: a whole database, or one table of one. A table that gets another name has a job of its own: until a fix of
 * March 2025 a job of several could take away the original of one when another of them failed (apache/doris#48820).
 */
export interface Job {
  /** The database that was captured, and what of it. */
  readonly from: string;
  readonly snapshot: CapturedDatabase;
  /** The database that it lands in. */
  readonly into: string;
  /** Absent for all of the database. */
  readonly table?: TableRef;
}

/** A restore as Doris is to do it. */
export interface RestorePlan {
  readonly mode: Mode;
  readonly jobs: readonly Job[];
}

/** `own-names`: into another cluster, where the names are free. */
export type Mode = RestoreMode | 'own-names';

/** In another cluster names are free, and whoever works with it wants the ones that they know. A drill never takes them. */
export const modeOf = ({ mode, restore }: Pick<RestoreSpec, 'mode' | 'restore'>, { end }: Place): Mode =>
  restore.drill ? 'beside' : (mode ?? (end === 'target' ? 'own-names' : 'beside'));

/** @throws InvalidInput, RecoveryPointNotRestorable */
export function planOf(spec: RestoreSpec, at: Place, index: ManifestIndex): RestorePlan {
  const mode = modeOf(spec, at);
  const wanted = wantedOf(spec.scope);
  if (wanted.size === 0) {
    if (mode === 'swap') throw swapNeedsTables(spec);
    const all = Object.keys(databasesIn(index, spec));
    return { mode, jobs: all.map((database) => wholeOf(spec, index, mode, database)) };
  }
  const jobs = [...wanted].flatMap(([database, tables]) => {
    if (tables.size > 0)
      return [...tables].map(([table, parts]) => tableOf(spec, index, mode, database, table, parts));
    if (mode === 'swap') throw swapNeedsTables(spec);
    return [wholeOf(spec, index, mode, database)];
  });
  return { mode, jobs };
}

const swapNeedsTables = ({ scope }: RestoreSpec): InvalidInput =>
  new InvalidInput(
    `mode is "swap" and scope ${JSON.stringify(scope ?? {})} names no table: Doris exchanges the names of tables; name them, as in { "tables": ["shop.orders"] }`,
  );

/** What a scope asks for, by database and table; a table with no partitions is wanted whole. */
function wantedOf(scope: RestoreScope = {}): Map<string, Map<string, string[]>> {
  const wanted = new Map<string, Map<string, string[]>>();
  const inDatabase = (name: string): Map<string, string[]> => {
    const tables = wanted.get(named('database', name)) ?? new Map<string, string[]>();
    wanted.set(name, tables);
    return tables;
  };
  for (const database of scope.databases ?? []) inDatabase(database);
  for (const name of scope.tables ?? []) {
    const [database, table] = partsOf(name, 2);
    inDatabase(database!).set(named('table', table!), []);
  }
  for (const name of scope.partitions ?? []) {
    const [database, table, partition] = partsOf(name, 3);
    const tables = inDatabase(database!);
    const partitions = tables.get(named('table', table!)) ?? [];
    tables.set(table!, [...new Set([...partitions, named('partition', partition!)])]);
  }
  return wanted;
}

/** No name of Doris has a dot. */
export function partsOf(name: string, count: 2 | 3): readonly string[] {
  const parts = name.split('.');
  if (parts.length === count) return parts;
  throw new InvalidInput(
    `${JSON.stringify(name)} names no ${count === 2 ? 'table; write database.table' : 'partition; write database.table.partition'}`,
  );
}

/** What was captured of each database, as its manifest says. */
export const databasesIn = (
  { configuration }: ManifestIndex,
  { point }: Pick<RestoreSpec, 'point'>,
): CapturedDatabases => {
  const found = configuration['databases'] as CapturedDatabases | undefined;
  if (found && typeof found === 'object') return found;
  throw new RecoveryPointNotRestorable(`the manifest of ${point.id} does not say which databases it holds`, {
    recoveryPoint: point.id,
  });
};

function snapshotOf(spec: RestoreSpec, index: ManifestIndex, database: string): CapturedDatabase {
  const all = databasesIn(index, spec);
  const snapshot = Object.hasOwn(all, database) ? all[database] : undefined;
  if (snapshot) return snapshot;
  throw new InvalidInput(
    `${spec.point.id} holds no database ${database}; it holds ${Object.keys(all).join(', ')}`,
  );
}

const wholeOf = (spec: RestoreSpec, index: ManifestIndex, mode: Mode, database: string): Job => ({
  from: database,
  snapshot: snapshotOf(spec, index, database),
  into: mode === 'beside' ? named('database', besideName(spec.restore, database)) : database,
});

function tableOf(
  spec: RestoreSpec,
  index: ManifestIndex,
  mode: Mode,
  database: string,
  table: string,
  partitions: readonly string[],
): Job {
  const isAlias = mode === 'beside' || mode === 'swap';
  return {
    from: database,
    snapshot: snapshotOf(spec, index, database),
    into: database,
    table: {
      table,
      partitions,
      ...(isAlias && { as: named('table', besideName(spec.restore, table)) }),
    },
  };
}

/** For a person: `shop.orders as orders_r1x7k0qp`. */
export const spokenJob = ({ from, into, table }: Job): string =>
  table
    ? `${from}.${table.table}${table.as === undefined ? '' : ` as ${table.as}`}`
    : from === into
      ? from
      : `${from} as ${into}`;
