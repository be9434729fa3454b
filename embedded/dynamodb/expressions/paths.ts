import { invalid } from '../errors.ts';
import type { Item, Value } from '../values.ts';
import type { Placeholders } from './placeholders.ts';
import { isReserved } from './reserved-words.ts';
import type { Tokens } from './tokens.ts';

/** A document path: `a.b[0]` is `['a', 'b', 0]`. The first step is always a name. */
export type Path = readonly (string | number)[];

export const printPath = (path: Path): string =>
  `[${path.map((s) => (typeof s === 'number' ? `[${s}]` : s)).join(', ')}]`;

export function parsePath(tokens: Tokens, placeholders: Placeholders): Path {
  const path: (string | number)[] = [step(tokens, placeholders)];
  for (;;) {
    if (tokens.accept('.')) path.push(step(tokens, placeholders));
    else if (tokens.accept('[')) {
      if (tokens.peek().kind !== 'index') throw tokens.unexpected();
      path.push(Number(tokens.take().text));
      tokens.expect(']');
    } else return path;
  }
}

function step(tokens: Tokens, placeholders: Placeholders): string {
  const token = tokens.peek();
  if (token.kind === 'name') return placeholders.name(tokens.kind, tokens.take().text);
  if (token.kind !== 'word') throw tokens.unexpected();
  if (isReserved(token.text))
    throw invalid(tokens.kind, `Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  return tokens.take().text;
}

/** The value at a path, or undefined when any step of it is not there. */
export function read(item: Item, path: Path): Value | undefined {
  let value = own(item, path[0] as string);
  for (let i = 1; i < path.length && value; i++) {
    const s = path[i]!;
    if (typeof s === 'number') value = 'L' in value ? value.L[s] : undefined;
    else value = 'M' in value ? own(value.M, s) : undefined;
  }
  return value;
}

/** An attribute may be called `constructor`. */
export const own = (item: Item, name: string): Value | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

/** True when one path leads to the other or through it. */
export function overlap(a: Path, b: Path): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Refuses paths of one expression that meet: what the result would be is not defined. */
export function noOverlap(kind: Parameters<typeof invalid>[0], paths: readonly Path[]): void {
  for (let i = 0; i < paths.length; i++)
    for (let j = i + 1; j < paths.length; j++) {
      const [a, b] = [paths[i]!, paths[j]!];
      const paired = `path one: ${printPath(a)}, path two: ${printPath(b)}`;
      if (overlap(a, b))
        throw invalid(
          kind,
          `Two document paths overlap with each other; must remove or rewrite one of these paths; ${paired}`,
        );
      if (conflict(a, b))
        throw invalid(
          kind,
          `Two document paths conflict with each other; must remove or rewrite one of these paths; ${paired}`,
        );
    }
}

/** One path takes a place for a list where the other takes it for a map. */
function conflict(a: Path, b: Path): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (typeof a[i] !== typeof b[i]) return true;
    if (a[i] !== b[i]) return false;
  }
  return false;
}
