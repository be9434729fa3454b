import { add, canonical } from '../decimal.ts';
import { validation } from '../errors.ts';
import { fingerprint, type Item, typeOf, type Value } from '../values.ts';
import { own, type Path, read } from './paths.ts';
import type { SetTo, Term, Update } from './update-parser.ts';

const missing = () =>
  validation('The provided expression refers to an attribute that does not exist in the item');
const noPlace = () => validation('The document path provided in the update expression is invalid for update');
const wrongType = () => validation('An operand in the update expression has an incorrect data type');

/**
 * The item after an update. Every value is computed from the item as it was, so the order of the actions does not
 * matter; only what the paths touch is copied, the rest is shared with the old item.
 */
export function applyUpdate(update: Update, old: Item): Item {
  const set: { path: Path; value: Value | undefined }[] = [
    ...update.set.map(({ path, to }) => ({ path, value: evaluate(to, old) })),
    ...update.add.map(({ path, value }) => ({ path, value: added(read(old, path), value) })),
    ...update.delete.map(({ path, value }) => ({ path, value: without(read(old, path), value) })),
  ];
  const remove: Path[] = [...update.remove];
  let item = old;
  // Ascending, so that list entries beyond the end are appended in the order of their indexes.
  for (const { path, value } of set.sort((a, b) => comparePaths(a.path, b.path))) {
    if (value) item = put(item, path, value);
    else remove.push(path);
  }
  // Descending, so that removing a list entry does not shift those that are still to be removed.
  for (const path of remove.sort((a, b) => comparePaths(b, a))) item = put(item, path, undefined);
  return item;
}

function comparePaths(a: Path, b: Path): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === y) continue;
    if (typeof x === 'number' && typeof y === 'number') return x - y;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}

function evaluate(to: SetTo, item: Item): Value {
  if (to.kind !== 'sum') return termValue(to, item);
  const [left, right] = [termValue(to.left, item), termValue(to.right, item)];
  if (!('N' in left) || !('N' in right)) throw wrongType();
  return number(add(left.N, right.N, to.sign));
}

function number(text: string): Value {
  const result = canonical(text);
  if ('wrong' in result) throw validation(result.wrong);
  return Object.freeze({ N: result.text });
}

function termValue(term: Term, item: Item): Value {
  if (term.kind === 'value') return term.value;
  if (term.kind === 'if_not_exists') return read(item, term.path) ?? termValue(term.otherwise, item);
  if (term.kind === 'path') {
    const value = read(item, term.path);
    if (!value) throw missing();
    return value;
  }
  const [first, second] = [termValue(term.first, item), termValue(term.second, item)];
  if (!('L' in first) || !('L' in second)) throw wrongType();
  return Object.freeze({ L: Object.freeze([...first.L, ...second.L]) });
}

/** ADD: a number grows from 0, a set gains members. */
function added(old: Value | undefined, by: Value): Value {
  if (!old) return by;
  if ('N' in old && 'N' in by) return number(add(old.N, by.N, 1));
  const [have, more] = [members(old), members(by)];
  if (!have || !more || typeOf(old) !== typeOf(by)) throw wrongType();
  return setOf(typeOf(old), new Map([...have, ...more]))!;
}

/** DELETE: a set loses members, and is gone when it has none left. */
function without(old: Value | undefined, by: Value): Value | undefined {
  if (!old) return undefined;
  const [have, less] = [members(old), members(by)];
  if (!have || !less || typeOf(old) !== typeOf(by)) throw wrongType();
  return setOf(typeOf(old), new Map([...have].filter(([name]) => !less.has(name))));
}

type Member = string | Uint8Array;

function members(value: Value): ReadonlyMap<string, Member> | undefined {
  if ('SS' in value) return new Map(value.SS.map((s) => [s, s]));
  if ('NS' in value) return new Map(value.NS.map((n) => [n, n]));
  if ('BS' in value) return new Map(value.BS.map((b) => [fingerprint({ B: b }), b]));
  return undefined;
}

const setOf = (type: string, entries: ReadonlyMap<string, Member>): Value | undefined =>
  entries.size === 0
    ? undefined
    : (Object.freeze({ [type]: Object.freeze([...entries.values()]) }) as unknown as Value);

/** The item with `value` at `path`, or without anything there. Every container on the way must exist. */
function put(item: Item, path: Path, value: Value | undefined): Item {
  const [name, ...rest] = path as readonly [string, ...(string | number)[]];
  const child = rest.length === 0 ? value : putIn(own(item, name), rest, value);
  if (child) return Object.freeze({ ...item, [name]: child });
  const { [name]: _gone, ...others } = item;
  return Object.freeze(others);
}

function putIn(container: Value | undefined, path: Path, value: Value | undefined): Value {
  if (!container) throw noPlace();
  const [step, ...rest] = path;
  if (typeof step === 'string') {
    if (!('M' in container)) throw noPlace();
    return Object.freeze({ M: put(container.M, path, value) });
  }
  if (!('L' in container)) throw noPlace();
  const list = [...container.L];
  const child = rest.length === 0 ? value : putIn(list[step!], rest, value);
  if (!child) list.splice(step!, 1);
  else list[Math.min(step!, list.length)] = child;
  return Object.freeze({ L: Object.freeze(list) });
}
