import type { Item, Value } from '../values.ts';
import { noOverlap, own, type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { Tokens } from './tokens.ts';

/** What to keep below one step: everything, or these steps. */
type Kept = 'all' | ReadonlyMap<string | number, Kept>;
export type Projection = ReadonlyMap<string | number, Kept>;

export function parseProjection(text: string, placeholders: Placeholders): Projection {
  const tokens = new Tokens('ProjectionExpression', text);
  const paths: Path[] = [];
  do paths.push(parsePath(tokens, placeholders));
  while (tokens.accept(','));
  if (tokens.peek().kind !== 'end') throw tokens.unexpected();
  noOverlap('ProjectionExpression', paths);
  return treeOf(paths);
}

export const projectionOf = (names: Iterable<string>): Projection =>
  new Map([...names].map((name) => [name, 'all']));

export function treeOf(paths: readonly Path[]): Projection {
  const root = new Map<string | number, Kept>();
  for (const path of paths) {
    let node = root;
    for (const step of path.slice(0, -1)) {
      if (!node.has(step)) node.set(step, new Map());
      node = node.get(step) as Map<string | number, Kept>;
    }
    node.set(path.at(-1)!, 'all');
  }
  return root;
}

export function project(item: Item, projection: Projection): Item {
  const out: [string, Value][] = [];
  for (const [step, kept] of projection) {
    const value = typeof step === 'string' ? own(item, step) : undefined;
    const part = value && keep(value, kept);
    if (part) out.push([step as string, part]);
  }
  return Object.fromEntries(out);
}

function keep(value: Value, kept: Kept): Value | undefined {
  if (kept === 'all') return value;
  if ('M' in value) {
    const part = project(value.M, kept);
    return Object.keys(part).length > 0 ? { M: part } : undefined;
  }
  if (!('L' in value)) return undefined;
  const indexes = [...kept.keys()].filter((step) => typeof step === 'number').sort((a, b) => a - b);
  const parts = indexes
    .map((i) => value.L[i] && keep(value.L[i], kept.get(i)!))
    .filter((part) => part !== undefined);
  return parts.length > 0 ? { L: parts } : undefined;
}
