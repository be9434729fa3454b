import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '../../../adapters/aws/dynamo-catalog-items.ts';
import type { Stage } from '../../../cli/stage.ts';
import { CATALOG_TABLE } from '../../../lib/names.ts';

/** Everything in the catalog's replica of a region, read behind the back of the clock. */
export function itemsIn(stage: Stage, region: string): readonly StoredItem[] {
  const found: StoredItem[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = stage.cloud.dynamodb.call(
      'Scan',
      { TableName: CATALOG_TABLE, ...(from && { ExclusiveStartKey: from }) },
      { account: stage.cloud.account, region, principal: 'the checker', now: stage.now },
    ) as {
      readonly Items: readonly Record<string, AttributeValue>[];
      readonly LastEvaluatedKey?: typeof from;
    };
    found.push(...page.Items.map((item) => unmarshall(item)));
    from = page.LastEvaluatedKey;
  } while (from);
  return found;
}
