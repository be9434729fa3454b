/** Words of a statement as a frontend of Doris reads them: comments are nothing, and quotes hold whatever is in them. */
export type Token =
  | { readonly type: 'word' | 'number' | 'symbol'; readonly text: string }
  /** Quoted, with what the quotes hold. */
  | { readonly type: 'name' | 'string' | 'single'; readonly text: string };

const STRING_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b' };

export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const char = sql[at]!;
    if (/\s/.test(char)) at++;
    else if (sql.startsWith('--', at) || char === '#') at = endOf(sql, '\n', at);
    else if (sql.startsWith('/*', at)) at = endOf(sql, '*/', at + 2);
    else if (char === '`') {
      const { text, end } = quotedAt(sql, at, false);
      tokens.push({ type: 'name', text });
      at = end;
    } else if (char === '"' || char === "'") {
      const { text, end } = quotedAt(sql, at, true);
      tokens.push({ type: char === '"' ? 'string' : 'single', text });
      at = end;
    } else if (/[0-9]/.test(char)) {
      const text = /^[0-9]+/.exec(sql.slice(at))![0];
      if (/^[\p{L}_]/u.test(sql.slice(at + text.length)))
        throw new SyntaxError(`a word begins with a digit: ${text}`);
      tokens.push({ type: 'number', text });
      at += text.length;
    } else if (/[A-Za-z_]/.test(char)) {
      const text = /^[A-Za-z0-9_]+/.exec(sql.slice(at))![0];
      tokens.push({ type: 'word', text: text.toUpperCase() });
      at += text.length;
    } else if ('.,()='.includes(char)) {
      tokens.push({ type: 'symbol', text: char });
      at++;
    } else throw new SyntaxError(`no token begins with ${JSON.stringify(char)} at ${at} of ${sql}`);
  }
  return tokens;
}

/** A comment that does not end takes the rest with it. */
const endOf = (sql: string, mark: string, from: number): number => {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
};

/** Up to the closing quote; one that is doubled stands for itself, and within strings a backslash escapes. */
function quotedAt(
  sql: string,
  from: number,
  backslash: boolean,
): { readonly text: string; readonly end: number } {
  const quote = sql[from]!;
  let text = '';
  for (let at = from + 1; at < sql.length; at++) {
    const char = sql[at]!;
    if (backslash && char === '\\') {
      const next = sql[++at];
      if (next === undefined) break;
      text += STRING_ESCAPES[next] ?? next;
    } else if (char !== quote) text += char;
    else if (sql[at + 1] === quote) {
      text += quote;
      at++;
    } else return { text, end: at + 1 };
  }
  throw new SyntaxError(`${quote} is not closed in ${sql}`);
}
