import type { Parts, Properties, Statement, TableRef } from '../../adapters/engines/doris/statements.ts';
import { type Token, tokensOf } from './doris-tokens.ts';

/**
 * Reads statements of Doris back, by the grammar of the contract (sections 2 to 5) and nothing that the driver has: its
 * own words, its own grammar. Anything that is left over, and any other word, is an error.
 */
export function parseDoris(sql: string): Statement {
  const reader = new Reader(tokensOf(sql));
  const statement = statementOf(reader);
  reader.end();
  return statement;
}

class Reader {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  is(...words: readonly string[]): boolean {
    return words.every((word, n) => {
      const token = this.#tokens[this.#at + n];
      return (token?.type === 'word' || token?.type === 'symbol') && token.text === word;
    });
  }

  may(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.#at += words.length;
    return true;
  }

  must(...words: readonly string[]): void {
    if (!this.may(...words)) throw new SyntaxError(`expected ${words.join(' ')} at ${this.#rest()}`);
  }

  take(...types: readonly Token['type'][]): string {
    const token = this.#tokens[this.#at];
    if (!token || !types.includes(token.type))
      throw new SyntaxError(`expected ${types.join(' or ')} at ${this.#rest()}`);
    this.#at++;
    return token.text;
  }

  /** Of names that the driver sends: labels may hold hyphens and colons, so none goes without its backticks. */
  name = (): string => this.take('name');
  string = (): string => this.take('string');

  end(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`left over: ${this.#rest()}`);
  }

  #rest = (): string => JSON.stringify(this.#tokens.slice(this.#at, this.#at + 6));
}

function statementOf(r: Reader): Statement {
  if (r.may('CREATE')) return createOf(r);
  if (r.may('DROP', 'DATABASE', 'IF', 'EXISTS')) {
    const database = r.name();
    r.must('FORCE');
    return { kind: 'drop-database', database };
  }
  if (r.may('DROP', 'REPOSITORY')) return { kind: 'drop-repository', repository: r.name() };
  if (r.may('DROP', 'CATALOG', 'RECYCLE', 'BIN', 'WHERE')) return purgeOf(r);
  if (r.may('BACKUP', 'SNAPSHOT')) return { kind: 'backup', ...jobOf(r, 'TO') };
  if (r.may('RESTORE', 'SNAPSHOT')) return { kind: 'restore', ...jobOf(r, 'FROM') };
  if (r.may('CANCEL', 'BACKUP', 'FROM')) return { kind: 'cancel-backup', database: r.name() };
  if (r.may('CANCEL', 'RESTORE', 'FROM')) return { kind: 'cancel-restore', database: r.name() };
  if (r.may('RECOVER')) return recoverOf(r);
  if (r.may('ALTER', 'DATABASE')) return databaseSetOf(r);
  if (r.may('ALTER', 'TABLE')) return alterTableOf(r);
  if (r.may('SELECT', 'NOW', '(', ')')) return { kind: 'show-now' };
  r.must('SHOW');
  return showOf(r);
}

function createOf(r: Reader): Statement {
  if (r.may('DATABASE', 'IF', 'NOT', 'EXISTS')) return { kind: 'create-database', database: r.name() };
  const readOnly = r.may('READ', 'ONLY');
  r.must('REPOSITORY');
  const repository = r.name();
  r.must('WITH', 'S3', 'ON', 'LOCATION');
  return {
    kind: 'create-repository',
    repository,
    readOnly,
    location: r.string(),
    properties: propertiesOf(r),
  };
}

function purgeOf(r: Reader): Statement {
  const kinds = { DbId: 'database', TableId: 'table', PartitionId: 'partition' } as const;
  const key = r.take('single');
  const what = kinds[key as keyof typeof kinds];
  if (!what) throw new SyntaxError(`the bin knows no ${key}`);
  r.must('=');
  return { kind: 'purge', what, id: r.take('number') };
}

function jobOf(r: Reader, preposition: 'TO' | 'FROM') {
  const [database, label] = pair(r);
  r.must(preposition);
  const repository = r.name();
  return { database, label, repository, parts: partsOf(r), properties: propertiesOf(r) };
}

function pair(r: Reader): readonly [string, string] {
  const first = r.name();
  r.must('.');
  return [first, r.name()];
}

function partsOf(r: Reader): Parts {
  const mode = r.may('ON') ? 'on' : r.may('EXCLUDE') ? 'exclude' : 'all';
  return mode === 'all' ? { mode } : { mode, tables: listOf(r, () => tableOf(r)) };
}

function listOf<T>(r: Reader, one: () => T): readonly T[] {
  r.must('(');
  const all = [one()];
  while (r.may(',')) all.push(one());
  r.must(')');
  return all;
}

