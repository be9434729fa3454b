import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from './dynamo-catalog-items.ts';
import type { CatalogKey } from './dynamo-catalog-keys.ts';
import { faultOf } from './faults.ts';

/** Conditions under which items are written. */
export const NOT_THERE = 'attribute_not_exists(pk)';
export const THERE = 'attribute_exists(pk)';
/** The state is one of these. Its names and values are what `stateNames` and `stateValues` make. */
export const stateIn = (states: readonly string[]): string =>
  `#state IN (${states.map((s) => `:is_${s}`).join(', ')})`;
export const stateNames = { '#state': 'state' };
export const stateValues = (states: readonly string[]) =>
  Object.fromEntries(states.map((s) => [`:is_${s}`, s]));

/** Each of these attributes has this value. */
export function stillHas(values: StoredItem) {
  const names = Object.keys(values);
  return {
    text: names.map((name) => `#${name} = :${name}`).join(' AND '),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
  };
}

export const HELD_BY = '#holder = :holder';
export const holderName = { '#holder': 'holder' };

/** A lease as it is stored: `until` is in epoch seconds. */
export interface StoredLease extends CatalogKey {
  readonly holder: string;
  readonly until: number;
  /** When TTL may take what nobody holds any more. */
  readonly ttlEpochSeconds: number;
}

/** What an update does to an item, by attribute. */
export interface Edit {
  readonly set: StoredItem;
  readonly remove?: readonly string[];
  /** Attributes that take over the value of another attribute of the item. */
  readonly copy?: Readonly<Record<string, string>>;
}

/** A write whose condition failed, with the item that made it fail, if there was one. */
export interface Refused {
  readonly found: StoredItem | undefined;
}

export const marshalled = (item: StoredItem) => marshall(item, { removeUndefinedValues: true });

export function expressionOf({ set, remove = [], copy = {} }: Edit) {
  const assignments = [
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
    ...Object.entries(copy).map(([name, from]) => `#${name} = #${from}`),
  ];
  const attributes = [...Object.keys(set), ...remove, ...Object.entries(copy).flat()];
  return {
    text: `SET ${assignments.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.map((n) => `#${n}`).join(', ')}` : ''}`,
    names: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
  };
}

type Found = Parameters<typeof unmarshall>[0];

/** A failed condition as an answer, of one write or of the first of a transaction. Anything else is a fault. */
export function refusal(error: unknown): Refused {
  const { name, Item, CancellationReasons } = error as {
    readonly name?: string;
    readonly Item?: Found;
    readonly CancellationReasons?: readonly { readonly Code?: string; readonly Item?: Found }[];
  };
  if (name === 'ConditionalCheckFailedException') return { found: Item && unmarshall(Item) };
  const reasons = (CancellationReasons ?? []).filter((reason) => reason.Code !== 'None');
  const failed = reasons.length > 0 && reasons.every((reason) => reason.Code === 'ConditionalCheckFailed');
  if (name !== 'TransactionCanceledException' || !failed) throw faultOf(error);
  const item = reasons.find((reason) => reason.Item)?.Item;
  return { found: item && unmarshall(item) };
}
