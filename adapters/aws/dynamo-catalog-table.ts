import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from './dynamo-catalog-items.ts';
import { type CatalogKey, DUE_INDEX, type KeyRun } from './dynamo-catalog-keys.ts';
import { faultOf, orFault } from './faults.ts';

/** Conditions under which items are written. */
export const NOT_THERE = 'attribute_not_exists(pk)';
export const THERE = 'attribute_exists(pk)';
/** The state is one of these. Its names and values are what `stateNames` and `stateValues` make. */
export const stateIn = (states: readonly string[]): string =>
  `#state IN (${states.map((s) => `:is_${s}`).join(', ')})`;
const stateNames = { '#state': 'state' };
const stateValues = (states: readonly string[]) => Object.fromEntries(states.map((s) => [`:is_${s}`, s]));

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

/**
 * The catalog's table: keys, conditions and plain values in, plain values out. Reads are strongly consistent but for
 * the index. Errors are faults; a failed condition is an answer.
 */
export class CatalogTable {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async get(key: CatalogKey): Promise<StoredItem | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: marshall(key), ConsistentRead: true });
    const { Item } = await orFault(() => this.#client.send(command));
    return Item && unmarshall(Item);
  }

  /** Items of a run of sort keys, in pages, read only as far as they are asked for. */
  async *query(
    { pk, first, last }: KeyRun,
    order: 'ascending' | 'descending',
    pageSize?: number,
  ): AsyncGenerator<StoredItem> {
    yield* this.#pages(
      {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: marshall({ ':pk': pk, ':first': first, ':last': last }),
        ConsistentRead: true,
        ScanIndexForward: order === 'ascending',
      },
      pageSize,
    );
  }

  /** Entries of the index up to a second, oldest first. Eventually consistent, and keys only. */
  async *due(due: string, bySeconds: number, pageSize: number): AsyncGenerator<StoredItem> {
    yield* this.#pages(
      {
        IndexName: DUE_INDEX,
        KeyConditionExpression: '#due = :due AND dueAt <= :by',
        ExpressionAttributeNames: { '#due': 'due' },
        ExpressionAttributeValues: marshall({ ':due': due, ':by': bySeconds }),
      },
      pageSize,
    );
  }

  async *#pages(
    query: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>,
    pageSize: number | undefined,
  ): AsyncGenerator<StoredItem> {
    let start: Record<string, never> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#name,
        ...query,
        ...(pageSize !== undefined && { Limit: pageSize }),
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await orFault(() => this.#client.send(command));
      for (const item of page.Items ?? []) yield unmarshall(item);
      start = page.LastEvaluatedKey as typeof start;
    } while (start);
  }

  /** Puts an item that is not there yet, or says what is. */
  async create(item: StoredItem): Promise<Refused | undefined> {
    return this.#unlessRefused(
      new PutItemCommand({
        TableName: this.#name,
        Item: marshalled(item),
        ConditionExpression: NOT_THERE,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  }

  /** Puts an item in place of one that is in one of these states. */
  async replace(item: StoredItem, states: readonly string[]): Promise<Refused | undefined> {
    return this.#unlessRefused(
      new PutItemCommand({
        TableName: this.#name,
        Item: marshalled(item),
        ConditionExpression: stateIn(states),
        ExpressionAttributeNames: stateNames,
        ExpressionAttributeValues: marshall(stateValues(states)),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  }

  /** Edits an item that is in one of these states. */
  async edit(
    key: CatalogKey,
    edit: Edit,
    states: readonly string[],
  ): Promise<{ readonly item: StoredItem } | Refused> {
    const { text, names, values } = expressionOf(edit);
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: marshall(key),
      UpdateExpression: text,
      ConditionExpression: stateIn(states),
      ExpressionAttributeNames: { ...stateNames, ...names },
      ExpressionAttributeValues: marshalled({ ...stateValues(states), ...values }),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes } = await this.#client.send(command);
      return { item: unmarshall(Attributes ?? {}) };
    } catch (error) {
      return refusal(error);
    }
  }

  /** Removes an item that is there. */
  async remove(key: CatalogKey): Promise<Refused | undefined> {
    return this.#unlessRefused(
      new DeleteItemCommand({ TableName: this.#name, Key: marshall(key), ConditionExpression: THERE }),
    );
  }

  /** Creates an item unless it, or what it became after its end, is there. */
  async createUnlessGone(item: StoredItem, gone: CatalogKey): Promise<Refused | undefined> {
    const condition = {
      ConditionExpression: NOT_THERE,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    return this.#together([
      { Put: { TableName: this.#name, Item: marshalled(item), ...condition } },
      { ConditionCheck: { TableName: this.#name, Key: marshall(gone), ...condition } },
    ]);
  }

  /** Takes an item away under one key and puts its record under another, if it is in one of these states. */
  async move(from: CatalogKey, item: StoredItem, states: readonly string[]): Promise<Refused | undefined> {
    return this.#together([
      {
        Delete: {
          TableName: this.#name,
          Key: marshall(from),
          ConditionExpression: stateIn(states),
          ExpressionAttributeNames: stateNames,
          ExpressionAttributeValues: marshall(stateValues(states)),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { Put: { TableName: this.#name, Item: marshalled(item), ConditionExpression: NOT_THERE } },
    ]);
  }

  async #together(items: TransactWriteItem[]): Promise<Refused | undefined> {
    return this.#unlessRefused(new TransactWriteItemsCommand({ TransactItems: items }));
  }

  async #unlessRefused(
    command: PutItemCommand | DeleteItemCommand | TransactWriteItemsCommand,
  ): Promise<Refused | undefined> {
    try {
      await this.#client.send(command as PutItemCommand);
      return undefined;
    } catch (error) {
      return refusal(error);
    }
  }
}

const marshalled = (item: StoredItem) => marshall(item, { removeUndefinedValues: true });

function expressionOf({ set, remove = [], copy = {} }: Edit) {
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
function refusal(error: unknown): Refused {
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
