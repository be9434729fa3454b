/** What each role may do, in full. `here` is where the role's functions run, `there` the region that copies go to. */
type Place = 'primary' | 'recovery';

const REGION: Readonly<Record<Place, string>> = { primary: 'eu-west-1', recovery: 'eu-central-1' };

const LOG = 'logs:CreateLogStream logs:PutLogEvents on own log';
const CONFIGURATION = 's3:GetObject on the configuration';
const ANNOUNCE = 'events:PutEvents on bus when events:source=holdfast';
const READ = 'dynamodb:GetItem dynamodb:Query on catalog';
const OPEN = `${READ.replace(' on ', ' dynamodb:PutItem dynamodb:ConditionCheckItem on ')}`;
const ADVANCE = `${READ.replace(' on ', ' dynamodb:UpdateItem on ')}`;
const RECORD_RESTORE = `${READ.replace(' on ', ' dynamodb:PutItem on ')}`;
const RETIRE = `${ADVANCE.replace(' on ', ' dynamodb:PutItem dynamodb:DeleteItem on ')}`;
const DUE = 'dynamodb:Query on catalog/index/due';
const UNDELIVERED = 'sqs:SendMessage on Undelivered';
const OBSERVE =
  'logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery xray:GetSamplingRules xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments on *';

const key = (actions: string, place: Place, what = `vault(${place})`): string =>
  `${actions} on keys(${place}) when for=${what} and kms:ViaService=s3.${REGION[place]}.amazonaws.com`;

