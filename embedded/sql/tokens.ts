import { SqlFailure } from './failure.ts';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'mark' | 'parameter' | 'end';
  /** A quoted name without its quotes, a parameter without its colon. */
  readonly text: string;
  /** Where it begins in the statement. */
  readonly at: number;
}

/** How a database quotes names. A text in these quotes is never a value. */
export type Quote = '`' | '"';

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_$]*)|(\d+)|:([A-Za-z_][A-Za-z0-9_]*)|(`[^`]*`|"[^"]*")|(<=|>=|<>|!=|[<>=(),.*+;]))/y;

/** The words, names, whole numbers and marks of a statement, and its end. Texts and fractions are not known here. */
export function tokens(statement: string, quote: Quote): readonly Token[] {
  const found: Token[] = [];
  const end = statement.trimEnd().length;
  for (let at = 0; at < end; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(statement);
    const begin = at + (/\S/.exec(statement.slice(at))?.index ?? 0);
    const [, word, number, parameter, quoted, mark] = match ?? [];
    if (!match || (quoted !== undefined && quoted[0] !== quote))
      throw new SqlFailure({ kind: 'syntax', near: statement.slice(begin), at: begin });
    if (word !== undefined) found.push({ kind: 'word', text: word, at: begin });
    else if (number !== undefined) found.push({ kind: 'number', text: number, at: begin });
    else if (parameter !== undefined) found.push({ kind: 'parameter', text: parameter, at: begin });
    else if (quoted !== undefined) found.push({ kind: 'quoted', text: quoted.slice(1, -1), at: begin });
    else found.push({ kind: 'mark', text: mark!, at: begin });
    at = TOKEN.lastIndex;
  }
  return [...found, { kind: 'end', text: '', at: end }];
}
