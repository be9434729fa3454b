/** One word of a statement. `name`: an identifier in backticks, which is never a keyword. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign' | 'end';
  /** Unquoted and unescaped. */
  readonly value: string;
  /** As it stands in the statement. */
  readonly raw: string;
  readonly line: number;
  /** Counts from 0. */
  readonly column: number;
}

/** A text that is no statement. The message is what Doris's parser says of it, without the prefix of all its errors. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(said: string, { line, column }: Pick<Token, 'line' | 'column'>) {
    super(`\n${said}(line ${line}, pos ${column})\n`);
  }
}

const SKIPPED = /(?:\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y;
const NUMBER = /\d+(?:\.\d+)?(?![A-Za-z_])/y;
const NAME = /`((?:[^`]|``)*)`/y;
const TEXT = /'((?:\\[\s\S]|''|[^'\\])*)'|"((?:\\[\s\S]|""|[^"\\])*)"/y;
/** Names may begin with digits there. */
const DIGITS_AND_LETTERS = /\d+[A-Za-z_][A-Za-z0-9_]*/y;
const SIGN = /@@|[().,=;*@-]/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  b: '\b',
  Z: '\x1a',
};

/** `\%` and `\_` keep their backslash, as patterns need it (MySQL, String Literals). */
const unescaped = (text: string, quote: string): string =>
  text
    .replace(/\\([\s\S])/g, (_, next: string) =>
      '%_'.includes(next) ? `\\${next}` : (ESCAPES[next] ?? next),
    )
    .replaceAll(quote + quote, quote);

/** The words of a text, the end among them. Throws `ParseError` at the first character that begins none. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  const where = () => {
    const before = text.slice(0, at).split('\n');
    return { line: before.length, column: before.at(-1)!.length };
  };
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += next(SKIPPED)?.[0].length ?? 0;
    const position = where();
    if (at >= text.length) {
      found.push({ kind: 'end', value: '<EOF>', raw: '<EOF>', ...position });
      return found;
    }
    const token = one(next);
    if (!token) throw new ParseError(`extraneous input '${text[at]}' expecting {<EOF>, ';'}`, position);
    found.push({ ...token, ...position });
    at += token.raw.length;
  }
}

function one(next: (pattern: RegExp) => RegExpExecArray | null): Omit<Token, 'line' | 'column'> | undefined {
  const name = next(NAME);
  if (name) return { kind: 'name', value: name[1]!.replaceAll('``', '`'), raw: name[0] };
  const text = next(TEXT);
  if (text) {
    const quote = text[0][0]!;
    return { kind: 'text', value: unescaped(text[1] ?? text[2] ?? '', quote), raw: text[0] };
  }
  for (const [kind, pattern] of [
    ['word', WORD],
    ['number', NUMBER],
    ['word', DIGITS_AND_LETTERS],
    ['sign', SIGN],
  ] as const) {
    const match = next(pattern);
    if (match) return { kind, value: match[0], raw: match[0] };
  }
  return undefined;
}