const readManifests = (place: Place): string[] => [
  `s3:GetObject on vault(${place})/*/manifest/*, vault(${place})/work/*`,
  `s3:ListBucket on vault(${place})`,
  key('kms:Decrypt', place),
];
const writeManifests = (place: Place): string[] => [
  ...readManifests(place),
  `s3:PutObject on vault(${place})/*/manifest/*, vault(${place})/work/*`,
  key('kms:GenerateDataKey', place),
];
const checkItems = (place: Place): string[] => [
  ...readManifests(place),
  `s3:GetObject on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
const readItems = (place: Place): string[] => [
  ...checkItems(place),
  `s3:GetObjectTagging on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
const storeItems = (place: Place): string[] => [
  ...writeManifests(place),
  `s3:GetObject s3:PutObject s3:PutObjectTagging s3:AbortMultipartUpload on vault(${place})/*/data/*, vault(${place})/*/long/*`,
];
const readNotes = (place: Place): string[] => [
  `s3:GetObject on vault(${place})/work/*`,
  `s3:ListBucket on vault(${place})`,
  key('kms:Decrypt', place),
];
const notes = (place: Place): string[] => [
  ...readNotes(place),
  `s3:PutObject on vault(${place})/work/*`,
  key('kms:GenerateDataKey', place),
];
const hide = (place: Place): string[] => [...readManifests(place), `s3:DeleteObject on vault(${place})/*`];

const describe = (place: Place): string =>
  `rds:DescribeDBClusters rds:DescribeDBInstances rds:DescribeDBClusterSnapshots rds:DescribeDBClusterParameterGroups rds:DescribeDBClusterParameters rds:DescribeDBEngineVersions rds:DescribeDBSubnetGroups rds:ListTagsForResource on * when aws:RequestedRegion=${REGION[place]}`;
const clusterKeys = (place: Place): string[] => [
  `kms:DescribeKey on keys(${place}) when kms:ViaService=rds.${REGION[place]}.amazonaws.com`,
  `kms:CreateGrant on keys(${place}) when kms:GrantIsForAWSResource=true and kms:ViaService=rds.${REGION[place]}.amazonaws.com`,
];
const copySnapshots: readonly string[] = [
  describe('primary'),
  describe('recovery'),
  'rds:CopyDBClusterSnapshot rds:AddTagsToResource on rds(primary) cluster-snapshot:holdfast-*, rds(recovery) cluster-snapshot:holdfast-*',
  'kms:CreateGrant kms:DescribeKey on keys(recovery) when kms:ResourceAliases=alias/holdfast-vault',
  ...clusterKeys('primary'),
];
const any = (place: Place, ...kinds: readonly string[]): string =>
  kinds.map((kind) => `rds(${place}) ${kind}:*`).join(', ');
const restoreClusters = (place: Place): string[] => [
  describe(place),
  `rds:RestoreDBClusterFromSnapshot rds:RestoreDBClusterToPointInTime rds:CreateDBClusterParameterGroup rds:ModifyDBClusterParameterGroup rds:AddTagsToResource on ${any(place, 'cluster', 'cluster-snapshot', 'cluster-pg', 'og', 'subgrp')}`,
  ...clusterKeys(place),
];
const addInstances = (place: Place): string[] => [
  describe(place),
  `rds:CreateDBInstance rds:AddTagsToResource on ${any(place, 'cluster', 'db', 'og', 'pg', 'subgrp')}`,
  ...clusterKeys(place),
];

const invoke = (...tasks: readonly string[]): string => `lambda:InvokeFunction on ${tasks.join(', ')}`;
const children = (machine: string): string[] => [
  `states:StartExecution on machine ${machine}`,
  `states:DescribeExecution states:StopExecution states:RedriveExecution on executions ${machine}:*, executions ${machine}/*:*`,
];
const start = (machine: string): string[] => [
  `states:StartExecution on machine ${machine}`,
  `states:DescribeExecution on executions ${machine}:*`,
];

type Table = Readonly<Record<string, readonly string[]>>;

/** The roles that every region has. */
const everywhere = (here: Place): Table => {
  // In the primary a restore may also land in a cluster's own bucket, below another prefix.
  const buckets = here === 'primary' ? 'landing, bucket acme-documents' : 'landing';
  const objects = here === 'primary' ? 'landing/*, bucket acme-documents/*' : 'landing/*';
  const encrypted =
    here === 'primary'
      ? 'landing|landing/*|bucket acme-documents|bucket acme-documents/*'
      : 'landing|landing/*';
  return {
    'decide-expiry': [LOG, CONFIGURATION, RETIRE, DUE, ANNOUNCE, ...notes(here)],
    'request-expiry': [LOG, CONFIGURATION, ADVANCE, ANNOUNCE, ...readNotes(here)],
    'discard-expired': [
      LOG,
      CONFIGURATION,
      RETIRE,
      DUE,
      ANNOUNCE,
      ...hide(here),
      describe(here),
      `rds:DeleteDBClusterSnapshot on rds(${here}) cluster-snapshot:holdfast-*`,
    ],
    'fail-expiry': [LOG, ANNOUNCE],
    'resolve-restore': [LOG, CONFIGURATION, READ, describe(here)],
    'preflight-restore': [
      LOG,
      CONFIGURATION,
      READ,
      describe(here),
      ...readManifests(here),
      `s3:ListBucket on ${buckets}`,
    ],
    'begin-restore': [LOG, CONFIGURATION, RECORD_RESTORE, ...readManifests(here), ...restoreClusters(here)],
    'poll-restore': [LOG, CONFIGURATION, READ, ...readManifests(here), ...addInstances(here)],
    'restore-shard': [
      LOG,
      CONFIGURATION,
      READ,
      ...readItems(here),
      `s3:ListBucket on ${buckets}`,
      `s3:GetObject s3:PutObject s3:PutObjectTagging s3:AbortMultipartUpload on ${objects}`,
      `kms:Decrypt kms:GenerateDataKey on keys(${here}) when for=${encrypted}`,
    ],
    'validate-restore': [
      LOG,
      CONFIGURATION,
      READ,
      describe(here),
      ...readManifests(here),
      `s3:ListBucket on ${buckets}`,
    ],
    'record-restore': [LOG, RECORD_RESTORE, ANNOUNCE],
    'fail-restore': [LOG, RECORD_RESTORE, ANNOUNCE],
    'watch-objectives': [LOG, CONFIGURATION, READ, ANNOUNCE, UNDELIVERED, ...notes(here)],
    'run-expire': [OBSERVE, invoke('DecideExpiry', 'RequestExpiry', 'DiscardExpired', 'FailExpiry')],
    'run-restore': [
      OBSERVE,
      invoke(
        'ResolveRestore',
        'PreflightRestore',
        'BeginRestore',
        'PollRestore',
        'RestoreShard',
        'ValidateRestore',
        'RecordRestore',
        'FailRestore',
      ),
      ...children('holdfast-restore'),
    ],
  };
};

export const RECOVERY_RIGHTS: Table = {
  ...everywhere('recovery'),
  'close-stopped-execution': [LOG, CONFIGURATION, ADVANCE, RECORD_RESTORE, ANNOUNCE, UNDELIVERED],
  'run-schedules': [UNDELIVERED, invoke('WatchObjectives'), 'states:StartExecution on expire'],
};

const abandon: readonly string[] = [
  ...hide('primary'),
  describe('primary'),
  'rds:DeleteDBClusterSnapshot rds:AddTagsToResource on rds(primary) cluster-snapshot:holdfast-*',
];
const listSources = 's3:ListBucketVersions s3:GetBucketVersioning on bucket acme-documents';
const copyOf: readonly string[] = [
  LOG,
  CONFIGURATION,
  ADVANCE,
  ...readManifests('primary'),
  ...writeManifests('recovery'),
];

export const PRIMARY_RIGHTS: Table = {
  ...everywhere('primary'),
  'capture-recovery-point': [
    LOG,
    CONFIGURATION,
    OPEN,
    ADVANCE,
    listSources,
    ...writeManifests('primary'),
    describe('primary'),
    'rds:CreateDBClusterSnapshot rds:AddTagsToResource on rds(primary) cluster:orders, rds(primary) cluster-snapshot:holdfast-*',
    ...clusterKeys('primary'),
  ],
  'poll-capture': [
    LOG,
    CONFIGURATION,
    ADVANCE,
    listSources,
    ...writeManifests('primary'),
    describe('primary'),
  ],
  'capture-shard': [
    LOG,
    CONFIGURATION,
    READ,
    's3:ListBucket s3:ListBucketVersions on bucket acme-documents',
    's3:GetObject s3:GetObjectVersion s3:GetObjectTagging s3:GetObjectVersionTagging on bucket acme-documents/*',
    'kms:Decrypt on keys(primary) when for=bucket acme-documents|bucket acme-documents/*',
    ...storeItems('primary'),
  ],
  'verify-recovery-point': [
    LOG,
    CONFIGURATION,
    ADVANCE,
    ...checkItems('primary'),
    ...writeManifests('primary'),
    describe('primary'),
  ],
  'seal-recovery-point': [LOG, CONFIGURATION, OPEN, ADVANCE, ANNOUNCE],
  'start-copies': [LOG, CONFIGURATION, READ, ...start('holdfast-copy')],
  'quarantine-recovery-point': [LOG, ADVANCE, ANNOUNCE],
  'discard-partial-capture': [LOG, CONFIGURATION, ADVANCE, ANNOUNCE, ...abandon],
  'begin-copy': [...copyOf, OPEN, ...copySnapshots],
  'poll-copy': [...copyOf, ...copySnapshots],
  'copy-shard': [LOG, CONFIGURATION, READ, ...readItems('primary'), ...storeItems('recovery')],
  'prove-copy': [...copyOf, ANNOUNCE, describe('primary'), describe('recovery')],
  'fail-copy': [LOG, ADVANCE, ANNOUNCE],
  'start-backups': [LOG, CONFIGURATION, UNDELIVERED, ...start('holdfast-backup')],
  'close-stopped-execution': [LOG, CONFIGURATION, ADVANCE, RECORD_RESTORE, ANNOUNCE, UNDELIVERED, ...abandon],
  'run-backup': [
    OBSERVE,
    invoke(
      'CaptureRecoveryPoint',
      'PollCapture',
      'CaptureShard',
      'VerifyRecoveryPoint',
      'SealRecoveryPoint',
      'StartCopies',
      'QuarantineRecoveryPoint',
      'DiscardPartialCapture',
    ),
    ...children('holdfast-backup'),
  ],
  'run-copy': [
    OBSERVE,
    invoke('BeginCopy', 'PollCopy', 'CopyShard', 'ProveCopy', 'FailCopy'),
    ...children('holdfast-copy'),
  ],
  'run-schedules': [
    UNDELIVERED,
    invoke('StartBackups', 'WatchObjectives'),
    'states:StartExecution on expire',
  ],
};
