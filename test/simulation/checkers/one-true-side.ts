import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '../../../adapters/aws/dynamo-catalog-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import { groupOf } from '../../../core/plan/installation.ts';
import { type Instant, iso, parseInstant } from '../../../core/time/instant.ts';
import { CATALOG_TABLE } from '../../../lib/names.ts';
import type { Checker } from './checker.ts';
import type { RecordWatch, Written } from './record-watch.ts';

/** Ends, and what only keeps what there is, are everybody's. */
const FREE = new Set(['failed', 'quarantined', 'stopped', 'broken']);
const BIN = new Set(['expiring', 'discarded']);

/** Which side a region takes for the true one, by its own replica. */
interface Side {
  readonly number: number;
  readonly active: string;
}

interface Seen {
  readonly state: string;
  readonly checkpoint: Instant | undefined;
  readonly number: number;
  readonly writer: string;
}

/**
 * Of a grouped cluster, no region moves a point or a copy on under another number than its replica knows, or while it
 * knows that another region is active; no log grows under an old number; nothing expires while the active side is not at
 * home; and the work on one record is one region's.
 */
export class OneTrueSide implements Checker {
  readonly name = 'one-true-side';
  readonly violations: string[] = [];
  readonly #seen = new Map<string, Seen>();
  #stage: Stage | undefined;
  /** How many writes of grouped clusters it judged: a checker that saw none would prove nothing. */
  judged = 0;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin({ stage }: { readonly stage: Stage }): void {
    this.#stage = stage;
  }

  daily(): readonly string[] {
    return this.violations;
  }

  judge(): readonly string[] {
    return this.violations;
  }

  #see({ kind, record, item, region, at }: Written): void {
    const stage = this.#stage;
    if (!stage || !item || (kind !== 'point' && kind !== 'copy' && kind !== 'log')) return;
    const group = groupOf(stage.installation, String(item['cluster']));
    if (!group) return;
    this.judged++;
    const before = this.#seen.get(record);
    const now: Seen = {
      state: String(item['state']),
      checkpoint: parseInstant(String(item['checkpoint'])),
      number: Number(item['epoch'] ?? 1),
      writer: region,
    };
    this.#seen.set(record, now);
    const side = sideIn(stage, group.name, region, at);
    const wrong = kind === 'log' ? wrongLog(before, now, side) : this.#wrongWork(before, now, side, region);
    if (wrong) this.violations.push(`${iso(at)} ${record} was written in ${region} ${wrong}`);
  }

  #wrongWork(before: Seen | undefined, now: Seen, side: Side, region: string): string | undefined {
    const home = this.#stage!.installation.regions.primary;
    if (before?.state === now.state || FREE.has(now.state)) return undefined;
    if (BIN.has(now.state))
      return side.active === home ? undefined : `as ${now.state}, while ${side.active} is active`;
    if (before?.state === 'expiring') return undefined;
    if (side.active !== region) return `as ${now.state}, where ${side.active} is known to be active`;
    if (side.number !== now.number)
      return `as ${now.state} under epoch ${now.number}, where ${side.number} is known`;
    return before && before.writer !== region && before.number === now.number
      ? `as ${now.state}, and in ${before.writer} under the same epoch`
      : undefined;
  }
}

const wrongLog = (before: Seen | undefined, now: Seen, side: Side): string | undefined => {
  const grew = !before || (now.checkpoint ?? 0) > (before.checkpoint ?? 0);
  return grew && now.number !== side.number
    ? `to cover more under epoch ${now.number}, where ${side.number} is known`
    : undefined;
};

function sideIn(stage: Stage, group: string, region: string, now: Instant): Side {
  const { dynamodb, account } = stage.cloud;
  const Key = marshall({ pk: `group#${group}`, sk: 'epoch' });
  const request = { TableName: CATALOG_TABLE, Key, ConsistentRead: true };
  const call = { region, account, now, principal: 'the checker' };
  const { Item } = dynamodb.call('GetItem', request, call) as {
    readonly Item?: Parameters<typeof unmarshall>[0];
  };
  const epoch: StoredItem | undefined = Item && unmarshall(Item);
  return {
    number: Number(epoch?.['number'] ?? 1),
    active: String(epoch?.['active'] ?? stage.installation.regions.primary),
  };
}
