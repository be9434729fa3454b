import { invalid, validation } from '../errors.ts';
import { intern, type Value } from '../values.ts';
import type { ExpressionKind } from './tokens.ts';

interface Given {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The `#names` and `:values` of one request. DynamoDB refuses an undefined one and an unused one alike, so uses are
 * counted over all expressions of the request and `done` is called after the last was read.
 */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #unused: Set<string>;

  constructor(given: Given, hasExpressions: boolean) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = given;
    for (const [member, map] of Object.entries({
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    })) {
      if (!map) continue;
      if (!hasExpressions) throw validation(`${member} can only be specified when using expressions`);
      if (Object.keys(map).length === 0) throw validation(`${member} must not be empty`);
    }
    this.#names = new Map(Object.entries(names ?? {}));
    this.#values = new Map(Object.entries(values ?? {}).map(([name, value]) => [name, intern(value)]));
    this.#unused = new Set([...this.#names.keys(), ...this.#values.keys()]);
    for (const name of this.#names.keys()) spelled('ExpressionAttributeNames', '#', name);
    for (const name of this.#values.keys()) spelled('ExpressionAttributeValues', ':', name);
  }

  name(kind: ExpressionKind, placeholder: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined)
      throw invalid(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    this.#unused.delete(placeholder);
    return name;
  }

  value(kind: ExpressionKind, placeholder: string): Value {
    const value = this.#values.get(placeholder);
    if (value === undefined)
      throw invalid(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    this.#unused.delete(placeholder);
    return value;
  }

  done(): void {
    for (const [member, mark] of [
      ['ExpressionAttributeNames', '#'],
      ['ExpressionAttributeValues', ':'],
    ] as const) {
      const unused = [...this.#unused].filter((name) => name.startsWith(mark));
      if (unused.length > 0)
        throw validation(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
    }
  }
}

function spelled(member: string, mark: string, name: string): void {
  if (!name.startsWith(mark) || name.length < 2)
    throw validation(`${member} contains invalid key: Syntax error; key: "${name}"`);
}
