import type { Call, ServiceName } from '../service.ts';
import { NotModelled } from '../service.ts';
import type { Need } from './evaluate.ts';

/** What a service knows that a request does not say: which key guards a bucket. */
export interface Surroundings {
  bucketKey(bucket: string): string | undefined;
  resolveKey(region: string, key: string): string;
}

type Input = Readonly<Record<string, unknown>>;
type Describe = (operation: string, input: Input, call: Call, surroundings: Surroundings) => readonly Need[];

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const need = (call: Call, action: string, resource: string, context: Need['context'] = {}): Need => ({
  action,
  resource,
  context: {
    'aws:principalarn': call.principal,
    'aws:principalaccount': call.account,
    'aws:securetransport': 'true',
    'aws:requestedregion': call.region,
    ...context,
  },
});

/** The permissions one call needs, as the service authorization reference lists them. */
export function needsOf(
  service: ServiceName,
  operation: string,
  input: object,
  call: Call,
  surroundings: Surroundings,
): readonly Need[] {
  const describe = DESCRIBED[service];
  if (!describe) throw new NotModelled('iam', `permissions of the service ${service}`);
  return describe(operation, input as Input, call, surroundings);
}

const object = (bucket: unknown, key: unknown) => `arn:aws:s3:::${bucket}/${key}`;

function keyNeed(
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  bucket: unknown,
  call: Call,
  around: Surroundings,
): readonly Need[] {
  const key = around.bucketKey(String(bucket));
  if (key === undefined) return [];
  const region = key.split(':')[3];
  return [
    need(call, action, key, {
      'kms:viaservice': `s3.${region}.amazonaws.com`,
      'kms:encryptioncontext:aws:s3:arn': `arn:aws:s3:::${bucket}`,
    }),
  ];
}

/** S3's operations by the action they need; several share one. */
const S3_WRITES = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];
const S3_BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  GetBucketVersioning: 's3:GetBucketVersioning',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
};

