import { type Item, itemBytes } from '../../../embedded/dynamodb/values.ts';
import type { Gauge, Gauges } from './limits.ts';

type Members = Readonly<Record<string, unknown>>;

const bytes = (value: unknown): number =>
  value === undefined
    ? 0
    : value instanceof Uint8Array
      ? value.byteLength
      : Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
const list = (value: unknown): readonly Members[] => (Array.isArray(value) ? (value as Members[]) : []);
const EXPRESSIONS = [
  'ConditionExpression',
  'UpdateExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
];

/** One write or read of one item, alone or as a part of a transaction. Answers its bytes. */
function ofItem(request: Members, measure: Parameters<Gauge>[2]): number {
  const item = (request['Item'] ?? request['Key'] ?? {}) as Item;
  const values = (request['ExpressionAttributeValues'] ?? {}) as Item;
  const size = itemBytes(item) + itemBytes(values);
  measure('itemBytes', size);
  const { pk, sk } = item as { readonly pk?: { readonly S?: string }; readonly sk?: { readonly S?: string } };
  measure('hashKeyBytes', bytes(pk?.S));
  measure('rangeKeyBytes', bytes(sk?.S));
  for (const expression of EXPRESSIONS) measure('expressionBytes', bytes(request[expression]));
  return size;
}

const dynamodb: Gauge = (operation, input, measure) => {
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const actions = list(input['TransactItems']).flatMap((action) => Object.values(action) as Members[]);
    measure('transactionActions', actions.length);
    measure(
      'transactionBytes',
      actions.reduce((sum, action) => sum + ofItem(action, measure), 0),
    );
    return;
  }
  const tables = Object.values((input['RequestItems'] ?? {}) as Members);
  if (operation === 'BatchWriteItem')
    measure(
      'batchWrites',
      tables.reduce<number>((sum, requests) => sum + list(requests).length, 0),
    );
  else if (operation === 'BatchGetItem')
    measure(
      'batchReads',
      tables.reduce<number>((sum, request) => sum + list((request as Members)['Keys']).length, 0),
    );
  else ofItem(input, measure);
};

/** The bytes of `bytes=a-b`; a whole source is what the service itself weighs. */
function rangeBytes(range: unknown): number {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(range)) ?? [];
  return from === undefined ? 0 : Number(to) - Number(from) + 1;
}

const s3: Gauge = (operation, input, measure) => {
  measure('keyBytes', bytes(input['Key']));
  measure('partNumber', Number(input['PartNumber'] ?? 0));
  measure('listedKeys', Number(input['MaxKeys'] ?? 0));
  measure('metadataBytes', metadataBytes(input['Metadata']));
  measure('objectTags', new URLSearchParams(String(input['Tagging'] ?? '')).size);
  if (operation === 'PutObject') measure('putBytes', bytes(input['Body']));
  if (operation === 'UploadPartCopy') measure('partBytes', rangeBytes(input['CopySourceRange']));
  if (operation === 'UploadPart') measure('partBytes', bytes(input['Body']));
  if (operation === 'DeleteObjects')
    measure('deletedKeys', list((input['Delete'] as Members | undefined)?.['Objects']).length);
};

const metadataBytes = (metadata: unknown): number =>
  Object.entries((metadata ?? {}) as Members).reduce(
    (sum, [key, value]) => sum + bytes(key) + bytes(value),
    0,
  );

const eventbridge: Gauge = (_, input, measure) => {
  const entries = list(input['Entries']);
  measure('events', entries.length);
  // eb-putevent-size.html: the text of what is sent, and 14 bytes for a time.
  measure(
    'eventBytes',
    entries.reduce(
      (sum, { Source, DetailType, Detail, Resources, Time }) =>
        sum +
        [Source, DetailType, Detail, ...((Resources as string[]) ?? [])].reduce<number>(
          (b, text) => b + bytes(text),
          Time ? 14 : 0,
        ),
      0,
    ),
  );
  for (const { DetailType } of entries) measure('detailType', String(DetailType).length);
};

const sfn: Gauge = (operation, input, measure) => {
  if (operation !== 'StartExecution') return;
  measure('executionName', String(input['name'] ?? '').length);
  measure('executionInput', bytes(input['input']));
};

const rds: Gauge = (_, input, measure) => {
  for (const name of ['DBClusterSnapshotIdentifier', 'TargetDBClusterSnapshotIdentifier'])
    if (!String(input[name] ?? '').startsWith('arn:'))
      measure('snapshotName', String(input[name] ?? '').length);
  measure('resourceTags', list(input['Tags']).length);
};

const cloudwatch: Gauge = (_, input, measure) => {
  const data = list(input['MetricData']);
  measure('metrics', data.length);
  for (const { Dimensions } of data) measure('dimensions', list(Dimensions).length);
};

/** How much of each limit a call takes, by service. */
export const GAUGES: Gauges = {
  dynamodb,
  s3,
  eventbridge,
  sfn,
  rds,
  cloudwatch,
  kms: (_, input, measure) => measure('plaintextBytes', bytes(input['Plaintext'])),
  sns: (_, input, measure) => measure('messageBytes', bytes(input['Message'])),
  sqs: (_, input, measure) => measure('queuedBytes', bytes(input['MessageBody'])),
  lambda: (_, input, measure) => measure('asyncBytes', bytes(input['Payload'])),
};
