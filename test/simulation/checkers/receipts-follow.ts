import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from '../../../cli/stage.ts';
import { keyIdOfFile, RECEIPTS_PREFIX } from '../../../core/receipts/canonical.ts';
import type { Head } from '../../../core/receipts/receipt.ts';
import { verifyChain } from '../../../core/receipts/verify-chain.ts';
import { CATALOG_TABLE, vaultName } from '../../../lib/names.ts';
import { verifier } from '../../support/receipts.ts';
import { regionsOf } from './checker.ts';

/**
 * In each region the receipts are one chain, whole and signed, which ends where the catalog says; and every restore and
 * drill that has ended there has one, a drill's restore but that of its drill. Once all has healed and the daily check has
 * had its turn: until then one may be missing, of which was told.
 */
export const receiptsFollow = (stage: Stage): string[] =>
  regionsOf(stage).flatMap((region) => {
    const files = [...stage.cloud.s3.current(vaultName(stage.cloud.account, region))]
      .filter(([key]) => key.startsWith(RECEIPTS_PREFIX))
      .map(([key, { body }]) => ({ name: key.slice(RECEIPTS_PREFIX.length), text: body.toString('utf8') }));
    const publicKeys = new Map(
      files.flatMap(({ name, text }) => {
        const id = keyIdOfFile(name);
        return id === undefined ? [] : [[id, text] as const];
      }),
    );
    const items = itemsOf(stage, region);
    const newest = items
      .filter(({ pk, sk }) => pk === `receipts#${region}` && /^\d+$/.test(sk))
      .sort((a, b) => (a.sk < b.sk ? 1 : -1))[0];
    const { flaws, receipts } = verifyChain(files, publicKeys, verifier, {
      head: newest as Head | undefined,
      region,
    });
    const about = new Set(receipts.map(({ body }) => `${body.kind} ${body.about}`));
    const ended = items.flatMap((item) => (item['region'] === region ? endOf(item) : []));
    return [
      ...flaws.map(({ sentence }) => `in ${region}: ${sentence}`),
      ...ended
        .filter((act) => !about.has(act))
        .map((act) => `the ${act} has ended in ${region} and has no receipt there`),
    ];
  });

/** What a receipt of it is about; nothing while it has not ended. A drill that has ended is torn down before it has one. */
function endOf({ sk, state, drill, tornDownAt }: Item): readonly string[] {
  const [kind = '', id = ''] = sk.split('#');
  if (kind === 'restore') return state === 'restoring' || drill !== undefined ? [] : [`restore ${id}`];
  if (kind === 'drill') return state === 'drilling' || tornDownAt === undefined ? [] : [`drill ${id}`];
  return [];
}

interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [field: string]: unknown;
}

function itemsOf(stage: Stage, region: string): readonly Item[] {
  const found: Item[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = stage.cloud.dynamodb.call(
      'Scan',
      { TableName: CATALOG_TABLE, ...(from && { ExclusiveStartKey: from }) },
      { account: stage.cloud.account, region, principal: 'root', now: stage.now },
    ) as {
      readonly Items: readonly Record<string, AttributeValue>[];
      readonly LastEvaluatedKey?: typeof from;
    };
    found.push(...page.Items.map((item) => unmarshall(item) as Item));
    from = page.LastEvaluatedKey;
  } while (from);
  return found;
}
