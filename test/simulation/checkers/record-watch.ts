import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '../../../adapters/aws/dynamo-catalog-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';

type Item = Record<string, AttributeValue>;
interface Write {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

export type RecordKind = 'point' | 'copy' | 'hold' | 'restore' | 'log';

/** A record of the catalog, just after somebody has written it. */
export interface Written {
  readonly kind: RecordKind;
  /** Where it lies, without the mark of those that are gone: the same for its whole life. */
  readonly record: string;
  /** As it is now in the region of the write; undefined when it is not there any more. */
  readonly item: StoredItem | undefined;
  /** The region in which it was written. */
  readonly region: string;
  readonly at: Instant;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);

/**
 * Looks at every record of the catalog whenever somebody has written it, whether or not the writer hears the answer.
 * Whoever wants to judge what is written listens here, so that each record is read once.
 */
export class RecordWatch implements Disturbance {
  #stage: Stage | undefined;
  readonly #listeners: ((written: Written) => void)[] = [];

  begin({ stage }: { readonly stage: Stage }): void {
    this.#stage = stage;
  }

  onWritten(listener: (written: Written) => void): void {
    this.#listeners.push(listener);
  }

  before(): void {}

  after({ service, operation, input, call }: Attempt): void {
    if (service !== 'dynamodb' || !WRITES.has(operation) || !this.#stage) return;
    const { dynamodb } = this.#stage.cloud;
    const keys = writesOf(operation, input).map((write) => {
      const { pk, sk } = write.Key ?? write.Item!;
      return { TableName: write.TableName, Key: { pk: pk!, sk: sk! } };
    });
    // A record that ends moves to another key in one transaction: there it is looked at, and not where it was.
    const moved = new Set(keys.flatMap(({ Key }) => /^gone#(.*)$/.exec(Key.sk.S ?? '')?.[1] ?? []));
    for (const { TableName, Key } of keys) {
      const sk = Key.sk.S ?? '';
      const kind = /^(?:gone#)?(point|copy|hold|restore|log)#/.exec(sk)?.[1];
      // Who holds a lease is no record, whatever the lease is called after.
      if (!kind || moved.has(sk) || Key.pk.S === 'lease') continue;
      const found = dynamodb.call('GetItem', { TableName, Key, ConsistentRead: true }, call) as {
        readonly Item?: Item;
      };
      const written: Written = {
        kind: kind as RecordKind,
        record: `${Key.pk.S} ${sk.replace(/^gone#/, '')}`,
        item: found.Item && unmarshall(found.Item),
        region: call.region,
        at: call.now,
      };
      for (const listener of this.#listeners) listener(written);
    }
  }
}

function writesOf(operation: string, input: object): Write[] {
  if (operation !== 'TransactWriteItems') return [input as Write];
  const { TransactItems } = input as { TransactItems: readonly Readonly<Record<string, Write>>[] };
  return TransactItems.flatMap((item) => Object.entries(item))
    .filter(([kind]) => kind !== 'ConditionCheck')
    .map(([, write]) => write);
}
