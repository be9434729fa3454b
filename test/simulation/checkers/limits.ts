import type { ServiceName } from '../../../embedded/service.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const GIB = 1_024 * MIB;

/** What a call carries, of everything that AWS counts. Members that a call does not have are zero. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  /** The page of AWS's documentation that has the number. */
  readonly page: string;
}

const limit = (name: string, most: number, page: string): Limit => ({ name, most, page });

const DYNAMODB = 'amazondynamodb/latest/developerguide/Constraints.html';
const S3 = 'AmazonS3/latest/userguide/qfacts.html';
const S3_API = 'AmazonS3/latest/API';
const SFN = 'step-functions/latest/dg/service-quotas.html';
const EVENTS = 'eventbridge/latest/APIReference/API_PutEvents.html';
const RDS = 'AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html';

/** The limits that a run is measured against. What the embedded cloud refuses as AWS does is measured all the same. */
export const LIMITS = {
  itemBytes: limit('bytes of an item of DynamoDB', 400 * KIB, DYNAMODB),
  hashKeyBytes: limit('bytes of a partition key', 2_048, DYNAMODB),
  rangeKeyBytes: limit('bytes of a sort key', 1_024, DYNAMODB),
  expressionBytes: limit('bytes of an expression', 4 * KIB, DYNAMODB),
  transactionActions: limit('actions of a transaction', 100, DYNAMODB),
  transactionBytes: limit('bytes of a transaction', 4 * MIB, DYNAMODB),
  batchWrites: limit('requests of BatchWriteItem', 25, DYNAMODB),
  batchReads: limit('keys of BatchGetItem', 100, DYNAMODB),
  keyBytes: limit('bytes of an S3 key', 1_024, 'AmazonS3/latest/userguide/object-keys.html'),
  deletedKeys: limit('keys of DeleteObjects', 1_000, `${S3_API}/API_DeleteObjects.html`),
  listedKeys: limit('keys of a page', 1_000, `${S3_API}/API_ListObjectVersions.html`),
  objectTags: limit('tags of an object', 10, 'AmazonS3/latest/userguide/object-tagging.html'),
  metadataBytes: limit('bytes of user metadata', 2 * KIB, 'AmazonS3/latest/userguide/UsingMetadata.html'),
  putBytes: limit('bytes of one PutObject', 5 * GIB, S3),
  partBytes: limit('bytes of one part', 5 * GIB, S3),
  partNumber: limit('parts of an upload', 10_000, S3),
  events: limit('entries of PutEvents', 10, EVENTS),
  eventBytes: limit('bytes of PutEvents', 256 * KIB, EVENTS),
  detailType: limit('characters of a detail-type', 128, EVENTS),
  messageBytes: limit('bytes of a message of SNS', 256 * KIB, 'sns/latest/api/API_Publish.html'),
  queuedBytes: limit(
    'bytes of a message of SQS',
    MIB,
    'AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html',
  ),
  executionName: limit('characters of an execution name', 80, SFN),
  executionInput: limit('bytes of an execution input', 256 * KIB, SFN),
  executionOutput: limit('bytes of an execution output', 256 * KIB, SFN),
  history: limit('events of a history', 25_000, SFN),
  plaintextBytes: limit('bytes of a plaintext', 4 * KIB, 'kms/latest/APIReference/API_Encrypt.html'),
  snapshotName: limit('characters of a snapshot name', 63, RDS),
  resourceTags: limit('tags of a snapshot', 50, 'AmazonRDS/latest/UserGuide/USER_Tagging.html'),
  asyncBytes: limit('bytes of an asynchronous event', MIB, 'lambda/latest/dg/gettingstarted-limits.html'),
  metrics: limit('metrics of a call', 1_000, 'AmazonCloudWatch/latest/APIReference/API_PutMetricData.html'),
  dimensions: limit(
    'dimensions of a metric',
    30,
    'AmazonCloudWatch/latest/APIReference/API_PutMetricData.html',
  ),
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof LIMITS;

/** Tells how much of a limit something takes. */
export type Measure = (name: LimitName, amount: number) => void;

/** Measures the calls of one service. */
export type Gauge = (operation: string, input: Readonly<Record<string, unknown>>, measure: Measure) => void;
export type Gauges = Readonly<Partial<Record<ServiceName, Gauge>>>;
