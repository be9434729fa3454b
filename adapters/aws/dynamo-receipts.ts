import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { ReceiptChainBroken } from '../../core/errors/registry.ts';
import type { ReceiptLedger } from '../../core/ports/receipts.ts';
import { numberName } from '../../core/receipts/canonical.ts';
import type { Head, Receipt } from '../../core/receipts/receipt.ts';
import { type Codec, codecOf, count, type StoredItem, text, whole } from './dynamo-catalog-items.ts';
import type { CatalogKey } from './dynamo-catalog-keys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';

/** What the catalog keeps of a receipt: enough to find it, and to know where the chain ends. */
export interface EnteredReceipt extends Head {
  readonly region: string;
  readonly kind: Receipt['body']['kind'];
  readonly about: string;
  readonly cluster: string;
  readonly outcome: Receipt['body']['outcome'];
}

const fields = {
  number: count,
  hash: text,
  region: text,
  kind: z.enum(['drill', 'restore', 'failover', 'failback', 'switchover']),
  about: text,
  cluster: text,
  outcome: z.enum(['passed', 'failed']),
};

export const enteredReceipts: Codec<EnteredReceipt> = codecOf(z.object(fields), fields);

const partition = (region: string): string => `receipts#${region}`;
const numberKey = (region: string, number: number): CatalogKey => ({
  pk: partition(region),
  sk: numberName(number),
});
const aboutKey = (region: string, kind: string, about: string): CatalogKey => ({
  pk: partition(region),
  sk: `about#${kind}#${about}`,
});

/**
 * Receipts in the catalog's replica of their own region. What a receipt is about is entered before its number: a crash in
 * between leaves the newest number where it was, and whoever writes next finds the receipt in the vault and enters it again.
 */
export function dynamoReceipts(client: DynamoDBClient, name: string): ReceiptLedger {
  const table = new CatalogTable(client, name);
  const enter = async (key: CatalogKey, receipt: Receipt): Promise<void> => {
    const { number, region, kind, about, cluster, outcome } = receipt.body;
    const entered = { number, hash: receipt.hash, region, kind, about, cluster, outcome };
    const refused = await table.create(whole(key, enteredReceipts.encode(entered)));
    const found = refused?.found && enteredReceipts.decode(refused.found);
    if (found && found.hash !== receipt.hash)
      throw new ReceiptChainBroken(
        `receipt ${number} of ${region}, about ${about}, has hash ${receipt.hash} in the vault; the catalog has number ${found.number} about ${found.about} with hash ${found.hash}; see docs/runbooks/receipt-chain-broken.md`,
        { region, number },
      );
  };
  return {
    newest: async (region) => {
      const numbers = { pk: partition(region), first: numberName(0), last: numberName(10 ** 12 - 1) };
      for await (const item of table.query(numbers, 'descending', 1)) return headIn(item);
      return undefined;
    },
    about: async (region, kind, about) => {
      const item = await table.get(aboutKey(region, kind, about));
      return item && headIn(item);
    },
    enter: async (receipt) => {
      const { region, number, kind, about } = receipt.body;
      await enter(aboutKey(region, kind, about), receipt);
      await enter(numberKey(region, number), receipt);
    },
  };
}

function headIn(item: StoredItem): Head {
  const { number, hash } = enteredReceipts.decode(item);
  return { number, hash };
}
