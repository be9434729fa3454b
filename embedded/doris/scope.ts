import type { Database } from './contents.ts';
import { refuse, SqlRefused, unknownTable } from './errors.ts';
import type { Scope } from './snapshot.ts';
import type { JobInfo, TableInfo } from './snapshot-info.ts';
import type { JobStatement } from './sql/statement.ts';
import { Failed } from './status.ts';

/** Which tables and partitions a backup takes. Refuses what is not there, and what Doris cannot back up. */
export function backupScope(database: Database, { tables, exclude }: JobStatement): Scope {
  const named = new Map(tables.map((ref) => [ref.table.name, ref.partitions]));
  const all = [...database.tables.keys()];
  const wanted: [string, readonly string[] | undefined][] =
    tables.length === 0
      ? all.map((name) => [name, undefined])
      : exclude
        ? all.filter((name) => !named.has(name)).map((name) => [name, undefined])
        : [...named];
  for (const [name, partitions] of wanted) {
    const table = database.tables.get(name);
    if (!table) throw unknownTable(name, database.name);
    if (table.spec.kind === 'view') continue;
    if (table.spec.kind !== 'olap') refuse(`Table '${name}' is not a OLAP table`);
    if (table.temporaryPartitions) refuse('Do not support backup table with temp partitions');
    if (tables.some((ref) => ref.table.name === name && ref.temporary))
      refuse('Do not support backup temp partitions');
    for (const partition of partitions ?? [])
      if (!table.partitions.has(partition)) refuse(`Unknown partition ${partition} in table${name}`);
  }
  return new Map(wanted);
}

/** What is left of a snapshot after a RESTORE's ON or EXCLUDE, and the names that tables get. */
export function restoreScope(
  info: JobInfo,
  { tables, exclude }: JobStatement,
): { readonly info: JobInfo; readonly aliases: ReadonlyMap<string, string> } {
  if (tables.length === 0) return { info, aliases: new Map() };
  const views = info.new_backup_objects.views;
  if (exclude) {
    const gone = new Set(tables.map(({ table }) => table.name));
    const left = Object.entries(info.backup_objects).filter(([name]) => !gone.has(name));
    return {
      info: narrowed(
        info,
        left,
        views.filter(({ name }) => !gone.has(name)),
      ),
      aliases: new Map(),
    };
  }
  const left: [string, TableInfo][] = [];
  const wantedViews: (typeof views)[number][] = [];
  for (const { table, partitions, temporary } of tables) {
    const objects = info.backup_objects[table.name];
    const view = views.find(({ name }) => name === table.name);
    if (view) wantedViews.push(view);
    else if (objects) {
      if (temporary) refuse('Do not support restoring temporary partitions');
      left.push([table.name, only(table.name, objects, partitions)]);
    } else refuse(`Table ${table.name} does not exist in snapshot ${info.name}`);
  }
  const aliases = tables.flatMap(({ table, alias }) =>
    alias === undefined ? [] : [[table.name, alias] as const],
  );
  return { info: narrowed(info, left, wantedViews), aliases: new Map(aliases) };
}

function only(name: string, objects: TableInfo, partitions: readonly string[] | undefined): TableInfo {
  if (!partitions) return objects;
  for (const partition of partitions)
    if (!(partition in objects.partitions))
      refuse(`Partition ${partition} of table ${name} does not exist in snapshot`);
  const left = Object.entries(objects.partitions).filter(([partition]) => partitions.includes(partition));
  return { ...objects, partitions: Object.fromEntries(left) };
}

const narrowed = (
  info: JobInfo,
  tables: readonly (readonly [string, TableInfo])[],
  views: JobInfo['new_backup_objects']['views'],
): JobInfo => ({
  ...info,
  backup_objects: Object.fromEntries(tables),
  new_backup_objects: { ...info.new_backup_objects, views },
});

/** What a repository answers to a statement: its trouble is the statement's. */
export async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failed) throw new SqlRefused(error.message);
    throw error;
  }
}