function tableOf(r: Reader): TableRef {
  const table = r.name();
  const partitions = r.may('PARTITION') ? listOf(r, r.name) : [];
  return { table, partitions, ...(r.may('AS') && { as: r.name() }) };
}

const propertiesOf = (r: Reader): Properties => (r.may('PROPERTIES') ? pairsOf(r) : {});

function pairsOf(r: Reader): Properties {
  const each = listOf(r, () => {
    const key = r.string();
    r.must('=');
    return [key, r.string()] as const;
  });
  const properties = Object.fromEntries(each);
  if (Object.keys(properties).length < each.length) throw new SyntaxError('a property is given twice');
  return properties;
}

function recoverOf(r: Reader): Statement {
  const entry = () => ({ id: r.take('number'), ...(r.may('AS') && { as: r.name() }) });
  if (r.may('DATABASE')) return { kind: 'recover-database', name: r.name(), ...entry() };
  if (r.may('TABLE')) {
    const [database, name] = pair(r);
    return { kind: 'recover-table', database, name, ...entry() };
  }
  r.must('PARTITION');
  const name = r.name();
  const which = entry();
  r.must('FROM');
  const [database, table] = pair(r);
  return { kind: 'recover-partition', database, table, name, ...which };
}

function databaseSetOf(r: Reader): Statement {
  const database = r.name();
  r.must('SET', 'PROPERTIES');
  binlog(pairsOf(r));
  return { kind: 'enable-binlog', database };
}

/** Of all that could be set, the driver sets this. */
function binlog(properties: Properties): void {
  if (JSON.stringify(properties) !== '{"binlog.enable":"true"}')
    throw new SyntaxError('only binlogs are enabled');
}

function alterTableOf(r: Reader): Statement {
  const [database, table] = pair(r);
  if (r.may('SET')) {
    binlog(pairsOf(r));
    return { kind: 'enable-binlog', database, table };
  }
  r.must('REPLACE', 'WITH', 'TABLE');
  const other = r.name();
  const properties = propertiesOf(r);
  // Without it, or with false, the table that gives its name away is dropped and is in no bin.
  if (JSON.stringify(properties) !== '{"swap":"true"}') throw new SyntaxError('a swap says that it is one');
  return { kind: 'swap-tables', database, table, with: other };
}

function showOf(r: Reader): Statement {
  const where = (column: string): string | undefined => {
    if (!r.may('WHERE', column)) return undefined;
    r.must('=');
    return r.string();
  };
  const optional = <K extends string>(key: K, text: string | undefined) =>
    (text === undefined ? {} : { [key]: text }) as { readonly [key in K]?: string };
  if (r.may('REPOSITORIES')) return { kind: 'show-repositories' };
  if (r.may('DATABASES')) return { kind: 'show-databases' };
  if (r.may('BACKENDS')) return { kind: 'show-backends' };
  if (r.may('DATABASE')) return { kind: 'show-database', id: r.take('number') };
  if (r.may('TABLE')) return { kind: 'show-table', id: r.take('number') };
  if (r.may('FRONTENDS')) return { kind: 'show-frontends' };
  if (r.may('TABLES', 'FROM')) return { kind: 'show-tables', database: r.name() };
  if (r.may('PARTITIONS', 'FROM')) {
    const [database, table] = pair(r);
    return { kind: 'show-partitions', database, table };
  }
  if (r.may('VARIABLES', 'LIKE')) {
    if (r.string() !== 'system_time_zone') throw new SyntaxError('only one variable is asked for');
    return { kind: 'show-time-zone' };
  }
  if (r.may('BACKUP', 'FROM'))
    return { kind: 'show-backup', database: r.name(), ...optional('label', where('SNAPSHOTNAME')) };
  if (r.may('BRIEF', 'RESTORE', 'FROM'))
    return { kind: 'show-restore', database: r.name(), ...optional('label', where('LABEL')) };
  if (r.may('RESTORE', 'FROM')) {
    const database = r.name();
    const label = where('LABEL');
    if (label === undefined) throw new SyntaxError('the whole of a restore is asked for by its label');
    return { kind: 'show-restore-whole', database, label };
  }
  if (r.may('CATALOG', 'RECYCLE', 'BIN'))
    return { kind: 'show-recycle-bin', ...optional('name', where('NAME')) };
  r.must('SNAPSHOT', 'ON');
  const repository = r.name();
  const label = where('SNAPSHOT');
  if (label === undefined) throw new SyntaxError('snapshots are asked for by their label');
  if (!r.may('AND', 'TIMESTAMP')) return { kind: 'show-snapshot', repository, label };
  r.must('=');
  return { kind: 'show-snapshot', repository, label, timestamp: r.string() };
}
