import { compare, equal, hex, type Item, sizeOf, typeOf, type Value } from '../values.ts';
import type { Comparator, Condition, Operand } from './conditions.ts';
import { type Path, read } from './paths.ts';

/**
 * Whether a condition holds for an item; a missing item is the empty one. What is not there compares as unequal to
 * everything and is neither below nor above anything.
 */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.inner, item);
    case 'exists':
      return (read(item, condition.path) !== undefined) === condition.there;
    case 'type': {
      const value = read(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'compare':
      return compares(condition.by, operandValue(condition.left, item), operandValue(condition.right, item));
    case 'between': {
      const value = operandValue(condition.operand, item);
      return (
        compares('>=', value, operandValue(condition.low, item)) &&
        compares('<=', value, operandValue(condition.high, item))
      );
    }
    case 'in': {
      const value = operandValue(condition.operand, item);
      return value !== undefined && condition.list.some((entry) => equal(value, operandValue(entry, item)));
    }
    case 'begins_with':
      return begins(operandValue(condition.whole, item), operandValue(condition.part, item));
    case 'contains':
      return contains(operandValue(condition.whole, item), operandValue(condition.part, item));
  }
}

function operandValue(operand: Operand, item: Item): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  return operand.kind === 'path' ? read(item, operand.path) : lengthOf(item, operand.path);
}

/** What `size()` counts: characters' bytes, bytes, or entries. A number has no size. */
function lengthOf(item: Item, path: Path): Value | undefined {
  const value = read(item, path);
  if (!value || 'N' in value || 'BOOL' in value || 'NULL' in value) return undefined;
  if ('S' in value || 'B' in value) return { N: String(sizeOf(value)) };
  const entries = 'M' in value ? Object.keys(value.M) : (Object.values(value)[0] as readonly unknown[]);
  return { N: String(entries.length) };
}

function compares(by: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (by === '=') return left !== undefined && equal(left, right);
  if (by === '<>') return left === undefined || right === undefined || !equal(left, right);
  const order = left && right ? compare(left, right) : undefined;
  if (order === undefined) return false;
  if (by === '<') return order < 0;
  if (by === '<=') return order <= 0;
  return by === '>' ? order > 0 : order >= 0;
}

export function begins(whole: Value | undefined, part: Value | undefined): boolean {
  if (!whole || !part) return false;
  if ('S' in whole && 'S' in part) return whole.S.startsWith(part.S);
  return 'B' in whole && 'B' in part && hex(whole.B).startsWith(hex(part.B));
}

function contains(whole: Value | undefined, part: Value | undefined): boolean {
  if (!whole || !part) return false;
  if ('S' in whole) return 'S' in part && whole.S.includes(part.S);
  if ('B' in whole) return 'B' in part && Buffer.from(whole.B).includes(Buffer.from(part.B));
  if ('SS' in whole) return 'S' in part && whole.SS.includes(part.S);
  if ('NS' in whole) return 'N' in part && whole.NS.includes(part.N);
  if ('BS' in whole) return 'B' in part && whole.BS.some((bytes) => hex(bytes) === hex(part.B));
  return 'L' in whole && whole.L.some((entry) => equal(entry, part));
}
