import { invalid } from '../errors.ts';
import { typeOf, type Value } from '../values.ts';
import { noOverlap, type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { Tokens } from './tokens.ts';

export type Term =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list_append'; readonly first: Term; readonly second: Term };

export type SetTo =
  | Term
  | { readonly kind: 'sum'; readonly left: Term; readonly right: Term; readonly sign: 1 | -1 };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly to: SetTo }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: Value }[];
  readonly delete: readonly { readonly path: Path; readonly value: Value }[];
}

const KIND = 'UpdateExpression';
const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

export const pathsOf = (update: Update): readonly Path[] => [
  ...update.set.map((action) => action.path),
  ...update.remove,
  ...update.add.map((action) => action.path),
  ...update.delete.map((action) => action.path),
];

export function parseUpdate(text: string, placeholders: Placeholders): Update {
  const tokens = new Tokens(KIND, text);
  const update = { set: [], remove: [], add: [], delete: [] } as Mutable<Update>;
  const seen = new Set<string>();
  do {
    const clause = CLAUSES.find((word) => tokens.accept(word));
    if (!clause) throw tokens.unexpected();
    if (seen.has(clause))
      throw invalid(KIND, `The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    do action(clause, tokens, placeholders, update);
    while (tokens.accept(','));
  } while (tokens.peek().kind !== 'end');
  noOverlap(KIND, pathsOf(update));
  return update;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function action(
  clause: (typeof CLAUSES)[number],
  tokens: Tokens,
  placeholders: Placeholders,
  into: Mutable<Update>,
): void {
  const path = parsePath(tokens, placeholders);
  if (clause === 'REMOVE') {
    into.remove.push(path);
    return;
  }
  if (clause === 'SET') {
    tokens.expect('=');
    into.set.push({ path, to: setTo(tokens, placeholders) });
    return;
  }
  if (tokens.peek().kind !== 'value') throw tokens.unexpected();
  const value = placeholders.value(KIND, tokens.take().text);
  const allowed = clause === 'ADD' ? ['N', 'SS', 'NS', 'BS'] : ['SS', 'NS', 'BS'];
  if (!allowed.includes(typeOf(value))) throw wrongOperand(clause, typeOf(value));
  into[clause === 'ADD' ? 'add' : 'delete'].push({ path, value });
}

const wrongOperand = (operator: string, type: string) =>
  invalid(
    KIND,
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`,
  );

function setTo(tokens: Tokens, placeholders: Placeholders): SetTo {
  const left = term(tokens, placeholders);
  const sign = tokens.accept('+') ? 1 : tokens.accept('-') ? -1 : undefined;
  if (!sign) return left;
  const right = term(tokens, placeholders);
  for (const side of [left, right])
    if (side.kind === 'value' && !('N' in side.value))
      throw wrongOperand(sign === 1 ? '+' : '-', typeOf(side.value));
  return { kind: 'sum', left, right, sign };
}

function term(tokens: Tokens, placeholders: Placeholders): Term {
  const { kind } = tokens.peek();
  if (kind === 'value') return { kind: 'value', value: placeholders.value(KIND, tokens.take().text) };
  if (kind === 'word' && tokens.comes('(', 1)) return called(tokens, placeholders);
  if (kind === 'word' || kind === 'name') return { kind: 'path', path: parsePath(tokens, placeholders) };
  throw tokens.unexpected();
}

function called(tokens: Tokens, placeholders: Placeholders): Term {
  const name = tokens.take().text;
  tokens.expect('(');
  let made: Term;
  if (name === 'if_not_exists') {
    const path = parsePath(tokens, placeholders);
    tokens.expect(',');
    made = { kind: name, path, otherwise: term(tokens, placeholders) };
  } else if (name === 'list_append') {
    const first = term(tokens, placeholders);
    tokens.expect(',');
    made = { kind: name, first, second: term(tokens, placeholders) };
    for (const side of [first, made.second])
      if (side.kind === 'value' && !('L' in side.value))
        throw wrongOperand('list_append', typeOf(side.value));
  } else throw invalid(KIND, `Invalid function name; function: ${name}`);
  tokens.expect(')');
  return made;
}
