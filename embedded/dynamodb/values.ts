import { canonical, compareNumbers } from './decimal.ts';
import { badParameter, validation } from './errors.ts';

/** One typed value, in the shape that the SDK's low-level client takes and gives. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly M: Item }
  | { readonly L: readonly Value[] }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean };

export type Item = Readonly<Record<string, Value>>;
export type TypeName = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'BOOL' | 'NULL';

const TYPES: ReadonlySet<string> = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL']);
/** Levels of maps and lists (Service, account, and table quotas: nested attribute depth). */
const DEPTH_MAX = 32;

export const isTypeName = (text: string): text is TypeName => TYPES.has(text);
export const typeOf = (value: Value): TypeName => Object.keys(value)[0] as TypeName;

/**
 * A validated, frozen copy of what a caller gave, numbers in DynamoDB's own spelling. From here on a value is shared
 * freely, because nobody can change it; only binary values cannot be frozen and are copied again on their way out.
 */
export function intern(given: unknown, depth = 0): Value {
  if (depth > DEPTH_MAX) throw badParameter('Nesting Levels have exceeded supported limits');
  const keys = given && typeof given === 'object' ? definedKeys(given) : [];
  if (keys.length === 0)
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (keys.length > 1)
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  const type = keys[0]!;
  if (!isTypeName(type)) throw validation(`Supplied AttributeValue has the unknown datatype ${type}`);
  return Object.freeze(internTyped(type, (given as Record<string, unknown>)[type], depth));
}

function internTyped(type: TypeName, content: unknown, depth: number): Value {
  if (type === 'S' && typeof content === 'string') return { S: content };
  if (type === 'N' && typeof content === 'string') return { N: number(content) };
  if (type === 'B' && content instanceof Uint8Array) return { B: content.slice() };
  if (type === 'BOOL' && typeof content === 'boolean') return { BOOL: content };
  if (type === 'NULL' && typeof content === 'boolean') {
    if (content) return { NULL: true };
    throw badParameter('Null attribute value types must have the value of true');
  }
  if (type === 'M' && content && typeof content === 'object') return { M: internItem(content, depth + 1) };
  if (Array.isArray(content)) {
    if (type === 'L') return { L: Object.freeze(content.map((entry) => intern(entry, depth + 1))) };
    if (type === 'SS')
      return {
        SS: set(
          type,
          content as string[],
          (s) => s,
          (s) => s,
        ),
      };
    if (type === 'NS') return { NS: set(type, content as string[], number, (n) => n) };
    if (type === 'BS')
      return {
        BS: set(
          type,
          content as Uint8Array[],
          (b) => b.slice(),
          (b) => hex(b),
        ),
      };
  }
  throw validation(`Supplied AttributeValue ${type} has a value of another type: ${typeof content}`);
}

export function internItem(given: object, depth = 0): Item {
  const names = definedKeys(given);
  if (depth === 0 && names.includes('')) throw badParameter('The attribute name must not be empty');
  return Object.freeze(
    Object.fromEntries(names.map((name) => [name, intern((given as Record<string, unknown>)[name], depth)])),
  );
}

const definedKeys = (of: object): string[] =>
  Object.keys(of).filter((key) => (of as Record<string, unknown>)[key] !== undefined);

function number(text: string): string {
  const read = canonical(text);
  if ('wrong' in read) throw validation(read.wrong);
  return read.text;
}

function set<T>(
  type: string,
  given: readonly T[],
  take: (entry: T) => T,
  name: (entry: T) => string,
): readonly T[] {
  const word = { SS: 'string', NS: 'number', BS: 'binary' }[type];
  if (given.length === 0) throw badParameter(`An ${word} set  may not be empty`);
  const entries = given.map(take);
  if (new Set(entries.map(name)).size < entries.length)
    throw badParameter(`Input collection ${JSON.stringify(given)} contains duplicates.`);
  return Object.freeze(entries);
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Bytes that a value takes (DynamoDB item sizes and formats): the measure of limits and of consumed capacity. */
export function sizeOf(value: Value): number {
  if ('S' in value) return utf8Bytes(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/[-.]/g, '').length / 2) + 1;
  if ('B' in value) return value.B.length;
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return sum(value.SS.map(utf8Bytes));
  if ('NS' in value) return sum(value.NS.map((n) => sizeOf({ N: n })));
  if ('BS' in value) return sum(value.BS.map((b) => b.length));
  if ('L' in value) return 3 + sum(value.L.map((entry) => 1 + sizeOf(entry)));
  return 3 + Object.keys(value.M).length + itemBytes(value.M);
}

export const itemBytes = (item: Item): number => {
  let bytes = 0;
  for (const name of Object.keys(item)) bytes += utf8Bytes(name) + sizeOf(item[name]!);
  return bytes;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Strings sort by their UTF-8 bytes; UTF-16 order differs from that only beside surrogates. */
const SURROGATE = /[\ud800-\udfff]/;
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Order of two values of one sortable type; undefined when they cannot be ordered. */
export function compare(a: Value, b: Value): number | undefined {
  if ('S' in a && 'S' in b) return compareStrings(a.S, b.S);
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('B' in a && 'B' in b) return Buffer.compare(a.B, b.B);
  return undefined;
}

export const equal = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && fingerprint(a) === fingerprint(b));

/** Equal values have equal fingerprints, whatever the order of their sets and maps. */
export function fingerprint(value: Value): string {
  if ('B' in value) return `B${hex(value.B)}`;
  if ('BS' in value) return `BS${JSON.stringify(value.BS.map(hex).sort())}`;
  if ('SS' in value) return `SS${JSON.stringify([...value.SS].sort())}`;
  if ('NS' in value) return `NS${JSON.stringify([...value.NS].sort())}`;
  if ('L' in value) return `L[${value.L.map(fingerprint).join(',')}]`;
  if ('M' in value) return `M${itemFingerprint(value.M)}`;
  return JSON.stringify(value);
}

export const itemFingerprint = (item: Item): string =>
  `{${Object.keys(item)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${fingerprint(item[name]!)}`)
    .join(',')}}`;

/** What leaves the service: the stored item itself, except that binary values are copied. */
export function release(item: Item): Item {
  let copy: Record<string, Value> | undefined;
  for (const name of Object.keys(item)) {
    const value = item[name]!;
    const out = releaseValue(value);
    if (out !== value) {
      copy ??= { ...item };
      copy[name] = out;
    }
  }
  return copy ?? item;
}

function releaseValue(value: Value): Value {
  if ('B' in value) return { B: value.B.slice() };
  if ('BS' in value) return { BS: value.BS.map((bytes) => bytes.slice()) };
  if ('M' in value) {
    const out = release(value.M);
    return out === value.M ? value : { M: out };
  }
  if ('L' in value) {
    const out = value.L.map(releaseValue);
    return out.some((entry, i) => entry !== value.L[i]) ? { L: out } : value;
  }
  return value;
}
