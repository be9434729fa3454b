import { ParseError, type Token, tokens } from './tokens.ts';

/** Words that are no names unless they stand in backticks: those of the grammar's reserved ones that occur here. */
const RESERVED = new Set(
  `ADD ALL ALTER AND AS BY CREATE DATABASE DATABASES DELETE DESC DROP EXISTS FROM GROUP IN INSERT INTO IS LIKE LIMIT NOT
  NULL ON OR ORDER PARTITION SELECT SET SHOW TABLE TABLES TO UPDATE WHERE WITH`.split(/\s+/),
);

/** Walks through the words of one statement. Whatever does not fit throws `ParseError`. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  /** Whether these keywords or signs come next, in this order. */
  sees(...words: string[]): boolean {
    return words.every((word, index) => is(this.#tokens[this.#at + index], word));
  }

  /** Takes them if they come next, and says whether they did. */
  took(...words: string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#at += words.length;
    return true;
  }

  take(...words: string[]): void {
    for (const word of words) if (!this.took(word)) this.fail(word);
  }

  /** One of these, as it is written here. */
  oneOf<Word extends string>(...words: Word[]): Word {
    const found = words.find((word) => this.took(word));
    return found ?? this.fail(...words);
  }

  identifier(): string {
    const { kind, value } = this.token;
    if (kind !== 'name' && !(kind === 'word' && !RESERVED.has(value.toUpperCase())))
      return this.fail('IDENTIFIER');
    this.#at++;
    return value;
  }

  /** `a`, or `a.b`. */
  qualified(): { readonly database: string | undefined; readonly name: string } {
    const first = this.identifier();
    if (!this.took('.')) return { database: undefined, name: first };
    return { database: first, name: this.identifier() };
  }

  text(): string {
    const { kind, value } = this.token;
    if (kind !== 'text') return this.fail('STRING_LITERAL');
    this.#at++;
    return value;
  }

  get seesNumber(): boolean {
    return this.token.kind === 'number';
  }

  number(): string {
    const { kind, value } = this.token;
    if (kind !== 'number' || value.includes('.')) return this.fail('INTEGER_VALUE');
    this.#at++;
    return value;
  }

  /** At least one, between commas. */
  list<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.took(',')) items.push(item());
    return items;
  }

  /** `PROPERTIES ("name" = "value", …)`, or none. */
  properties(): Map<string, string> {
    const properties = new Map<string, string>();
    if (!this.took('PROPERTIES')) return properties;
    this.take('(');
    const one = () => (this.token.kind === 'text' ? this.text() : this.identifier());
    this.list(() => {
      const name = one();
      this.take('=');
      properties.set(name, one());
    });
    this.take(')');
    return properties;
  }

  /** Nothing but a semicolon is left. */
  end(): void {
    this.took(';');
    if (this.token.kind !== 'end') this.fail('<EOF>', ';');
  }

  fail(...expected: string[]): never {
    const shown = expected.map((one) =>
      /^[A-Z_]+_(LITERAL|VALUE)$|^IDENTIFIER$|^<EOF>$/.test(one) ? one : `'${one}'`,
    );
    const among = shown.length === 1 ? shown[0] : `{${shown.join(', ')}}`;
    throw new ParseError(`mismatched input '${this.token.value}' expecting ${among}`, this.token);
  }
}

const is = (token: Token | undefined, word: string): boolean =>
  (token?.kind === 'word' || token?.kind === 'sign') && token.value.toUpperCase() === word;
