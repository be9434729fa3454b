import type { Cursor } from './cursor.ts';
import type { Qualified, Statement } from './statement.ts';

export function create(at: Cursor): Statement {
  const readOnly = at.took('READ', 'ONLY');
  const what = readOnly ? at.oneOf('REPOSITORY') : at.oneOf('REPOSITORY', 'DATABASE', 'SCHEMA');
  if (what !== 'REPOSITORY') {
    const ifNotExists = at.took('IF', 'NOT', 'EXISTS');
    return { kind: 'create-database', name: at.identifier(), ifNotExists };
  }
  const name = at.identifier();
  at.take('WITH', 'S3', 'ON', 'LOCATION');
  const location = at.text();
  return { kind: 'create-repository', name, readOnly, location, properties: at.properties() };
}

export function alter(at: Cursor): Statement {
  const what = at.oneOf('REPOSITORY', 'DATABASE', 'TABLE');
  if (what === 'REPOSITORY')
    return { kind: 'alter-repository', name: at.identifier(), properties: at.properties() };
  if (what === 'DATABASE') {
    const target: Qualified = { database: undefined, name: at.identifier() };
    at.take('SET');
    return { kind: 'set-properties', on: 'database', target, properties: at.properties() };
  }
  const table = at.qualified();
  switch (at.oneOf('DROP', 'REPLACE', 'RENAME', 'SET')) {
    case 'DROP': {
      at.take('PARTITION');
      const ifExists = at.took('IF', 'EXISTS');
      const name = at.identifier();
      return { kind: 'drop-partition', table, name, ifExists, force: at.took('FORCE') };
    }
    case 'REPLACE': {
      at.take('WITH', 'TABLE');
      const other = at.identifier();
      return { kind: 'replace-table', table, with: other, properties: at.properties() };
    }
    case 'RENAME':
      return { kind: 'rename-table', table, to: at.identifier() };
    case 'SET':
      return { kind: 'set-properties', on: 'table', target: table, properties: bare(at) };
  }
}

/** `SET ("a" = "b")`: without the word PROPERTIES. */
function bare(at: Cursor): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  at.take('(');
  at.list(() => {
    const name = at.text();
    at.take('=');
    properties.set(name, at.text());
  });
  at.take(')');
  return properties;
}

export function drop(at: Cursor): Statement {
  switch (at.oneOf('REPOSITORY', 'DATABASE', 'SCHEMA', 'TABLE', 'CATALOG')) {
    case 'REPOSITORY':
      return { kind: 'drop-repository', name: at.identifier() };
    case 'TABLE': {
      const ifExists = at.took('IF', 'EXISTS');
      const table = at.qualified();
      return { kind: 'drop-table', table, ifExists, force: at.took('FORCE') };
    }
    case 'CATALOG': {
      at.take('RECYCLE', 'BIN', 'WHERE');
      // The grammar's own oddity: the column is a string.
      const column = at.text();
      at.take('=');
      return { kind: 'purge', column, id: at.number() };
    }
    case 'DATABASE':
    case 'SCHEMA': {
      const ifExists = at.took('IF', 'EXISTS');
      const name = at.identifier();
      return { kind: 'drop-database', name, ifExists, force: at.took('FORCE') };
    }
  }
}

export function recover(at: Cursor): Statement {
  const what = at.oneOf('DATABASE', 'SCHEMA', 'TABLE', 'PARTITION');
  const rest = () => ({
    id: at.seesNumber ? at.number() : undefined,
    as: at.took('AS') ? at.identifier() : undefined,
  });
  if (what === 'TABLE') return { kind: 'recover-table', table: at.qualified(), ...rest() };
  const name = at.identifier();
  const entry = rest();
  if (what !== 'PARTITION') return { kind: 'recover-database', name, ...entry };
  at.take('FROM');
  return { kind: 'recover-partition', name, ...entry, table: at.qualified() };
}
