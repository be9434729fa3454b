import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoCatalog } from '../../adapters/aws/dynamo-catalog.ts';
import { dynamoReceipts } from '../../adapters/aws/dynamo-receipts.ts';
import { instant } from '../../core/time/instant.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import type { Surroundings } from './operator.ts';
import { vaultIn } from './vault-in.ts';

/** The account that the ambient credentials open, at this moment. */
export const account = (config: Surroundings['config']): Surroundings => ({
  config,
  environment: process.env,
  now: () => instant(Date.now()),
  catalog: catalogIn,
  vault: vaultIn,
  newestReceipt: (region) =>
    dynamoReceipts(connect(new DynamoDBClient({ region }), 'dynamodb', region), CATALOG_TABLE).newest(region),
});

export const catalogIn: Surroundings['catalog'] = (region) =>
  dynamoCatalog(connect(new DynamoDBClient({ region }), 'dynamodb', region), CATALOG_TABLE);
