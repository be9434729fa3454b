import { NotModelled } from '../../service.ts';
import type { CommandLine } from './argv.ts';
import { invalidArgument } from './failure.ts';

/** Which tables a command is about. */
export interface TableFilter {
  readonly matches: (database: string, table: string) => boolean;
  /** Was it asked for, or is it everything? */
  readonly explicit: boolean;
  readonly printed: string;
}

interface Rule {
  readonly keeps: boolean;
  readonly database: RegExp;
  readonly table: RegExp;
}

/** The table-filter syntax with `*`, `?`, `[…]` and `!`; of the rules that match, the last one says. */
export function parseFilter(patterns: readonly string[]): TableFilter {
  const rules = patterns.map(parseRule);
  const matches = (database: string, table: string): boolean =>
    rules.findLast((rule) => rule.database.test(database) && rule.table.test(table))?.keeps ?? false;
  return { matches, explicit: true, printed: patterns.join(',') };
}

const EVERYTHING: TableFilter = { matches: () => true, explicit: false, printed: '*.*' };

/** What a command line asks for: one database, one table, its filters, or everything. */
export function filterOf(line: CommandLine): TableFilter {
  const kind = line.command.split(' ')[1];
  if (kind === 'db' || kind === 'table') {
    const database = line.text('db')!;
    if (database === '') throw invalidArgument('empty database name is not allowed');
    const table = kind === 'table' ? line.text('table')! : undefined;
    if (table === '') throw invalidArgument('empty table name is not allowed');
    return {
      matches: (db, name) => db === database && (table === undefined || name === table),
      explicit: true,
      printed: `${database}.${table ?? '*'}`,
    };
  }
  const patterns = kind === 'full' ? line.list('filter') : [];
  return patterns.length > 0 ? parseFilter(patterns) : EVERYTHING;
}

function parseRule(pattern: string): Rule {
  const text = pattern.trim();
  const keeps = !text.startsWith('!');
  const body = keeps ? text : text.slice(1);
  if (/^[@/]|[`"\\]/.test(body)) throw new NotModelled('tidb', `the table filter ${pattern}`);
  const [database, table, more] = body.split('.');
  if (!database || !table || more !== undefined)
    throw invalidArgument(`failed to parse table filter ${JSON.stringify(pattern)}: wrong table pattern`);
  return { keeps, database: wildcard(database), table: wildcard(table) };
}

/** Names are compared without regard to case. */
function wildcard(pattern: string): RegExp {
  const body = pattern.replaceAll(/\[(!?)([^\]]+)\]|[*?]|[^*?[]+|\[/g, (part, not: string, set: string) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (set !== undefined) return `[${not ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    return part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${body}$`, 'i');
}
