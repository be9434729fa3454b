import { Cursor } from './cursor.ts';
import { alter, create, drop, recover } from './definitions.ts';
import { cancel, filter, filters, job, showJobs } from './jobs.ts';
import type { SelectedValue, Statement } from './statement.ts';

/**
 * Reads one statement as Doris's grammar (DorisParser.g4, DorisLexer.g4) does, as far as the contract's statements go.
 * Knows nothing of whoever writes them. Throws `ParseError`; a second statement behind a semicolon is one too, because no
 * client here may send two.
 */
export function parse(text: string): Statement {
  const at = new Cursor(text);
  const statement = any(at);
  at.end();
  return statement;
}

function any(at: Cursor): Statement {
  const first = at.oneOf(
    ...([
      'BACKUP',
      'RESTORE',
      'CANCEL',
      'SHOW',
      'CREATE',
      'ALTER',
      'DROP',
      'RECOVER',
      'SELECT',
      'SET',
      'USE',
    ] as const),
  );
  switch (first) {
    case 'BACKUP':
      return job(at, 'backup');
    case 'RESTORE':
      return job(at, 'restore');
    case 'CANCEL':
      return cancel(at);
    case 'SHOW':
      return show(at);
    case 'CREATE':
      return create(at);
    case 'ALTER':
      return alter(at);
    case 'DROP':
      return drop(at);
    case 'RECOVER':
      return recover(at);
    case 'SELECT':
      return select(at);
    case 'SET':
      return set(at);
    case 'USE':
      return { kind: 'use', database: at.identifier() };
  }
}

function show(at: Cursor): Statement {
  const brief = at.took('BRIEF');
  if (brief) {
    at.take('RESTORE');
    return showJobs(at, 'restore', true);
  }
  const what = at.oneOf(
    ...([
      'BACKUP',
      'RESTORE',
      'REPOSITORIES',
      'SNAPSHOT',
      'CATALOG',
      'DATABASES',
      'SCHEMAS',
      'TABLES',
    ] as const),
    ...([
      'PARTITIONS',
      'FRONTENDS',
      'BACKENDS',
      'DATABASE',
      'TABLE',
      'GLOBAL',
      'SESSION',
      'VARIABLES',
    ] as const),
  );
  switch (what) {
    case 'BACKUP':
    case 'RESTORE':
      return showJobs(at, what === 'BACKUP' ? 'backup' : 'restore', false);
    case 'REPOSITORIES':
      return { kind: 'show-repositories' };
    case 'SNAPSHOT':
      at.take('ON');
      return { kind: 'show-snapshot', repository: at.identifier(), filters: filters(at) };
    case 'CATALOG':
      at.take('RECYCLE', 'BIN');
      return { kind: 'show-recycle-bin', filter: filter(at) };
    case 'DATABASES':
    case 'SCHEMAS':
      return { kind: 'show-databases', filter: filter(at) };
    case 'TABLES':
      return { kind: 'show-tables', database: from(at), filter: filter(at) };
    case 'PARTITIONS':
      at.take('FROM');
      return { kind: 'show-partitions', table: at.qualified() };
    case 'DATABASE':
      return { kind: 'show-database-id', id: at.number() };
    case 'TABLE':
      return { kind: 'show-table-id', id: at.number() };
    case 'FRONTENDS':
      return { kind: 'show-frontends' };
    case 'BACKENDS':
      return { kind: 'show-backends' };
    case 'GLOBAL':
    case 'SESSION':
      at.take('VARIABLES');
      return { kind: 'show-variables', filter: filter(at) };
    case 'VARIABLES':
      return { kind: 'show-variables', filter: filter(at) };
  }
}

const from = (at: Cursor): string | undefined =>
  at.took('FROM') || at.took('IN') ? at.identifier() : undefined;

function select(at: Cursor): Statement {
  if (at.took('*')) {
    at.take('FROM');
    return { kind: 'select', table: at.qualified(), as: undefined };
  }
  if (at.sees('COUNT', '(')) {
    at.take('COUNT', '(', '*', ')');
    const as = at.took('AS') ? at.identifier() : undefined;
    at.take('FROM');
    return { kind: 'count', table: at.qualified(), as };
  }
  return { kind: 'select-values', values: at.list(() => selected(at)) };
}

function selected(at: Cursor): SelectedValue {
  const value = plainValue(at);
  return at.took('AS') ? { ...value, column: at.identifier() } : value;
}

function plainValue(at: Cursor): SelectedValue {
  if (at.took('VERSION', '(', ')')) return { what: 'version', name: 'version', column: 'version()' };
  if (at.took('NOW', '(', ')')) return { what: 'now', name: 'now', column: 'now()' };
  if (at.took('@@')) {
    if (at.took('SESSION') || at.took('GLOBAL')) at.take('.');
    const name = at.identifier();
    return { what: 'variable', name, column: `@@${name}` };
  }
  const name = at.seesNumber ? at.number() : at.text();
  return { what: 'literal', name, column: name };
}

function set(at: Cursor): Statement {
  if (at.took('NAMES')) {
    const value = at.token.kind === 'text' ? at.text() : at.identifier();
    return { kind: 'set', variable: 'names', value };
  }
  if (at.took('@@')) {
    if (at.took('SESSION') || at.took('GLOBAL')) at.take('.');
  } else if (!at.took('SESSION')) at.took('GLOBAL');
  const variable = at.identifier();
  at.take('=');
  const value = at.token.kind === 'text' ? at.text() : at.seesNumber ? at.number() : at.identifier();
  return { kind: 'set', variable: variable.toLowerCase(), value };
}
