import { invalid } from '../errors.ts';
import { compare, isTypeName, type TypeName, typeOf, type Value } from '../values.ts';
import { type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { type ExpressionKind, Tokens } from './tokens.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly path: Path };

/** A condition, filter or key condition as a tree. */
export type Condition =
  | { readonly kind: 'compare'; readonly by: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'exists'; readonly path: Path; readonly there: boolean }
  | { readonly kind: 'type'; readonly path: Path; readonly type: TypeName }
  | { readonly kind: 'begins_with' | 'contains'; readonly whole: Operand; readonly part: Operand };

const COMPARATORS = ['=', '<>', '<', '<=', '>', '>='] as const;
const FUNCTIONS = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
]);
/** The IN list (Comparison operator and function reference). */
const IN_MAX = 100;

export function parseCondition(kind: ExpressionKind, text: string, placeholders: Placeholders): Condition {
  const tokens = new Tokens(kind, text);
  const condition = new ConditionParser(tokens, placeholders).or();
  if (tokens.peek().kind !== 'end') throw tokens.unexpected();
  return condition;
}

/** Recursive descent in the order of precedence: OR, AND, NOT, then comparisons, functions and parentheses. */
class ConditionParser {
  readonly #tokens: Tokens;
  readonly #placeholders: Placeholders;

  constructor(tokens: Tokens, placeholders: Placeholders) {
    this.#tokens = tokens;
    this.#placeholders = placeholders;
  }

  or(): Condition {
    let left = this.#and();
    while (this.#tokens.accept('OR')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#tokens.accept('AND')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    return this.#tokens.accept('NOT') ? { kind: 'not', inner: this.#not() } : this.#primary();
  }

  #primary(): Condition {
    const tokens = this.#tokens;
    if (tokens.comes('(')) return this.#parenthesized();
    const { kind, text } = tokens.peek();
    if (kind === 'word' && tokens.comes('(', 1) && text !== 'size') {
      if (FUNCTIONS.has(text)) return this.#function(tokens.take().text);
      throw invalid(tokens.kind, `Invalid function name; function: ${text}`);
    }
    return this.#comparison(this.#operand());
  }

  #parenthesized(): Condition {
    const tokens = this.#tokens;
    tokens.expect('(');
    const nested = tokens.comes('(');
    const inner = this.or();
    if (nested && inner === this.#closed)
      throw invalid(tokens.kind, 'The expression has redundant parentheses;');
    tokens.expect(')');
    this.#closed = inner;
    return inner;
  }

  /** The condition that the last closing parenthesis ended. */
  #closed: Condition | undefined;

  #comparison(left: Operand): Condition {
    const tokens = this.#tokens;
    const by = COMPARATORS.find((comparator) => tokens.accept(comparator));
    if (by) {
      const right = this.#operand();
      if (by !== '=' && by !== '<>') for (const side of [left, right]) this.#orderable(by, side);
      return { kind: 'compare', by, left, right };
    }
    if (tokens.accept('BETWEEN')) {
      const low = this.#operand();
      tokens.expect('AND');
      const high = this.#operand();
      for (const side of [left, low, high]) this.#orderable('BETWEEN', side);
      this.#bounds(low, high);
      return { kind: 'between', operand: left, low, high };
    }
    tokens.expect('IN');
    return { kind: 'in', operand: left, list: this.#list() };
  }

  #list(): readonly Operand[] {
    const list: Operand[] = [];
    this.#tokens.expect('(');
    do list.push(this.#operand());
    while (this.#tokens.accept(','));
    this.#tokens.expect(')');
    if (list.length > IN_MAX)
      throw invalid(
        this.#tokens.kind,
        `Invalid operator used; operator: IN, number of operands: ${list.length}`,
      );
    return list;
  }

  #operand(): Operand {
    const tokens = this.#tokens;
    const { kind, text } = tokens.peek();
    if (kind === 'value')
      return { kind: 'value', value: this.#placeholders.value(tokens.kind, tokens.take().text) };
    if (kind === 'word' && text === 'size' && tokens.comes('(', 1)) {
      tokens.take();
      tokens.expect('(');
      const path = parsePath(tokens, this.#placeholders);
      tokens.expect(')');
      return { kind: 'size', path };
    }
    return { kind: 'path', path: parsePath(tokens, this.#placeholders) };
  }

  #function(name: string): Condition {
    const tokens = this.#tokens;
    tokens.expect('(');
    const condition = this.#called(name);
    tokens.expect(')');
    return condition;
  }

  #called(name: string): Condition {
    const tokens = this.#tokens;
    if (name === 'attribute_exists' || name === 'attribute_not_exists')
      return {
        kind: 'exists',
        path: parsePath(tokens, this.#placeholders),
        there: name === 'attribute_exists',
      };
    if (name === 'attribute_type') {
      const path = parsePath(tokens, this.#placeholders);
      tokens.expect(',');
      return { kind: 'type', path, type: this.#typeName(this.#operand()) };
    }
    const whole = this.#operand();
    tokens.expect(',');
    const part = this.#operand();
    if (name === 'contains') return { kind: 'contains', whole, part };
    for (const side of [whole, part])
      if (side.kind === 'size' || (side.kind === 'value' && !['S', 'B'].includes(typeOf(side.value))))
        throw this.#wrongOperand('begins_with', side);
    return { kind: 'begins_with', whole, part };
  }

  #typeName(operand: Operand): TypeName {
    if (operand.kind === 'value' && 'S' in operand.value && isTypeName(operand.value.S))
      return operand.value.S;
    throw this.#wrongOperand('attribute_type', operand);
  }

  #orderable(by: string, operand: Operand): void {
    if (operand.kind === 'value' && !['S', 'N', 'B'].includes(typeOf(operand.value)))
      throw this.#wrongOperand(by, operand);
  }

  #bounds(low: Operand, high: Operand): void {
    if (low.kind !== 'value' || high.kind !== 'value') return;
    const order = compare(low.value, high.value);
    if (order === undefined)
      throw invalid(
        this.#tokens.kind,
        'The BETWEEN operator requires same data type for lower and upper bounds; ' +
          `lower bound operand: ${JSON.stringify(low.value)}, upper bound operand: ${JSON.stringify(high.value)}`,
      );
    if (order > 0)
      throw invalid(
        this.#tokens.kind,
        'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
          `lower bound operand: ${JSON.stringify(low.value)}, upper bound operand: ${JSON.stringify(high.value)}`,
      );
  }

  #wrongOperand(operator: string, operand: Operand): Error {
    const type = operand.kind === 'value' ? typeOf(operand.value) : operand.kind;
    return invalid(
      this.#tokens.kind,
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
    );
  }
}
