import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect, registerTransport } from '../../adapters/aws/clients.ts';
import { dynamoApprovals } from '../../adapters/aws/dynamo-approvals.ts';
import { dynamoCatalog } from '../../adapters/aws/dynamo-catalog.ts';
import { dynamoDrills } from '../../adapters/aws/dynamo-drills.ts';
import type { Fences } from '../../adapters/aws/dynamo-fenced-table.ts';
import { dynamoGroups } from '../../adapters/aws/dynamo-groups.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { Drills } from '../../core/ports/drills.ts';
import type { Groups } from '../../core/ports/groups.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import type { TableDefinition } from '../../embedded/dynamodb/schema.ts';
import { DynamoDb } from '../../embedded/dynamodb/service.ts';
import { type DirectCall, directTransport } from '../support/direct-transport.ts';
import { MemoryCatalog } from '../support/memory-catalog.ts';

export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';

/** The catalog's table as lib/constructs/catalog-table.ts deploys it, in one region. */
export const CATALOG_TABLE: TableDefinition = {
  name: 'holdfast-catalog',
  keySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  attributes: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'S' },
    { AttributeName: 'dueAt', AttributeType: 'N' },
  ],
  indexes: [
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'due', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  replicas: [HOME],
  ttlAttribute: 'ttlEpochSeconds',
  stream: 'NEW_AND_OLD_IMAGES',
};

export interface CatalogWorld {
  readonly catalog: Catalog;
  readonly approvals: Approvals;
  readonly drills: Drills;
  readonly groups: Groups;
  /** The same table, as somebody sees it for whom clusters have sides. */
  readonly fenced: (fences: Fences) => Catalog;
  readonly dynamodb: DynamoDb;
  now: Instant;
  /** Called after every answer: throws to lose it. */
  after: (call: DirectCall) => void;
  before: (call: DirectCall) => void;
}

/** The adapter, the genuine client and the embedded service, without latency or retries. */
export function catalogWorld(table: TableDefinition = CATALOG_TABLE): CatalogWorld {
  const dynamodb = new DynamoDb();
  dynamodb.createTable(table);
  const world = {
    dynamodb,
    now: instant(Date.UTC(2026, 10, 21, 12)),
    after: () => undefined,
    before: () => undefined,
  } as unknown as CatalogWorld & { catalog: Catalog; approvals: Approvals; drills: Drills; groups: Groups };
  registerTransport(
    directTransport([dynamodb], {
      now: () => world.now,
      before: (call) => world.before(call),
      after: (call) => world.after(call),
    }),
  );
  const client = connect(new DynamoDBClient({ region: HOME }), 'dynamodb', HOME);
  registerTransport(undefined);
  return Object.assign(world, {
    catalog: dynamoCatalog(client, table.name),
    approvals: dynamoApprovals(client, table.name),
    drills: dynamoDrills(client, table.name),
    groups: dynamoGroups(client, table.name),
    fenced: (fences: Fences) => dynamoCatalog(client, table.name, fences),
  });
}

/** Every implementation of the port obeys one suite. */
export const BACKENDS: readonly (readonly [name: string, make: () => Catalog])[] = [
  ['DynamoDB behind the SDK', () => catalogWorld().catalog],
  ['memory', () => new MemoryCatalog()],
];
