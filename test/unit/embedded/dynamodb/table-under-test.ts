import { instant } from '../../../../core/time/instant.ts';
import type { TableDefinition } from '../../../../embedded/dynamodb/schema.ts';
import { DynamoDb, type DynamoDbOptions } from '../../../../embedded/dynamodb/service.ts';
import type { Call } from '../../../../embedded/service.ts';

export const NOON = Date.UTC(2026, 10, 21, 12);

export const callIn = (region: string, now = NOON): Call => ({
  account: '111122223333',
  region,
  principal: 'arn:aws:iam::111122223333:root',
  now: instant(now),
});

export const TABLE: TableDefinition = {
  name: 't',
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
  replicas: ['eu-west-1'],
  ttlAttribute: 'ttl',
  stream: 'NEW_AND_OLD_IMAGES',
};

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a caller of the SDK would
type Answer = any;

/** One table in one region, and a short way to call it. */
export function oneTable(options: DynamoDbOptions = {}) {
  const db = new DynamoDb(options);
  db.createTable(TABLE);
  const call = (operation: string, input: object, now = NOON): Answer =>
    db.call(operation, { TableName: 't', ...input }, callIn('eu-west-1', now));
  /** Operations that name their tables inside. */
  const bare = (operation: string, input: object, now = NOON): Answer =>
    db.call(operation, input, callIn('eu-west-1', now));
  return { db, call, bare };
}

export const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
