import {
  ADVANCE,
  ANNOUNCE,
  addInstances,
  CONFIGURATION,
  checkItems,
  children,
  clusterKeys,
  copySnapshots,
  DUE,
  describe,
  explain,
  hide,
  invoke,
  LOG,
  listSnapshots,
  notes,
  OBSERVE,
  OPEN,
  type Place,
  READ,
  RECORD_RESTORE,
  RETIRE,
  readItems,
  readManifests,
  readNotes,
  restoreClusters,
  start,
  storeItems,
  UNDELIVERED,
  writeManifests,
} from './rights-phrases.ts';

/** What each role may do, in full: one line per role, in the phrases of its work. */
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
    'discard-unclaimed': [
      LOG,
      READ,
      ANNOUNCE,
      ...hide(here),
      listSnapshots(here),
      `rds:DeleteDBClusterSnapshot on rds(${here}) cluster-snapshot:holdfast-*`,
    ],
    'conclude-reconciliation': [LOG, ANNOUNCE, ...notes(here)],
    'fail-reconciliation': [LOG, ANNOUNCE],
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
    'fail-restore': [LOG, RECORD_RESTORE, ANNOUNCE, ...explain('holdfast-restore')],
    'watch-objectives': [LOG, CONFIGURATION, READ, ANNOUNCE, UNDELIVERED, ...notes(here)],
    'run-expire': [OBSERVE, invoke('DecideExpiry', 'RequestExpiry', 'DiscardExpired', 'FailExpiry')],
    'run-reconcile': [
      OBSERVE,
      invoke(
        'SurveyRegion',
        'DiscardUnclaimed',
        'MendRecords',
        'ConcludeReconciliation',
        'FailReconciliation',
      ),
    ],
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
  'survey-region': [
    LOG,
    CONFIGURATION,
    READ,
    ...notes('recovery'),
    ...readManifests('recovery'),
    listSnapshots('recovery'),
  ],
  'mend-records': [LOG, ANNOUNCE, ...readNotes('recovery')],
  'close-stopped-execution': [LOG, CONFIGURATION, ADVANCE, RECORD_RESTORE, ANNOUNCE, UNDELIVERED],
  'run-schedules': [UNDELIVERED, invoke('WatchObjectives'), 'states:StartExecution on expire, reconcile'],
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
  'discard-partial-capture': [
    LOG,
    CONFIGURATION,
    ADVANCE,
    ANNOUNCE,
    ...abandon,
    ...explain('holdfast-backup'),
  ],
  'begin-copy': [...copyOf, OPEN, ...copySnapshots],
  'poll-copy': [...copyOf, ...copySnapshots],
  'copy-shard': [LOG, CONFIGURATION, READ, ...readItems('primary'), ...storeItems('recovery')],
  'prove-copy': [...copyOf, ANNOUNCE, describe('primary'), describe('recovery')],
  'fail-copy': [LOG, ADVANCE, ANNOUNCE, ...explain('holdfast-copy')],
  'survey-region': [
    LOG,
    CONFIGURATION,
    READ,
    ...notes('primary'),
    ...readManifests('primary'),
    ...readManifests('recovery'),
    listSnapshots('primary'),
    listSnapshots('recovery'),
  ],
  'mend-records': [LOG, ADVANCE, ANNOUNCE, ...readNotes('primary'), ...start('holdfast-copy')],
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
    'states:StartExecution on expire, reconcile',
  ],
};
