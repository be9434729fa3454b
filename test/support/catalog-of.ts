import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type Codec,
  chains,
  copies,
  holds,
  points,
  type StoredItem,
} from '../../adapters/aws/dynamo-catalog-items.ts';
import type { Stage } from '../../cli/stage.ts';
import type { CopyRecord, LegalHold, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { LogChain } from '../../core/log/chain.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';

/** The whole catalog as one region holds it at this very moment, discarded records included. */
export interface CatalogSnapshot {
  readonly points: readonly RecoveryPoint[];
  readonly copies: readonly CopyRecord[];
  readonly holds: readonly LegalHold[];
  /** Oldest first, of every cluster and region. */
  readonly chains: readonly LogChain[];
}

type Item = Record<string, AttributeValue>;

/** Read behind the back of the clock: no time passes, so what is compared with it cannot have moved meanwhile. */
export function catalogOf(stage: Stage, region: string): CatalogSnapshot {
  const items: StoredItem[] = [];
  let from: Item | undefined;
  do {
    const page = stage.cloud.dynamodb.call(
      'Scan',
      { TableName: CATALOG_TABLE, ...(from && { ExclusiveStartKey: from }) },
      {
        account: stage.cloud.account,
        region,
        principal: `arn:aws:iam::${stage.cloud.account}:root`,
        now: stage.now,
      },
    ) as { readonly Items: readonly Item[]; readonly LastEvaluatedKey?: Item };
    items.push(...page.Items.map((item) => unmarshall(item)));
    from = page.LastEvaluatedKey;
  } while (from);
  return {
    points: read(items, points, /^(gone#)?point#/),
    copies: read(items, copies, /^(gone#)?copy#/),
    holds: read(items, holds, /^hold#/),
    chains: read(items, chains, /^log#/).sort((a, b) => a.startedAt - b.startedAt),
  };
}

const read = <Record>(items: readonly StoredItem[], codec: Codec<Record>, sortKey: RegExp): Record[] =>
  items.filter((item) => sortKey.test(String(item['sk']))).map((item) => codec.decode(item));
