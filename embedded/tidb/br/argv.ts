import { BrFailure } from './failure.ts';
import { ALIASES, COMMANDS, type Flag, type Flags } from './flags.ts';

/** One command with the flags that were given. */
export class CommandLine {
  /** `backup full`. */
  readonly command: string;
  readonly #flags: Flags;
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(command: string, flags: Flags, given: ReadonlyMap<string, readonly string[]>) {
    this.command = command;
    this.#flags = flags;
    this.#given = given;
  }

  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** The last value given, or the flag's default. */
  text(name: string): string | undefined {
    return this.#given.get(name)?.at(-1) ?? this.#flag(name).default;
  }

  list(name: string): readonly string[] {
    const given = this.#given.get(name) ?? [this.#flag(name).default ?? ''];
    return given.flatMap((value) => value.split(',')).filter((value) => value !== '');
  }

  yes(name: string): boolean {
    return TRUE.includes(this.text(name) ?? 'false');
  }

  int(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  /** What was given, in a fixed order: equal for command lines that mean the same. */
  get printed(): string {
    const given = [...this.#given].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([this.command, ...given]);
  }

  #flag(name: string): Flag {
    const flag = this.#flags[name];
    if (!flag) throw new Error(`${this.command} has no flag ${name}`);
    return flag;
  }
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/** Durations of Go: `90m`, `1h30m`. */
const DURATION = /^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/;

/** Reads a command line as the tool does. Throws what it refuses; undefined when it would print its usage and end. */
export function parseArgv(argv: readonly string[]): CommandLine | undefined {
  const words = argv.slice(1);
  const group = words[0];
  if (group === undefined || group === '--help' || group === '-h') return undefined;
  const known = ALIASES[group] ?? group;
  if (!Object.keys(COMMANDS).some((name) => name.startsWith(`${known} `)))
    throw new BrFailure(`unknown command "${group}" for "br"`);
  const name = words[1];
  if (name === undefined || name === '--help' || name === '-h') return undefined;
  const command = `${known} ${name}`;
  const flags = COMMANDS[command];
  if (!flags) throw new BrFailure(`unknown command "${name}" for "br ${known}"`);
  const given = parseFlags(command, flags, words.slice(2));
  const missing = Object.keys(flags).filter((flag) => flags[flag]!.required && !given.has(flag));
  if (missing.length > 0)
    throw new BrFailure(`required flag(s) ${missing.map((flag) => `"${flag}"`).join(', ')} not set`);
  return new CommandLine(command, flags, given);
}

function parseFlags(command: string, flags: Flags, words: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    // The tool takes no arguments besides flags: `--checksum false` is caught here.
    if (!word.startsWith('-') || word === '-')
      throw new BrFailure(`unknown command "${word}" for "br ${command}"`);
    const { name, shown, value } = word.startsWith('--') ? long(flags, word) : short(flags, word);
    const { kind } = flags[name]!;
    const taken = value ?? (kind === 'bool' ? 'true' : words[++i]);
    if (taken === undefined) throw new BrFailure(`flag needs an argument: ${shown}`);
    check(kind, shown, taken);
    given.set(name, [...(given.get(name) ?? []), taken]);
  }
  return given;
}

interface Named {
  readonly name: string;
  readonly shown: string;
  readonly value: string | undefined;
}

function long(flags: Flags, word: string): Named {
  const [, name = '', , value] = /^--([^=]*)(=([\s\S]*))?$/.exec(word) ?? [];
  if (!flags[name]) throw new BrFailure(`unknown flag: --${name}`);
  return { name, shown: `--${name}`, value };
}

/** `-u value`, `-uvalue`, `-u=value`. */
function short(flags: Flags, word: string): Named {
  const letter = word[1]!;
  const name = Object.keys(flags).find((flag) => flags[flag]!.short === letter);
  if (name === undefined) throw new BrFailure(`unknown shorthand flag: '${letter}' in ${word}`);
  const rest = word.slice(2);
  const value = rest === '' ? undefined : rest.replace(/^=/, '');
  return { name, shown: `'${letter}' in ${word}`, value };
}

function check(kind: Flag['kind'], shown: string, value: string): void {
  const fits =
    kind === 'bool'
      ? TRUE.includes(value) || FALSE.includes(value)
      : kind === 'int'
        ? /^\d+$/.test(value)
        : kind === 'duration'
          ? DURATION.test(value)
          : true;
  if (!fits) throw new BrFailure(`invalid argument "${value}" for "${shown}" flag`);
}

/** A duration of Go in milliseconds. */
export function millisecondsOf(duration: string): number {
  const unit = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, n, u]) => sum + Number(n) * unit[u as keyof typeof unit], 0);
}
