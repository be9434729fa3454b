import { type Duration, hours, type Instant } from '../../core/time/instant.ts';
import { type Call, type EmbeddedService, NotModelled } from '../service.ts';
import { describeTable, describeTimeToLive, updateTimeToLive } from './describe.ts';
import type { Replication, StreamRecord } from './global-table.ts';
import { query, scan } from './pages.ts';
import { batchGet, getItem, transactGet } from './reads.ts';
import { checkMembers } from './requests.ts';
import type { TableDefinition } from './schema.ts';
import { Tables } from './tables.ts';
import { Transactions } from './transactions.ts';
import { sweep } from './ttl.ts';
import { Usage } from './usage.ts';
import { batchWrite, writeItem } from './writes.ts';

export interface DynamoDbOptions {
  /** Needed by tables with more than one replica. */
  readonly replication?: Replication;
  readonly onStream?: (record: StreamRecord) => void;
  /** Says of each entry of a batch whether DynamoDB leaves it unprocessed. @default never */
  readonly leaveOut?: () => boolean;
}

/** AWS says "within a few days"; the sweeper of this service is that late at least. */
const TTL_DELAY: Duration = hours(48);

/**
 * DynamoDB of all regions: items, conditions, expressions, transactions, global secondary indexes, streams, TTL and
 * global tables (version 2019, MREC).
 *
 * Does not model: capacity and throttling, TransactionConflict and ReplicatedWriteConflict (calls are synchronous, so
 * nothing overlaps; faults are injected around the service), local secondary indexes, PartiQL, parallel scans, legacy
 * parameters, ReturnConsumedCapacity (read `usage`), ReturnItemCollectionMetrics, more than one account, backups,
 * PITR and export, table creation through the API, deletion protection, MRSC, shards and retention of streams.
 * Strongly and eventually consistent reads see the same in one region; an index lags when `indexLag` is given.
 */
export class DynamoDb implements EmbeddedService {
  readonly name = 'dynamodb';
  readonly usage = new Usage();
  readonly #tables: Tables;
  readonly #transactions: Transactions;
  readonly #leaveOut: () => boolean;

  constructor(options: DynamoDbOptions = {}) {
    this.#tables = new Tables(options.replication, this.usage, options.onStream ?? (() => undefined));
    this.#transactions = new Transactions(this.#tables);
    this.#leaveOut = options.leaveOut ?? (() => false);
  }

  /** For the deployer: creates a table in all its regions at once. */
  createTable(definition: TableDefinition): void {
    this.#tables.create(definition);
  }

  /** For the deployer and the console: everything that a table of a region holds, in no useful order. */
  items(table: string, call: Call): readonly object[] {
    return [...this.#tables.here(table, call).replica.rows.scan(undefined)].map((row) => row.item);
  }

  call(operation: string, input: object, call: Call): object {
    checkMembers(operation, input);
    this.resume(call.now);
    this.#countRequest(operation, input, call);
    return this.#run(operation, input, call);
  }

  /** Sends on what replication held for regions that are back. Every call does so too. */
  resume(now: Instant): void {
    for (const table of this.#tables.all()) table.resume(now);
  }

  /** How many replicated writes wait for a dark region. */
  get held(): number {
    return [...this.#tables.all()].reduce((total, table) => total + table.heldMessages, 0);
  }

  /** Removes items whose TTL passed two days ago or earlier. Until then they are read like any other. */
  sweepTtl(now: Instant, isDark: (region: string) => boolean = () => false): number {
    return sweep(this.#tables, now, TTL_DELAY, isDark);
  }

  #run(operation: string, input: object, call: Call): object {
    const tables = this.#tables;
    switch (operation) {
      case 'PutItem':
        return writeItem(tables, 'Put', input, call);
      case 'UpdateItem':
        return writeItem(tables, 'Update', input, call);
      case 'DeleteItem':
        return writeItem(tables, 'Delete', input, call);
      case 'GetItem':
        return getItem(tables, input, call);
      case 'Query':
        return query(tables, input, call);
      case 'Scan':
        return scan(tables, input, call);
      case 'BatchGetItem':
        return batchGet(tables, input, call, this.#leaveOut);
      case 'BatchWriteItem':
        return batchWrite(tables, input, call, this.#leaveOut);
      case 'TransactGetItems':
        return transactGet(tables, input, call);
      case 'TransactWriteItems':
        return this.#transactions.write(input, call);
      case 'DescribeTable':
        return describeTable(tables, input, call);
      case 'DescribeTimeToLive':
        return describeTimeToLive(tables, input, call);
      case 'UpdateTimeToLive':
        return updateTimeToLive(tables, input, call);
      default:
        throw new NotModelled('dynamodb', operation);
    }
  }

  /** A request over several tables is one request: it is booked on the first. */
  #countRequest(operation: string, input: object, call: Call): void {
    const { TableName, IndexName, RequestItems, TransactItems } = input as {
      readonly TableName?: string;
      readonly IndexName?: string;
      readonly RequestItems?: object;
      readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
    };
    const table =
      TableName ??
      Object.keys(RequestItems ?? {})[0] ??
      Object.values(TransactItems?.[0] ?? {})[0]?.TableName ??
      'unknown';
    const index = IndexName === undefined ? {} : { index: IndexName };
    this.usage.add({ region: call.region, table, ...index, operation }, { requests: 1 });
  }
}
