/** The phrases of the table of rights: what is granted together, for one place. */
export type Place = 'primary' | 'recovery';

export const REGION: Readonly<Record<Place, string>> = { primary: 'eu-west-1', recovery: 'eu-central-1' };

export const LOG = 'logs:CreateLogStream logs:PutLogEvents on own log';
export const CONFIGURATION = 's3:GetObject on the configuration';
export const ANNOUNCE = 'events:PutEvents on bus when events:source=holdfast';
export const READ = 'dynamodb:GetItem on catalog';
export const FIND = 'dynamodb:Query on catalog';
export const OPEN = `${READ.replace(' on ', ' dynamodb:PutItem dynamodb:ConditionCheckItem on ')}`;
export const ADVANCE = `${READ.replace(' on ', ' dynamodb:UpdateItem on ')}`;
export const RECORD_RESTORE = `${READ.replace(' on ', ' dynamodb:PutItem on ')}`;
export const RETIRE = `${ADVANCE.replace(' on ', ' dynamodb:PutItem dynamodb:DeleteItem on ')}`;
export const DUE = 'dynamodb:Query on catalog/index/due';
export const UNDELIVERED = 'sqs:SendMessage on Undelivered';
export const OBSERVE =
  'logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery xray:GetSamplingRules xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments on *';

export const key = (actions: string, place: Place, what = `vault(${place})`): string =>
  `${actions} on keys(${place}) when for=${what} and kms:ViaService=s3.${REGION[place]}.amazonaws.com`;

