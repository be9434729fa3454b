import { invalid } from '../errors.ts';

/** The request members that hold an expression; errors name them. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'index' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Expressions are at most 4 KB (Service, account, and table quotas: expression parameters). */
const EXPRESSION_BYTES_MAX = 4_096;

const TOKEN =
  /\s*(?:(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<index>\d+)|(?<symbol><>|<=|>=|[=<>()[\].,+-]))/y;

export function tokenize(kind: ExpressionKind, text: string): readonly Token[] {
  if (text.trim() === '') throw invalid(kind, 'The expression can not be empty;');
  if (Buffer.byteLength(text) > EXPRESSION_BYTES_MAX)
    throw invalid(kind, 'Expression size has exceeded the maximum allowed size; expression size: over 4096');
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw syntaxError(kind, text, text.slice(at).trimStart()[0]!, at);
    const found = Object.entries(groups).find(([, match]) => match !== undefined)!;
    tokens.push({ kind: found[0] as Token['kind'], text: found[1]!, at });
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
  return tokens;
}

export const syntaxError = (kind: ExpressionKind, text: string, token: string, at: number) =>
  invalid(
    kind,
    `Syntax error; token: "${token}", near: "${text.slice(Math.max(0, at - 12), at + 12).trim()}"`,
  );

/** A cursor over the tokens of one expression. */
export class Tokens {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    this.#tokens = tokenize(kind, text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes a symbol, or a keyword in any case, when it comes next. */
  accept(text: string): boolean {
    if (!this.comes(text)) return false;
    this.#next++;
    return true;
  }

  comes(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token.kind === 'symbol') return token.text === text;
    return token.kind === 'word' && token.text.toUpperCase() === text;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  unexpected(): Error {
    const token = this.peek();
    return syntaxError(this.kind, this.#text, token.text, token.at);
  }
}
