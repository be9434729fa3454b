import { NotModelled } from '../service.ts';
import { badParameter, validation } from './errors.ts';
import { own } from './expressions/paths.ts';
import { type Projection, project, projectionOf } from './expressions/projections.ts';
import { fingerprint, type Item, internItem, itemBytes, sizeOf, typeOf } from './values.ts';

/** The shapes of CloudFormation and of DescribeTable alike, so that a template's properties are passed as they are. */
export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: 'S' | 'N' | 'B';
}

export interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType?: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

export interface TableDefinition {
  readonly name: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly attributes: readonly AttributeDefinition[];
  readonly indexes?: readonly IndexDefinition[];
  /** Every region that holds the table; one for a table that is not global. */
  readonly replicas: readonly string[];
  readonly ttlAttribute?: string;
  readonly stream?: 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY';
}

export interface Keys {
  readonly hash: string;
  readonly range: string | undefined;
  readonly types: ReadonlyMap<string, string>;
}

export interface Index {
  readonly name: string;
  readonly keys: Keys;
  /** Undefined for ALL. */
  readonly projection: Projection | undefined;
}

/** Limits in bytes (Service, account, and table quotas, read 2026-11). */
export const ITEM_BYTES_MAX = 400 * 1_024;
export const PAGE_BYTES_MAX = 1_024 * 1_024;
const HASH_BYTES_MAX = 2_048;
const RANGE_BYTES_MAX = 1_024;

/** A table's keys and indexes, read once; checks what is written and asked against them. */
export class Schema {
  readonly keys: Keys;
  readonly indexes: ReadonlyMap<string, Index>;

  constructor(definition: TableDefinition) {
    const types = new Map(definition.attributes.map((a) => [a.AttributeName, a.AttributeType]));
    this.keys = keysOf(definition.keySchema, types);
    this.indexes = new Map(
      (definition.indexes ?? []).map((index) => [index.IndexName, this.#index(index, types)]),
    );
  }

  #index(definition: IndexDefinition, types: ReadonlyMap<string, string>): Index {
    const keys = keysOf(definition.KeySchema, types);
    const { ProjectionType: type, NonKeyAttributes: extra = [] } = definition.Projection;
    const names = [this.keys.hash, this.keys.range, keys.hash, keys.range].filter(
      (name) => name !== undefined,
    );
    return {
      name: definition.IndexName,
      keys,
      projection: type === 'ALL' ? undefined : projectionOf([...names, ...(type === 'INCLUDE' ? extra : [])]),
    };
  }

  get keyNames(): readonly string[] {
    return this.keys.range === undefined ? [this.keys.hash] : [this.keys.hash, this.keys.range];
  }

  /** The key of a request: all key attributes, none besides. */
  key(given: object | undefined): Item {
    const key = internItem(given ?? {});
    if (Object.keys(key).length !== this.keyNames.length || this.keyNames.some((name) => !own(key, name)))
      throw validation('The provided key element does not match the schema');
    this.#checkKey(key, () => validation('The provided key element does not match the schema'));
    return key;
  }

  keyOf(item: Item): Item {
    return project(item, projectionOf(this.keyNames));
  }

  /** One string per key, whatever its types. */
  keyName(key: Item): string {
    return this.keyNames.map((name) => fingerprint(key[name]!)).join('|');
  }

  /** What every stored item must satisfy, once it is interned. Returns its size. */
  checkItem(item: Item, tooLarge: string): number {
    for (const name of this.keyNames)
      if (!own(item, name)) throw badParameter(`Missing the key ${name} in the item`);
    this.#checkKey(item, (name, expected, actual) =>
      badParameter(`Type mismatch for key ${name} expected: ${expected} actual: ${actual}`),
    );
    for (const index of this.indexes.values()) checkIndexKeys(index, item);
    const bytes = itemBytes(item);
    if (bytes > ITEM_BYTES_MAX) throw validation(tooLarge);
    return bytes;
  }

  #checkKey(item: Item, mismatch: (name: string, expected: string, actual: string) => Error): void {
    for (const name of this.keyNames) {
      const value = item[name]!;
      const expected = this.keys.types.get(name)!;
      if (typeOf(value) !== expected) throw mismatch(name, expected, typeOf(value));
      if (sizeOf(value) === 0)
        throw validation(
          'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an ' +
            `empty ${expected === 'B' ? 'binary' : 'string'} value. Key: ${name}`,
        );
      const [word, max] =
        name === this.keys.hash ? ['hashkey', HASH_BYTES_MAX] : ['rangekey', RANGE_BYTES_MAX];
      if (sizeOf(value) > max)
        throw badParameter(`Size of ${word} has exceeded the maximum size limit of${max} bytes`);
    }
  }
}

function keysOf(elements: readonly KeySchemaElement[], types: ReadonlyMap<string, string>): Keys {
  const hash = elements.filter((element) => element.KeyType === 'HASH');
  const range = elements.filter((element) => element.KeyType === 'RANGE');
  if (hash.length !== 1 || range.length > 1) throw new NotModelled('dynamodb', 'keys of several attributes');
  for (const { AttributeName: name } of elements)
    if (!types.has(name))
      throw badParameter(`Some index key attributes are not defined in AttributeDefinitions: ${name}`);
  return { hash: hash[0]!.AttributeName, range: range[0]?.AttributeName, types };
}

function checkIndexKeys(index: Index, item: Item): void {
  for (const name of [index.keys.hash, index.keys.range]) {
    const value = name === undefined ? undefined : own(item, name);
    if (!value) continue;
    const expected = index.keys.types.get(name!);
    if (typeOf(value) !== expected)
      throw badParameter(
        `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    if (sizeOf(value) === 0)
      throw validation(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          `The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index.name}, ` +
          `IndexKey: ${name}`,
      );
  }
}
