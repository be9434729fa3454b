import { SqlFailure } from './failure.ts';
import type {
  ColumnDefinition,
  Comparator,
  Condition,
  Expression,
  Selection,
  Statement,
  TableName,
} from './statement.ts';
import { type Quote, type Token, tokens } from './tokens.ts';

/** What tells two databases' SQL apart here. */
export interface Dialect {
  readonly quote: Quote;
  /** The word after CREATE that makes a room for tables. */
  readonly room: readonly string[];
}

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  ...{ '=': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
};

/** Words that are no names of columns: where one stands in a name's place, something else was meant. */
const RESERVED = new Set(
  'SELECT FROM WHERE ORDER BY LIMIT INSERT INTO VALUES DELETE CREATE TABLE PRIMARY KEY AND OR NOT NULL AS'.split(
    ' ',
  ),
);

/**
 * The few statements that Holdfast's own tables need: rooms and tables of whole numbers, rows that come, go and are read.
 * Everything else is a mistake of syntax, as it would be to a database that does not know it.
 */
export class Parser {
  readonly #statement: string;
  readonly #dialect: Dialect;
  readonly #tokens: readonly Token[];
  #next = 0;

  static parse(statement: string, dialect: Dialect): Statement {
    return new Parser(statement, dialect).#parse();
  }

  private constructor(statement: string, dialect: Dialect) {
    this.#statement = statement;
    this.#dialect = dialect;
    this.#tokens = tokens(statement, dialect.quote);
  }

  #parse(): Statement {
    const statement = this.#whole();
    this.#takes(';');
    if (this.#token.kind !== 'end') this.#wrong();
    return statement;
  }

  #whole(): Statement {
    if (this.#takes('CREATE')) return this.#create();
    if (this.#takes('INSERT')) return this.#insert();
    if (this.#takes('DELETE')) {
      this.#must('FROM');
      return { kind: 'delete', from: this.#tableName(), where: this.#where() };
    }
    this.#must('SELECT');
    return this.#select();
  }

  #create(): Statement {
    const table = this.#takes('TABLE');
    if (!table && !this.#dialect.room.some((word) => this.#takes(word))) this.#wrong();
    const ifNotExists = this.#takes('IF');
    if (ifNotExists) this.#must('NOT', 'EXISTS');
    if (!table) return { kind: 'create-database', database: this.#name(), ifNotExists };
    const name = this.#tableName();
    const columns = this.#inBrackets(() => this.#columnDefinition());
    if (columns.filter(({ key }) => key).length !== 1) this.#wrong();
    return { kind: 'create-table', name, ifNotExists, columns };
  }

  #columnDefinition(): ColumnDefinition {
    const name = this.#name();
    this.#must('BIGINT');
    if (this.#takes('NOT')) this.#must('NULL');
    const key = this.#takes('PRIMARY');
    if (key) this.#must('KEY');
    return { name, key };
  }

  #insert(): Statement {
    this.#must('INTO');
    const into = this.#tableName();
    const columns = this.#inBrackets(() => this.#name());
    if (this.#takes('VALUES'))
      return {
        ...{ kind: 'insert', into, columns },
        from: this.#separated(() => this.#inBrackets(() => this.#expression())),
      };
    this.#must('SELECT');
    return { kind: 'insert', into, columns, from: this.#select() };
  }

  #select(): Selection {
    const items = this.#separated(() => this.#item());
    const from = this.#takes('FROM') ? this.#tableName() : undefined;
    const where = this.#where();
    const orderBy = this.#takes('ORDER') ? this.#order() : [];
    const limit = this.#takes('LIMIT') ? this.#number() : undefined;
    return { kind: 'select', from, items, where, orderBy, limit };
  }

  #item(): Selection['items'][number] {
    const begin = this.#token.at;
    const value = this.#expression();
    const last = this.#tokens[this.#next - 1]!;
    if (this.#takes('AS')) return { value, name: this.#name() };
    if (value.kind === 'column') return { value, name: value.name };
    const end = this.#statement.slice(last.at, this.#token.at).trimEnd().length + last.at;
    return { value, name: this.#statement.slice(begin, end) };
  }

  #order(): Selection['orderBy'] {
    this.#must('BY');
    return this.#separated(() => {
      const column = this.#name();
      const descending = this.#takes('DESC');
      if (!descending) this.#takes('ASC');
      return { column, descending };
    });
  }

  #where(): Condition {
    if (!this.#takes('WHERE')) return [];
    const all = [];
    do {
      const left = this.#expression();
      const comparator = COMPARATORS[this.#token.text];
      if (this.#token.kind !== 'mark' || !comparator) this.#wrong();
      this.#next++;
      all.push({ left, comparator, right: this.#expression() });
    } while (this.#takes('AND'));
    return all;
  }

  #expression(): Expression {
    let sum = this.#term();
    while (this.#takes('+')) sum = { kind: 'sum', of: [sum, this.#term()] };
    return sum;
  }

  #term(): Expression {
    const { kind, text } = this.#token;
    if (kind === 'number') return { kind: 'number', value: this.#number() };
    if (kind === 'parameter') {
      this.#next++;
      return { kind: 'parameter', name: text };
    }
    const called = kind === 'word' && this.#tokens[this.#next + 1]?.text === '(';
    if (!called) return { kind: 'column', name: this.#name() };
    this.#next++;
    switch (text.toUpperCase()) {
      case 'COALESCE':
        return { kind: 'coalesce', of: this.#inBrackets(() => this.#expression()) };
      case 'MAX':
      case 'MIN': {
        const [of, ...more] = this.#inBrackets(() => this.#expression());
        if (more.length > 0) this.#wrong();
        return { kind: text.toUpperCase() === 'MAX' ? 'max' : 'min', of: of! };
      }
      case 'COUNT':
        this.#must('(', '*', ')');
        return { kind: 'count' };
      default:
        return this.#wrong();
    }
  }

  #tableName(): TableName {
    const first = this.#name();
    return this.#takes('.')
      ? { database: first, table: this.#name() }
      : { database: undefined, table: first };
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'quoted' && (kind !== 'word' || RESERVED.has(text.toUpperCase()))) this.#wrong();
    this.#next++;
    return text;
  }

  #number(): number {
    const { kind, text } = this.#token;
    const value = Number(text);
    if (kind !== 'number' || !Number.isSafeInteger(value)) this.#wrong();
    this.#next++;
    return value;
  }

  #inBrackets<T>(read: () => T): readonly T[] {
    this.#must('(');
    const all = this.#separated(read);
    this.#must(')');
    return all;
  }

  #separated<T>(read: () => T): readonly T[] {
    const all = [read()];
    while (this.#takes(',')) all.push(read());
    return all;
  }

  #takes(text: string): boolean {
    const { kind, text: there } = this.#token;
    if ((kind !== 'word' && kind !== 'mark') || there.toUpperCase() !== text) return false;
    this.#next++;
    return true;
  }

  #must(...texts: readonly string[]): void {
    for (const text of texts) if (!this.#takes(text)) this.#wrong();
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #wrong(): never {
    const { at } = this.#token;
    throw new SqlFailure({ kind: 'syntax', near: this.#statement.slice(at), at });
  }
}
