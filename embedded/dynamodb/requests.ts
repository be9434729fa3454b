import { NotModelled, onlyModelled } from '../service.ts';
import { validation } from './errors.ts';

/** The members of requests that the service reads; an SDK input of any operation is checked against its list. */
export interface WriteRequest {
  readonly TableName?: string;
  readonly Key?: object;
  readonly Item?: object;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ReturnConsumedCapacity?: string;
}

export interface ReadRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: object;
  readonly Keys?: readonly object[];
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: object;
  readonly Select?: string;
  readonly ReturnConsumedCapacity?: string;
}

const PLACEHOLDERS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const CONDITIONAL = ['ConditionExpression', 'ReturnValuesOnConditionCheckFailure', ...PLACEHOLDERS];
const RETURNS = ['ReturnValues', 'ReturnConsumedCapacity'];
const PAGE = [
  'ConsistentRead',
  'FilterExpression',
  'ProjectionExpression',
  'Limit',
  'ExclusiveStartKey',
  'Select',
];

/** What each operation may carry. Anything else (legacy `Expected`, `ReturnItemCollectionMetrics`, …) fails loudly. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  PutItem: ['TableName', 'Item', ...CONDITIONAL, ...RETURNS],
  UpdateItem: ['TableName', 'Key', 'UpdateExpression', ...CONDITIONAL, ...RETURNS],
  DeleteItem: ['TableName', 'Key', ...CONDITIONAL, ...RETURNS],
  Put: ['TableName', 'Item', ...CONDITIONAL],
  Update: ['TableName', 'Key', 'UpdateExpression', ...CONDITIONAL],
  Delete: ['TableName', 'Key', ...CONDITIONAL],
  ConditionCheck: ['TableName', 'Key', ...CONDITIONAL],
  GetItem: [
    'TableName',
    'Key',
    'ConsistentRead',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ReturnConsumedCapacity',
  ],
  Get: ['TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames'],
  KeysAndAttributes: ['Keys', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'],
  Query: [
    'TableName',
    'IndexName',
    'KeyConditionExpression',
    'ScanIndexForward',
    ...PAGE,
    ...PLACEHOLDERS,
    'ReturnConsumedCapacity',
  ],
  Scan: ['TableName', 'IndexName', ...PAGE, ...PLACEHOLDERS, 'ReturnConsumedCapacity'],
  BatchGetItem: ['RequestItems', 'ReturnConsumedCapacity'],
  BatchWriteItem: ['RequestItems', 'ReturnConsumedCapacity'],
  TransactGetItems: ['TransactItems', 'ReturnConsumedCapacity'],
  TransactWriteItems: ['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity'],
  DescribeTable: ['TableName'],
  DescribeTimeToLive: ['TableName'],
  UpdateTimeToLive: ['TableName', 'TimeToLiveSpecification'],
};

/** Checks an input's members and the options that every operation shares. */
export function checkMembers(operation: string, input: object): void {
  const known = MEMBERS[operation];
  if (!known) throw new NotModelled('dynamodb', operation);
  onlyModelled('dynamodb', operation, input, known);
  const { ReturnConsumedCapacity: capacity, ReturnValuesOnConditionCheckFailure: onFailure } =
    input as WriteRequest;
  if (capacity !== undefined && capacity !== 'NONE')
    throw new NotModelled('dynamodb', `ReturnConsumedCapacity ${capacity} (read \`usage\` instead)`);
  oneOf('returnValuesOnConditionCheckFailure', onFailure, ['NONE', 'ALL_OLD']);
}

export function oneOf(member: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}
