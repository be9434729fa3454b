import { drillRoles, withoutPrimary } from './rights-drill.ts';
import {
  ANNOUNCE,
  addInstances,
  CONFIGURATION,
  children,
  DUE,
  discardSnapshots,
  explain,
  FIND,
  hide,
  invoke,
  LOG,
  leaveNotes,
  mend,
  notes,
  OBSERVE,
  type Place,
  READ,
  RECORD_RESTORE,
  RETIRE,
  readBytes,
  readItems,
  readManifests,
  readNotes,
  readTwins,
  restoreClusters,
  see,
  UNDELIVERED,
  writeReceipts,
} from './rights-phrases.ts';

/** What each role may do, in full: one line per role, in the phrases of its work. */
export type Table = Readonly<Record<string, readonly string[]>>;

/** The roles that every region has. */
export const everywhere = (here: Place): Table => {
  // In the primary a restore may also land in a cluster's own bucket, below another prefix.
  const buckets = here === 'primary' ? 'landing, bucket acme-documents' : 'landing';
  const objects = here === 'primary' ? 'landing/*, bucket acme-documents/*' : 'landing/*';
  const encrypted =
    here === 'primary'
      ? 'landing|landing/*|bucket acme-documents|bucket acme-documents/*'
      : 'landing|landing/*';
  return {
    'discard-expired': [
      LOG,
      CONFIGURATION,
      FIND,
      RETIRE,
      DUE,
      ANNOUNCE,
      ...readManifests(here),
      ...hide(here),
      ...discardSnapshots(here),
    ],
    'fail-expiry': [LOG, ANNOUNCE],
    'discard-unclaimed': [
      LOG,
      READ,
      FIND,
      ANNOUNCE,
      ...readNotes(here),
      ...readManifests(here),
      ...hide(here),
      ...discardSnapshots(here),
    ],
    'conclude-reconciliation': [LOG, ANNOUNCE, ...leaveNotes(here)],
    'fail-reconciliation': [LOG, ANNOUNCE],
    'scrub-vault': [LOG, READ, FIND, ANNOUNCE, ...notes(here), ...readBytes(here)],
    'mend-rot': [
      LOG,
      READ,
      FIND,
      ...notes(here),
      ...mend(here),
      ...readTwins(here === 'primary' ? 'recovery' : 'primary'),
    ],
    'fail-scrub': [LOG, ANNOUNCE],
    'preflight-restore': [
      LOG,
      CONFIGURATION,
      RECORD_RESTORE,
      see(here, 'clusters', 'snapshots', 'offers'),
      ...readManifests(here),
      `s3:ListBucket on ${buckets}`,
      ...withoutPrimary(here),
    ],
    'begin-restore': [
      LOG,
      CONFIGURATION,
      RECORD_RESTORE,
      ...readManifests(here),
      ...restoreClusters(here),
      ...withoutPrimary(here),
    ],
    'poll-restore': [
      LOG,
      CONFIGURATION,
      READ,
      ...readManifests(here),
      ...addInstances(here),
      ...withoutPrimary(here),
    ],
    'restore-shard': [
      LOG,
      CONFIGURATION,
      READ,
      ...readItems(here),
      `s3:ListBucket on ${buckets}`,
      `s3:GetObject s3:PutObject s3:PutObjectTagging s3:AbortMultipartUpload on ${objects}`,
      `kms:Decrypt kms:GenerateDataKey on keys(${here}) when for=${encrypted}`,
      ...withoutPrimary(here),
    ],
    'validate-restore': [
      LOG,
      CONFIGURATION,
      READ,
      see(here, 'clusters', 'instances', 'tags'),
      ...readManifests(here),
      `s3:ListBucket on ${buckets}`,
      ...withoutPrimary(here),
    ],
    // An installation whose hearts do not beat has nothing to read.
    'read-heartbeat': [LOG, CONFIGURATION, ...withoutPrimary(here)],
    'record-restore': [LOG, ...writeReceipts(here), ANNOUNCE, ...withoutPrimary(here)],
    'fail-restore': [
      LOG,
      CONFIGURATION,
      ...writeReceipts(here),
      ANNOUNCE,
      ...explain('holdfast-restore'),
      ...withoutPrimary(here),
    ],
    'ask-approval': [LOG, RECORD_RESTORE, ANNOUNCE, 'states:SendTaskSuccess on machine holdfast-restore'],
    'answer-approval': [LOG, RECORD_RESTORE, 'states:SendTaskSuccess on machine holdfast-restore'],
    'run-answer': [OBSERVE, invoke('AnswerApproval')],
    'watch-objectives': [LOG, CONFIGURATION, FIND, ANNOUNCE, UNDELIVERED, ...notes(here)],
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
    ...drillRoles(here),
    'run-verify': [OBSERVE, invoke('ScrubVault', 'MendRot', 'ConcludeScrub', 'FailScrub')],
    'run-restore': [
      OBSERVE,
      invoke(
        'ResolveRestore',
        'PreflightRestore',
        'AskApproval',
        'BeginRestore',
        'PollRestore',
        'ReadHeartbeat',
        'RestoreShard',
        'ValidateRestore',
        'RecordRestore',
        'FailRestore',
      ),
      ...children('holdfast-restore'),
    ],
  };
};
