import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from '../../../cli/stage.ts';
import { COPY_LIFE, POINT_LIFE } from '../../../core/catalog/life-cycle.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';
import type { Checker } from './checker.ts';

type Item = Record<string, AttributeValue>;
interface Write {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);

/**
 * Looks at every record of the catalog whenever somebody has written it: states move along the written diagram only,
 * and each record is written in one region only (a global table would let the later of two writers win in silence).
 */
export class LifeCycleWatch implements Checker, Disturbance {
  readonly name = 'life-cycle-kept';
  readonly watch = this;
  readonly violations: string[] = [];
  readonly #states = new Map<string, string>();
  readonly #writers = new Map<string, string>();
  readonly #moves = new Map<string, number>();
  #stage: Stage | undefined;

  begin({ stage }: { readonly stage: Stage }): void {
    this.#stage = stage;
  }

  judge(): readonly string[] {
    return this.violations;
  }

  /** How often each move was seen, as in `sealed → expiring`: a watch that saw none would prove nothing. */
  get moves(): ReadonlyMap<string, number> {
    return this.#moves;
  }

  before(): void {}

  after({ service, operation, input, call }: Attempt): void {
    if (service !== 'dynamodb' || !WRITES.has(operation) || !this.#stage) return;
    for (const write of writesOf(operation, input)) {
      const keys = write.Key ?? write.Item!;
      const { pk, sk } = unmarshall({ pk: keys['pk']!, sk: keys['sk']! }) as { pk: string; sk: string };
      const kind = /^(?:gone#)?(point|copy)#/.exec(sk)?.[1];
      if (!kind) continue;
      const found = this.#stage.cloud.dynamodb.call(
        'GetItem',
        { TableName: write.TableName, Key: { pk: keys['pk'], sk: keys['sk'] }, ConsistentRead: true },
        call,
      ) as { readonly Item?: Item };
      // Moved to `gone#`: the other half of the transaction shows where it went.
      if (!found.Item) continue;
      const record = `${pk} ${sk.replace(/^gone#/, '')}`;
      this.#see(kind as 'point' | 'copy', record, String(unmarshall(found.Item)['state']), call.region);
    }
  }

  #see(kind: 'point' | 'copy', record: string, to: string, region: string): void {
    const at = iso(this.#stage!.now);
    const from = this.#states.get(record);
    const writer = this.#writers.get(record);
    if (writer !== undefined && writer !== region && kind === 'point')
      this.violations.push(`${at} ${record} was written in ${writer} before and now in ${region}`);
    this.#writers.set(record, region);
    if (from === to) return;
    const life: Readonly<Record<string, readonly string[]>> = kind === 'point' ? POINT_LIFE : COPY_LIFE;
    const first = kind === 'point' ? 'capturing' : 'copying';
    if (from === undefined ? to !== first : !life[from]?.includes(to))
      this.violations.push(`${at} ${record} went from ${from ?? 'nothing'} to ${to}`);
    this.#states.set(record, to);
    const move = `${kind}: ${from ?? 'nothing'} → ${to}`;
    this.#moves.set(move, (this.#moves.get(move) ?? 0) + 1);
  }
}

function writesOf(operation: string, input: object): Write[] {
  if (operation !== 'TransactWriteItems') return [input as Write];
  const { TransactItems } = input as { TransactItems: readonly Readonly<Record<string, Write>>[] };
  return TransactItems.flatMap((item) => Object.entries(item))
    .filter(([kind]) => kind !== 'ConditionCheck')
    .map(([, write]) => write);
}
