import type { Table } from './rights-everywhere.ts';
import {
  ANNOUNCE,
  CONFIGURATION,
  FIND,
  invoke,
  LOG,
  OBSERVE,
  type Place,
  READ,
  RECORD_RESTORE,
  readManifests,
  see,
  UNDELIVERED,
  writeReceipts,
} from './rights-phrases.ts';
import { PRIMARY, RECOVERY } from './synthesized.ts';

/** Everything that restores away from the primary is denied all of it. */
export const withoutPrimary = (here: Place): readonly string[] =>
  here === 'primary' ? [] : [`!* on * when aws:RequestedRegion=${PRIMARY}`];

/** What the roles of drills may do. */
export function drillRoles(here: Place): Table {
  const buckets = here === 'primary' ? ['landing', 'bucket acme-documents'] : ['landing'];
  const all = (of: (bucket: string) => string): string => buckets.map(of).join(', ');
  const tearDown = [
    ...[LOG, CONFIGURATION, RECORD_RESTORE, FIND, ANNOUNCE, ...writeReceipts(here)],
    's3:ListBucketVersions on landing',
    's3:DeleteObject s3:DeleteObjectVersion on landing/drill/drill-*',
    see(here, 'clusters', 'instances', 'tags'),
    `rds:DeleteDBCluster on rds(${here}) cluster:drill-* when aws:ResourceTag/holdfast:drill=drill-*`,
    `rds:DeleteDBInstance on rds(${here}) db:drill-* when aws:ResourceTag/holdfast:drill=drill-*`,
    ...withoutPrimary(here),
  ];
  return {
    'resolve-drill': [LOG, CONFIGURATION, RECORD_RESTORE, FIND, ...withoutPrimary(here)],
    'prove-primary-denied': [LOG, 's3:ListBucket on vault(primary)', ...withoutPrimary(here)],
    'compare-drill': [
      ...[LOG, CONFIGURATION, READ, ...readManifests(here)],
      `s3:ListBucket on ${all((bucket) => bucket)}`,
      `s3:GetObject on ${all((bucket) => `${bucket}/*`)}`,
      `kms:Decrypt on keys(${here}) when for=${buckets.flatMap((bucket) => [bucket, `${bucket}/*`]).join('|')}`,
      ...withoutPrimary(here),
    ],
    'tear-down-drill': tearDown,
    'record-drill': [
      ...[LOG, RECORD_RESTORE, FIND, ANNOUNCE, ...writeReceipts(here)],
      ...withoutPrimary(here),
    ],
    'sweep-drills': [
      ...tearDown,
      UNDELIVERED,
      ...(here === 'primary' ? ['dynamodb:UpdateItem on catalog'] : []),
    ],
    'run-drill': [
      OBSERVE,
      invoke('ResolveDrill', 'ProvePrimaryDenied', 'CompareDrill', 'TearDownDrill', 'RecordDrill'),
      'states:StartExecution on machine holdfast-restore',
      'states:DescribeExecution states:StopExecution on executions holdfast-restore:*',
      `events:PutTargets events:PutRule events:DescribeRule on arn:aws:events:${here === 'primary' ? PRIMARY : RECOVERY}:111111111111:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
    ],
  };
}
