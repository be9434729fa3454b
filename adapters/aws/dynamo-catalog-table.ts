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
import {
  type Edit,
  expressionOf,
  HELD_BY,
  holderName,
  marshalled,
  NOT_THERE,
  type Refused,
  refusal,
  type StoredLease,
  stateIn,
  stateNames,
  stateValues,
  stillHas,
  THERE,
} from './dynamo-catalog-conditions.ts';
import type { StoredItem } from './dynamo-catalog-items.ts';
import { type CatalogKey, DUE_INDEX, type KeyRun } from './dynamo-catalog-keys.ts';
import { orFault } from './faults.ts';

/**
 * The catalog's table: keys, conditions and plain values in, plain values out. Reads are strongly consistent but for
 * the index. Errors are faults; a failed condition is an answer.
 */
export class CatalogTable {
  readonly #client: DynamoDBClient;
  protected readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  async get(key: CatalogKey): Promise<StoredItem | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: marshall(key), ConsistentRead: true });
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
        TableName: this.name,
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
    return this.#putIf(item, NOT_THERE);
  }

  /** Puts an item, whatever is there: for what one execution at a time writes. */
  async put(item: StoredItem): Promise<void> {
    await orFault(() =>
      this.#client.send(new PutItemCommand({ TableName: this.name, Item: marshalled(item) })),
    );
  }

  /** Puts an item in place of one that is in one of these states. */
  async replace(item: StoredItem, states: readonly string[]): Promise<Refused | undefined> {
    return this.#putIf(item, stateIn(states), stateNames, stateValues(states));
  }

  /** Puts an item in place of one that still has these values. */
  async replaceUnlessMoved(item: StoredItem, read: StoredItem): Promise<Refused | undefined> {
    const { text, names, values } = stillHas(read);
    return this.#putIf(item, text, names, values);
  }

  /** Edits an item that is in one of these states. */
  async edit(
    key: CatalogKey,
    edit: Edit,
    states: readonly string[],
  ): Promise<{ readonly item: StoredItem } | Refused> {
    const { text, names, values } = expressionOf(edit);
    const command = new UpdateItemCommand({
      TableName: this.name,
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

  /** Puts a lease unless another holder's has not run out by `now`, in epoch seconds. False when that is so. */
  async take(lease: StoredLease, now: number): Promise<boolean> {
    const names = { ...holderName, '#until': 'until' };
    const unless = `${NOT_THERE} OR ${HELD_BY} OR #until <= :now`;
    return !(await this.#putIf({ ...lease }, unless, names, { ':holder': lease.holder, ':now': now }));
  }

  /** Puts a lease that has run out in place of the same holder's. */
  async giveBack(lease: StoredLease): Promise<void> {
    await this.#putIf({ ...lease }, HELD_BY, holderName, { ':holder': lease.holder });
  }

  /** Removes an item that is there. */
  async remove(key: CatalogKey): Promise<Refused | undefined> {
    return this.#unlessRefused(
      new DeleteItemCommand({ TableName: this.name, Key: marshall(key), ConditionExpression: THERE }),
    );
  }

  /** An item as it is to be created: what is fenced carries its epoch. */
  async begun(item: StoredItem): Promise<StoredItem> {
    return item;
  }

  /** Creates an item unless it, or what it became after its end, is there. */
  async createUnlessGone(item: StoredItem, gone: CatalogKey): Promise<Refused | undefined> {
    return this.together(this.opening(item, gone));
  }

  /** Takes an item away under one key and puts its record under another, if it is in one of these states. */
  async move(from: CatalogKey, item: StoredItem, states: readonly string[]): Promise<Refused | undefined> {
    return this.together(this.moving(from, item, states));
  }

  protected opening(item: StoredItem, gone: CatalogKey): TransactWriteItem[] {
    const condition = {
      TableName: this.name,
      ConditionExpression: NOT_THERE,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    return [
      { Put: { ...condition, Item: marshalled(item) } },
      { ConditionCheck: { ...condition, Key: marshall(gone) } },
    ];
  }

  protected moving(from: CatalogKey, item: StoredItem, states: readonly string[]): TransactWriteItem[] {
    const Delete = {
      TableName: this.name,
      Key: marshall(from),
      ConditionExpression: stateIn(states),
      ExpressionAttributeNames: stateNames,
      ExpressionAttributeValues: marshall(stateValues(states)),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    return [
      { Delete },
      { Put: { TableName: this.name, Item: marshalled(item), ConditionExpression: NOT_THERE } },
    ];
  }

  protected async together(items: TransactWriteItem[]): Promise<Refused | undefined> {
    return this.#unlessRefused(new TransactWriteItemsCommand({ TransactItems: items }));
  }

  async #putIf(
    item: StoredItem,
    condition: string,
    names?: Record<string, string>,
    values?: StoredItem,
  ): Promise<Refused | undefined> {
    return this.#unlessRefused(
      new PutItemCommand({
        TableName: this.name,
        Item: marshalled(item),
        ConditionExpression: condition,
        ...(names && { ExpressionAttributeNames: names }),
        ...(values && { ExpressionAttributeValues: marshall(values) }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
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
