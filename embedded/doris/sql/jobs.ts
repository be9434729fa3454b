import type { Cursor } from './cursor.ts';
import type { Filter, JobStatement, Statement, TableRef } from './statement.ts';

/** What follows `BACKUP` and `RESTORE`. */
export function job(at: Cursor, kind: 'backup' | 'restore'): Statement {
  at.take('SNAPSHOT');
  const label = at.qualified();
  at.take(kind === 'backup' ? 'TO' : 'FROM');
  const repository = at.identifier();
  return { kind, label, repository, ...parts(at), properties: at.properties() };
}

function parts(at: Cursor): Pick<JobStatement, 'exclude' | 'tables'> {
  const exclude = at.sees('EXCLUDE');
  if (!at.took('ON') && !at.took('EXCLUDE')) return { exclude: false, tables: [] };
  at.take('(');
  const tables = at.list(() => tableRef(at));
  at.take(')');
  return { exclude, tables };
}

function tableRef(at: Cursor): TableRef {
  const table = at.qualified();
  const temporary = at.took('TEMPORARY');
  const plural = at.took('PARTITIONS');
  let partitions: string[] | undefined;
  if (plural || at.took('PARTITION')) {
    if (at.took('(')) {
      partitions = at.list(() => at.identifier());
      at.take(')');
    } else partitions = [at.identifier()];
  }
  const named = at.took('AS') || at.token.kind === 'name' || isAlias(at);
  return { table, partitions, temporary, alias: named ? at.identifier() : undefined };
}

const isAlias = (at: Cursor): boolean => at.token.kind === 'word';

/** What follows `SHOW [BRIEF]`: `BACKUP …`, `RESTORE …`. */
export function showJobs(at: Cursor, kind: 'backup' | 'restore', brief: boolean): Statement {
  const database = at.took('FROM') || at.took('IN') ? at.identifier() : undefined;
  return { kind: `show-${kind}`, brief, database, filter: filter(at) };
}

/** `CANCEL BACKUP [{FROM | IN} db]`. */
export function cancel(at: Cursor): Statement {
  const kind = at.oneOf('BACKUP', 'RESTORE');
  const database = at.took('FROM') || at.took('IN') ? at.identifier() : undefined;
  return { kind: kind === 'BACKUP' ? 'cancel-backup' : 'cancel-restore', database };
}

/** `LIKE 'x'`, `WHERE column = 'x'`, `WHERE column LIKE 'x'`, or nothing. */
export function filter(at: Cursor): Filter | undefined {
  if (at.took('LIKE')) return { column: '', like: true, text: at.text() };
  return at.took('WHERE') ? condition(at) : undefined;
}

export function filters(at: Cursor): readonly Filter[] {
  if (!at.took('WHERE')) return [];
  const found = [condition(at)];
  while (at.took('AND')) found.push(condition(at));
  return found;
}

function condition(at: Cursor): Filter {
  const column = at.identifier();
  const like = at.oneOf('=', 'LIKE') === 'LIKE';
  return { column, like, text: at.text() };
}
