import { badParameter, invalid, validation } from '../errors.ts';
import { compare, typeOf, type Value } from '../values.ts';
import { type Comparator, type Condition, type Operand, parseCondition } from './conditions.ts';
import { begins } from './holds.ts';
import type { Placeholders } from './placeholders.ts';

/** The keys of the table or index that is asked. */
export interface AskedKeys {
  readonly hash: string;
  readonly range: string | undefined;
  readonly types: ReadonlyMap<string, string>;
}

/**
 * One partition and, within it, an unbroken run of sort keys: everything not `below` its start and not `above` its
 * end.
 */
export interface KeyRange {
  readonly hash: Value;
  readonly below: (sortKey: Value) => boolean;
  readonly above: (sortKey: Value) => boolean;
}

const KIND = 'KeyConditionExpression';
const unsupported = () => validation('Query key condition not supported');

export function parseKeyCondition(text: string, placeholders: Placeholders, keys: AskedKeys): KeyRange {
  const parts = conjuncts(parseCondition(KIND, text, placeholders));
  if (parts.length > 2) throw unsupported();
  let hash: Value | undefined;
  let range: Omit<KeyRange, 'hash'> | undefined;
  for (const part of parts) {
    const name = attributeOf(part);
    if (name === keys.hash && hash === undefined) hash = equalTo(part, keys);
    else if (name === keys.range && range === undefined) range = rangeOf(part, keys);
    else if (name === keys.hash || name === keys.range)
      throw invalid(KIND, 'KeyConditionExpressions must only contain one condition per key');
    else throw missed(hash === undefined ? keys.hash : (keys.range ?? name));
  }
  if (hash === undefined) throw missed(keys.hash);
  return { hash, ...(range ?? { below: () => false, above: () => false }) };
}

const missed = (name: string) => validation(`Query condition missed key schema element: ${name}`);

const conjuncts = (condition: Condition): readonly Condition[] =>
  condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];

function attributeOf(condition: Condition): string {
  const operand =
    condition.kind === 'compare'
      ? condition.left
      : condition.kind === 'between'
        ? condition.operand
        : condition.kind === 'begins_with'
          ? condition.whole
          : undefined;
  if (!operand) throw invalid(KIND, 'Invalid operator used in KeyConditionExpression');
  if (operand.kind !== 'path' || operand.path.length !== 1)
    throw invalid(KIND, 'KeyConditionExpressions cannot have conditions on nested attributes');
  return operand.path[0] as string;
}

function boundValue(operand: Operand, name: string, keys: AskedKeys): Value {
  if (operand.kind !== 'value') throw unsupported();
  if (typeOf(operand.value) !== keys.types.get(name))
    throw badParameter('Condition parameter type does not match schema type');
  if (Object.values(operand.value)[0]?.length === 0)
    throw validation(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
        `string value. Key: ${name}`,
    );
  return operand.value;
}

function equalTo(condition: Condition, keys: AskedKeys): Value {
  if (condition.kind !== 'compare' || condition.by !== '=') throw unsupported();
  return boundValue(condition.right, keys.hash, keys);
}

function rangeOf(condition: Condition, keys: AskedKeys): Omit<KeyRange, 'hash'> {
  const name = keys.range!;
  if (condition.kind === 'between') {
    const low = boundValue(condition.low, name, keys);
    const high = boundValue(condition.high, name, keys);
    return { below: (key) => order(key, low) < 0, above: (key) => order(key, high) > 0 };
  }
  if (condition.kind === 'begins_with') {
    const prefix = boundValue(condition.part, name, keys);
    // What does not begin with the prefix lies wholly before it or wholly behind everything that does.
    return {
      below: (key) => !begins(key, prefix) && order(key, prefix) < 0,
      above: (key) => !begins(key, prefix) && order(key, prefix) > 0,
    };
  }
  if (condition.kind !== 'compare') throw unsupported();
  return bounded(condition.by, boundValue(condition.right, name, keys));
}

function bounded(by: Comparator, value: Value): Omit<KeyRange, 'hash'> {
  const never = () => false;
  if (by === '=') return { below: (key) => order(key, value) < 0, above: (key) => order(key, value) > 0 };
  if (by === '<') return { below: never, above: (key) => order(key, value) >= 0 };
  if (by === '<=') return { below: never, above: (key) => order(key, value) > 0 };
  if (by === '>') return { below: (key) => order(key, value) <= 0, above: never };
  if (by === '>=') return { below: (key) => order(key, value) < 0, above: never };
  throw invalid(KIND, `Unsupported operator in KeyConditionExpression: ${by}`);
}

const order = (a: Value, b: Value): number => compare(a, b)!;