export const readManifests = (place: Place): string[] => [
  `s3:GetObject on vault(${place})/*/manifest/*`,
  `s3:ListBucket on vault(${place})`,
  key('kms:Decrypt', place),
];
export const writeManifests = (place: Place): string[] => [
  ...readManifests(place),
  `s3:PutObject on vault(${place})/*/manifest/*`,
  key('kms:GenerateDataKey', place),
];
export const checkItems = (place: Place): string[] => [
  ...readManifests(place),
  `s3:GetObject on vault(${place})/*/long/*`,
];
export const readItems = (place: Place): string[] => [
  ...readManifests(place),
  `s3:GetObject s3:GetObjectTagging on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
export const readBytes = (place: Place): string[] => [
  ...readManifests(place),
  `s3:GetObject on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
export const readTwins = (place: Place): string[] => [
  ...readItems(place),
  `s3:ListBucketVersions on vault(${place})`,
  `s3:GetObjectVersion on vault(${place})/*/manifest/*, vault(${place})/*/data/*, vault(${place})/*/long/*`,
  `s3:GetObjectVersionTagging on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
export const mend = (place: Place): string[] => [
  ...writeManifests(place),
  `s3:PutObject s3:PutObjectTagging s3:AbortMultipartUpload on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
export const readNotes = (place: Place): string[] => [
  `s3:GetObject on vault(${place})/work/*`,
  `s3:ListBucket on vault(${place})`,
  key('kms:Decrypt', place),
];
export const leaveNotes = (place: Place): string[] => [
  `s3:PutObject on vault(${place})/work/*`,
  key('kms:GenerateDataKey', place),
];
export const notes = (place: Place): string[] => [...readNotes(place), ...leaveNotes(place)];
export const storeItems = (place: Place): string[] => [
  ...readNotes(place),
  `s3:PutObject on vault(${place})/*/manifest/*`,
  key('kms:GenerateDataKey', place),
  `s3:GetObject s3:PutObject s3:PutObjectTagging s3:AbortMultipartUpload on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
export const writeReceipts = (place: Place): string[] => [
  `kms:Sign kms:GetPublicKey on keys(${place}) when kms:ResourceAliases=alias/holdfast-receipts`,
  `s3:ListBucket on vault(${place})`,
  `s3:GetObject s3:PutObject s3:PutObjectRetention on vault(${place})/receipts/*`,
  key('kms:Decrypt', place),
  key('kms:GenerateDataKey', place),
  FIND,
  RECORD_RESTORE,
];
export const verifyReceipts = (place: Place): string[] => [
  `kms:GetPublicKey on keys(${place}) when kms:ResourceAliases=alias/holdfast-receipts*`,
  `s3:ListBucket on vault(${place})`,
  `s3:GetObject on vault(${place})/receipts/*`,
  key('kms:Decrypt', place),
  FIND,
];
export const hide = (place: Place): string[] => [
  `s3:ListBucket on vault(${place})`,
  `s3:DeleteObject on vault(${place})/*`,
];

const SIGHTS = {
  clusters: 'rds:DescribeDBClusters',
  instances: 'rds:DescribeDBInstances',
  tags: 'rds:ListTagsForResource',
  snapshots: 'rds:DescribeDBClusterSnapshots rds:ListTagsForResource',
  parameterGroups: 'rds:DescribeDBClusterParameterGroups',
  parameters: 'rds:DescribeDBClusterParameters',
  offers: 'rds:DescribeDBEngineVersions rds:DescribeDBSubnetGroups',
};
export const see = (place: Place, ...what: readonly (keyof typeof SIGHTS)[]): string =>
  `${what.map((sight) => SIGHTS[sight]).join(' ')} on * when aws:RequestedRegion=${REGION[place]}`;
export const discardSnapshots = (place: Place): string[] => [
  see(place, 'snapshots'),
  `rds:DeleteDBClusterSnapshot on rds(${place}) cluster-snapshot:holdfast-*`,
];
export const clusterKeys = (place: Place): string[] => [
  `kms:DescribeKey on keys(${place}) when kms:ViaService=rds.${REGION[place]}.amazonaws.com`,
  `kms:CreateGrant on keys(${place}) when kms:GrantIsForAWSResource=true and kms:ViaService=rds.${REGION[place]}.amazonaws.com`,
];
export const copySnapshots: readonly string[] = [
  see('primary', 'snapshots'),
  see('recovery', 'snapshots'),
  'rds:CopyDBClusterSnapshot on rds(primary) cluster-snapshot:holdfast-*, rds(recovery) cluster-snapshot:holdfast-*',
  'rds:AddTagsToResource on rds(recovery) cluster-snapshot:holdfast-*',
  'kms:CreateGrant kms:DescribeKey on keys(recovery) when kms:ResourceAliases=alias/holdfast-vault',
  ...clusterKeys('primary'),
];
export const any = (place: Place, ...kinds: readonly string[]): string =>
  kinds.map((kind) => `rds(${place}) ${kind}:*`).join(', ');
export const restoreClusters = (place: Place): string[] => [
  see(place, 'clusters', 'snapshots', 'parameterGroups'),
  ...(place === 'primary'
    ? [`rds:RestoreDBClusterToPointInTime on ${any(place, 'cluster', 'cluster-pg', 'og', 'subgrp')}`]
    : []),
  `rds:RestoreDBClusterFromSnapshot on ${any(place, 'cluster', 'cluster-snapshot', 'cluster-pg', 'og', 'subgrp')}`,
  `rds:CreateDBClusterParameterGroup rds:ModifyDBClusterParameterGroup on ${any(place, 'cluster-pg')}`,
  `rds:AddTagsToResource on ${any(place, 'cluster')}`,
  ...clusterKeys(place),
];
export const addInstances = (place: Place): string[] => [
  see(place, 'clusters', 'instances', 'tags'),
  `rds:CreateDBInstance on ${any(place, 'cluster', 'db', 'og', 'pg', 'subgrp')}`,
  `rds:AddTagsToResource on ${any(place, 'db')}`,
  ...clusterKeys(place),
];

export const invoke = (...tasks: readonly string[]): string => `lambda:InvokeFunction on ${tasks.join(', ')}`;
export const children = (machine: string): string[] => [
  `states:StartExecution on machine ${machine}`,
  `states:DescribeExecution states:StopExecution states:RedriveExecution on executions ${machine}:*, executions ${machine}/*:*`,
];
export const start = (machine: string): string[] => [
  `states:StartExecution on machine ${machine}`,
  `states:DescribeExecution on executions ${machine}:*`,
];
export const explain = (machine: string): string[] => [
  `states:ListMapRuns on executions ${machine}:*`,
  `states:ListExecutions on runs ${machine}/*:*`,
  `states:DescribeExecution on executions ${machine}/*:*`,
];
