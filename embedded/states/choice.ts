import { NotModelled } from '../service.ts';
import { runtime } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { mustRead, reader, type Sources } from './paths.ts';

export type Test = (from: Sources) => boolean;
type Compare = (left: Json, right: Json) => boolean;

const ordered = {
  Equals: (l: number, r: number) => l === r,
  LessThan: (l: number, r: number) => l < r,
  LessThanEquals: (l: number, r: number) => l <= r,
  GreaterThan: (l: number, r: number) => l > r,
  GreaterThanEquals: (l: number, r: number) => l >= r,
} as const;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const isTimestamp = (v: Json): v is string => typeof v === 'string' && RFC3339.test(v);

const compareText = (l: string, r: string): number => (l < r ? -1 : l > r ? 1 : 0);

/** Every comparison of the language, by name. A value of another type never matches. */
const comparisons = new Map<string, Compare>([
  ['BooleanEquals', (l, r) => typeof l === 'boolean' && l === r],
  ['StringMatches', (l, r) => typeof l === 'string' && typeof r === 'string' && wildcard(r).test(l)],
]);
for (const [suffix, holds] of Object.entries(ordered)) {
  comparisons.set(
    `Numeric${suffix}`,
    (l, r) => typeof l === 'number' && typeof r === 'number' && holds(l, r),
  );
  comparisons.set(
    `String${suffix}`,
    (l, r) => typeof l === 'string' && typeof r === 'string' && holds(compareText(l, r), 0),
  );
  comparisons.set(
    `Timestamp${suffix}`,
    (l, r) => isTimestamp(l) && isTimestamp(r) && holds(Date.parse(l), Date.parse(r)),
  );
}

/** Tests of the variable's type. All but IsPresent need the variable to be there. */
const kinds = new Map<string, (value: Json) => boolean>([
  ['IsNull', (v) => v === null],
  ['IsBoolean', (v) => typeof v === 'boolean'],
  ['IsNumeric', (v) => typeof v === 'number'],
  ['IsString', (v) => typeof v === 'string'],
  ['IsTimestamp', isTimestamp],
]);

/** Compiles one rule of a Choice state, without its `Next`. Throws when it is not a rule. */
export function test(rule: JsonObject): Test {
  const { Next: _next, Comment: _comment, Variable: variable, ...rest } = rule;
  const entries = Object.entries(rest);
  const [entry] = entries;
  if (!entry || entries.length !== 1)
    throw new Error(`a choice rule has exactly one comparison; received ${JSON.stringify(rule)}`);
  const [operator, operand] = entry;
  if (operator === 'And' || operator === 'Or') return several(operator, operand);
  if (operator === 'Not') {
    if (!isObject(operand)) throw new Error('Not needs a rule');
    const inner = test(operand);
    return (from) => !inner(from);
  }
  if (typeof variable !== 'string') throw new Error(`the rule ${operator} has no Variable`);
  return single(variable, operator, operand);
}

function several(operator: 'And' | 'Or', operand: Json): Test {
  if (!Array.isArray(operand) || operand.length === 0) throw new Error(`${operator} needs a list of rules`);
  const inner = operand.map((rule: JsonObject) => test(rule));
  return operator === 'And'
    ? (from) => inner.every((holds) => holds(from))
    : (from) => inner.some((holds) => holds(from));
}

function single(variable: string, operator: string, operand: Json): Test {
  const read = reader(variable);
  if (operator === 'IsPresent') return (from) => (read(from) !== undefined) === operand;
  const kind = kinds.get(operator);
  if (kind) return (from) => kind(present(variable, read(from))) === operand;
  const byPath = operator.endsWith('Path');
  const compare = comparisons.get(byPath ? operator.slice(0, -4) : operator);
  if (!compare || operator === 'StringMatchesPath')
    throw new NotModelled('states', `the comparison ${operator}`);
  if (!byPath) return (from) => compare(present(variable, read(from)), operand);
  if (typeof operand !== 'string') throw new Error(`${operator} needs a path`);
  reader(operand);
  return (from) => compare(present(variable, read(from)), mustRead(operand, operator, from));
}

function present(variable: string, value: Json | undefined): Json {
  if (value !== undefined) return value;
  throw runtime(`Invalid path '${variable}': The choice state's condition path references an invalid value.`);
}

const wildcards = new Map<string, RegExp>();

/** `*` matches any run of characters; `\*` and `\\` stand for themselves. */
function wildcard(pattern: string): RegExp {
  let found = wildcards.get(pattern);
  if (!found) {
    const source = pattern.replace(/\\[*\\]|\*|[.+?^${}()|[\]\\]/g, (token) =>
      token === '*' ? '[^]*' : `\\${token.at(-1)}`,
    );
    found = new RegExp(`^${source}$`);
    wildcards.set(pattern, found);
  }
  return found;
}
