import { ToolError } from './settings.ts';

/** A command of the tool as its parser of flags reads it. */
export interface Line {
  readonly command: 'create' | 'restore';
  readonly overrides: ReadonlyMap<string, string>;
  readonly config: string;
  readonly flags: ReadonlyMap<string, string>;
}

/** By their long names (contract, section 3). */
const FLAGS: Readonly<Record<Line['command'], Readonly<Record<string, 'text' | 'switch'>>>> = {
  create: { name: 'text', filter: 'text', strategy: 'text', rbac: 'switch', backup_index_extra: 'switch' },
  restore: {
    name: 'text',
    filter: 'text',
    suffix: 'text',
    rename: 'text',
    rebuild_index: 'switch',
    meta_only: 'switch',
    use_auto_index: 'switch',
    drop_exist_collection: 'switch',
    skip_create_collection: 'switch',
    rbac: 'switch',
    use_v2_restore: 'switch',
  },
};
const SHORT: Readonly<Record<string, string>> = { '-n': 'name', '-s': 'suffix', '-r': 'rename' };

/** Throws what the tool prints when it takes no such command line. */
export function parseLine(argv: readonly string[]): Line {
  const overrides = new Map<string, string>();
  const flags = new Map<string, string>();
  let config = 'backup.yaml';
  let command: Line['command'] | undefined;
  const words = [...argv];
  const argumentOf = (flag: string): string => {
    const value = words.shift();
    if (value === undefined) throw new ToolError(`flag needs an argument: ${flag}`);
    return value;
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--config') config = argumentOf(word);
    else if (word === '--set') for (const pair of argumentOf(word).split(',')) overrides.set(...pairOf(pair));
    else if (word === 'create' || word === 'restore') command = word;
    else {
      const name = SHORT[word] ?? (word.startsWith('--') ? word.slice(2) : undefined);
      const kind = command && name !== undefined ? FLAGS[command][name] : undefined;
      if (!kind)
        throw new ToolError(
          word.startsWith('-') ? `unknown flag: ${word}` : `unknown command "${word}" for "milvus-backup"`,
        );
      flags.set(name!, kind === 'switch' ? 'true' : argumentOf(word));
    }
  }
  if (!command) throw new ToolError('unrecognized command');
  if (flags.has('suffix') && flags.has('rename'))
    throw new ToolError('suffix and rename flag cannot be set at the same time');
  return { command, overrides, config, flags };
}

function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 0) throw new ToolError('invalid --set format, want KEY=VALUE');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** Which collections a filter lets through: `db.coll`, `db.*`, `coll` of the default database, `db.` for the database only. */
export interface Filter {
  readonly rules: readonly { readonly database: string; readonly collection: string }[];
  allows(database: string, collection: string): boolean;
}

export function parseFilter(text: string | undefined): Filter {
  const rules = (text ?? '')
    .split(',')
    .filter((rule) => rule !== '')
    .map((rule) => {
      const [, database, collection] = /^(?:(\w+)\.)?(\w+|\*|)$/.exec(rule) ?? [];
      if (collection === undefined || (database === undefined && collection === '*'))
        throw new ToolError(`parse filter: filter: invalid filter rule: ${rule}`);
      return { database: database ?? 'default', collection };
    });
  return {
    rules,
    allows: (database, name) =>
      rules.length === 0 ||
      rules.some(
        (rule) => rule.database === database && (rule.collection === '*' || rule.collection === name),
      ),
  };
}

/** Names of backups (core/backup/func.go). */
export function checkName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) throw new ToolError(`invalid backup name ${name}`);
}