const s3: Describe = (operation, input, call, around) => {
  const { Bucket, Key } = input;
  const bucketAction = S3_BUCKET_ACTIONS[operation];
  if (bucketAction)
    return [need(call, bucketAction, `arn:aws:s3:::${Bucket}`, { 's3:prefix': text(input['Prefix']) ?? '' })];
  const conditional = { 's3:if-none-match': text(input['IfNoneMatch']) };
  if (S3_WRITES.includes(operation))
    return [
      need(call, 's3:PutObject', object(Bucket, Key), conditional),
      ...keyNeed('kms:GenerateDataKey', Bucket, call, around),
    ];
  switch (operation) {
    case 'CopyObject':
    case 'UploadPartCopy': {
      const [path, version] = decodeURIComponent(String(input['CopySource'])).split('?versionId=');
      const [sourceBucket, ...rest] = path!.replace(/^\//, '').split('/');
      const read = version === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
      return [
        need(call, read, object(sourceBucket, rest.join('/'))),
        ...keyNeed('kms:Decrypt', sourceBucket, call, around),
        need(call, 's3:PutObject', object(Bucket, Key), conditional),
        ...keyNeed('kms:GenerateDataKey', Bucket, call, around),
      ];
    }
    case 'GetObject':
    case 'HeadObject':
      return [
        need(
          call,
          input['VersionId'] === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
          object(Bucket, Key),
        ),
        ...keyNeed('kms:Decrypt', Bucket, call, around),
      ];
    case 'DeleteObject':
      return [
        need(
          call,
          input['VersionId'] === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
          object(Bucket, Key),
        ),
      ];
    case 'DeleteObjects': {
      const { Objects = [] } = input['Delete'] as {
        Objects?: readonly { Key: string; VersionId?: string }[];
      };
      return Objects.map((one) =>
        need(
          call,
          one.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
          object(Bucket, one.Key),
        ),
      );
    }
    default:
      return [need(call, `s3:${operation}`, object(Bucket, Key))];
  }
};

const table = (call: Call, name: unknown, index?: unknown) =>
  `arn:aws:dynamodb:${call.region}:${call.account}:table/${name}${index === undefined ? '' : `/index/${index}`}`;

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const dynamodb: Describe = (operation, input, call) => {
  if (operation !== 'TransactWriteItems')
    return [need(call, `dynamodb:${operation}`, table(call, input['TableName'], input['IndexName']))];
  return (
    (input['TransactItems'] ?? []) as readonly Readonly<Record<string, { TableName?: string }>>[]
  ).flatMap((item) =>
    Object.entries(item).map(([kind, one]) =>
      need(call, `dynamodb:${TRANSACTION_ACTIONS[kind]}`, table(call, one.TableName)),
    ),
  );
};

const sfn: Describe = (operation, input, call) => {
  const resource =
    text(input['stateMachineArn']) ?? text(input['executionArn']) ?? text(input['mapRunArn']) ?? '*';
  return [need(call, `states:${operation}`, resource)];
};

const eventbridge: Describe = (operation, input, call) =>
  (
    (input['Entries'] ?? [{}]) as readonly { EventBusName?: string; Source?: string; DetailType?: string }[]
  ).map((entry) => {
    const bus = entry.EventBusName ?? 'default';
    const arn = bus.startsWith('arn:')
      ? bus
      : `arn:aws:events:${call.region}:${call.account}:event-bus/${bus}`;
    return need(call, `events:${operation}`, arn, {
      'events:source': entry.Source,
      'events:detail-type': entry.DetailType,
    });
  });

/** RDS members that name a resource, with the resource's kind. Names become ARNs of the call's region. */
const RDS_RESOURCES: Readonly<Record<string, string>> = {
  DBClusterIdentifier: 'cluster',
  SourceDBClusterIdentifier: 'cluster',
  DBInstanceIdentifier: 'db',
  DBClusterSnapshotIdentifier: 'cluster-snapshot',
  SourceDBClusterSnapshotIdentifier: 'cluster-snapshot',
  TargetDBClusterSnapshotIdentifier: 'cluster-snapshot',
  SnapshotIdentifier: 'cluster-snapshot',
  DBSubnetGroupName: 'subgrp',
  DBClusterParameterGroupName: 'cluster-pg',
};

/** Calls that name nothing ask for all of a kind, and need the right to all of it. */
const RDS_LISTINGS: Readonly<Record<string, string>> = {
  DescribeDBClusters: 'cluster',
  DescribeDBInstances: 'db',
  DescribeDBClusterSnapshots: 'cluster-snapshot',
  DescribeDBSubnetGroups: 'subgrp',
  DescribeDBClusterParameterGroups: 'cluster-pg',
};

const rds: Describe = (operation, input, call) => {
  const resources = Object.entries(RDS_RESOURCES).flatMap(([member, kind]) => {
    const name = text(input[member]);
    if (name === undefined) return [];
    return [
      name.startsWith('arn:')
        ? name
        : `arn:aws:rds:${call.region}:${call.account}:${kind}:${name.toLowerCase()}`,
    ];
  });
  const named = text(input['ResourceName']);
  const kind = RDS_LISTINGS[operation];
  const unnamed = kind === undefined ? '*' : `arn:aws:rds:${call.region}:${call.account}:${kind}:*`;
  const all = named === undefined ? resources : [named];
  return (all.length > 0 ? all : [unnamed]).map((resource) => need(call, `rds:${operation}`, resource));
};

const plain =
  (prefix: string, ...members: readonly string[]): Describe =>
  (operation, input, call) => [
    need(
      call,
      `${prefix}:${operation}`,
      members.map((member) => text(input[member])).find((value) => value !== undefined) ?? '*',
    ),
  ];

const DESCRIBED: Partial<Record<ServiceName, Describe>> = {
  s3,
  dynamodb,
  sfn,
  eventbridge,
  rds,
  sns: plain('sns', 'TopicArn'),
  sqs: plain('sqs', 'QueueUrl'),
  lambda: plain('lambda', 'FunctionName'),
  kms: (operation, input, call, around) => [
    need(call, `kms:${operation}`, around.resolveKey(call.region, String(input['KeyId']))),
  ],
  cloudwatch: plain('cloudwatch'),
};
