import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Catalog } from '../../core/ports/catalog.ts';
import { dynamoChains } from './dynamo-catalog-chains.ts';
import { dynamoCopies } from './dynamo-catalog-copies.ts';
import { dynamoDue } from './dynamo-catalog-due.ts';
import { dynamoLeases } from './dynamo-catalog-leases.ts';
import { dynamoPoints } from './dynamo-catalog-points.ts';
import { dynamoStandbys } from './dynamo-catalog-standbys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';
import { FencedTable, type Fences } from './dynamo-fenced-table.ts';
import { ofTrueSide } from './dynamo-true-side.ts';

/**
 * The catalog in the replica of one region. Conditions hold against this replica only (a global table evaluates them
 * locally and the last writer wins), so each item has one region that writes it at a time: points and copies the
 * primary, and in the bin each region its own copies, a log chain and a standby the region it lies in. `dynamo-catalog-keys.ts` draws the layout.
 *
 * `fences` says which clusters have sides; without it none has, as for what a person does by hand.
 */
export function dynamoCatalog(client: DynamoDBClient, table: string, fences?: Fences): Catalog {
  const items = fences ? new FencedTable(client, table, fences) : new CatalogTable(client, table);
  const all = { ...dynamoPoints(items), ...dynamoCopies(items) };
  return {
    ...all,
    ...(fences && ofTrueSide(all, items, fences)),
    ...dynamoDue(items),
    ...dynamoChains(items),
    ...dynamoStandbys(items),
    ...dynamoLeases(items),
  };
}
