import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoDrills } from '../../adapters/aws/dynamo-drills.ts';
import { dynamoGroups } from '../../adapters/aws/dynamo-groups.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import type { Records } from './operator.ts';

/** In the account that the ambient credentials open. */
export function recordsIn(region: string): Records {
  const client = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  return { drills: dynamoDrills(client, CATALOG_TABLE), groups: dynamoGroups(client, CATALOG_TABLE) };
}
