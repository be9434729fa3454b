import type { z } from 'zod';
import { env as answerApproval } from '../../lambdas/answer/answer-approval/env.ts';
import { env as askApproval } from '../../lambdas/answer/ask-approval/env.ts';
import { env as captureRecoveryPoint } from '../../lambdas/backup/capture-recovery-point/env.ts';
import { env as captureShard } from '../../lambdas/backup/capture-shard/env.ts';
import { env as discardPartialCapture } from '../../lambdas/backup/discard-partial-capture/env.ts';
import { env as pollCapture } from '../../lambdas/backup/poll-capture/env.ts';
import { env as quarantineRecoveryPoint } from '../../lambdas/backup/quarantine-recovery-point/env.ts';
import { env as sealRecoveryPoint } from '../../lambdas/backup/seal-recovery-point/env.ts';
import { env as startCopies } from '../../lambdas/backup/start-copies/env.ts';
import { env as verifyRecoveryPoint } from '../../lambdas/backup/verify-recovery-point/env.ts';
import { env as beginCopy } from '../../lambdas/copy/begin-copy/env.ts';
import { env as copyShard } from '../../lambdas/copy/copy-shard/env.ts';
import { env as failCopy } from '../../lambdas/copy/fail-copy/env.ts';
import { env as pollCopy } from '../../lambdas/copy/poll-copy/env.ts';
import { env as proveCopy } from '../../lambdas/copy/prove-copy/env.ts';
import { env as compareDrill } from '../../lambdas/drill/compare-drill/env.ts';
import { env as provePrimaryDenied } from '../../lambdas/drill/prove-primary-denied/env.ts';
import { env as recordDrill } from '../../lambdas/drill/record-drill/env.ts';
import { env as resolveDrill } from '../../lambdas/drill/resolve-drill/env.ts';
import { env as startDrills } from '../../lambdas/drill/start-drills/env.ts';
import { env as sweepDrills } from '../../lambdas/drill/sweep-drills/env.ts';
import { env as tearDownDrill } from '../../lambdas/drill/tear-down-drill/env.ts';
import { env as decideExpiry } from '../../lambdas/expire/decide-expiry/env.ts';
import { env as discardExpired } from '../../lambdas/expire/discard-expired/env.ts';
import { env as failExpiry } from '../../lambdas/expire/fail-expiry/env.ts';
import { env as requestExpiry } from '../../lambdas/expire/request-expiry/env.ts';
import { env as backUpThere } from '../../lambdas/failback/back-up-there/env.ts';
import { env as bringOver } from '../../lambdas/failback/bring-over/env.ts';
import { env as checkProtected } from '../../lambdas/failback/check-protected/env.ts';
import { env as failFailback } from '../../lambdas/failback/fail-failback/env.ts';
import { env as leaveBehind } from '../../lambdas/failback/leave-behind/env.ts';
import { env as recordFailback } from '../../lambdas/failback/record-failback/env.ts';
import { env as resolveFailback } from '../../lambdas/failback/resolve-failback/env.ts';
import { env as adoptRestore } from '../../lambdas/failover/adopt-restore/env.ts';
import { env as failFailover } from '../../lambdas/failover/fail-failover/env.ts';
import { env as nextLayer } from '../../lambdas/failover/next-layer/env.ts';
import { env as promoteMember } from '../../lambdas/failover/promote-member/env.ts';
import { env as raiseEpoch } from '../../lambdas/failover/raise-epoch/env.ts';
import { env as recordFailover } from '../../lambdas/failover/record-failover/env.ts';
import { env as recordMember } from '../../lambdas/failover/record-member/env.ts';
import { env as resolveFailover } from '../../lambdas/failover/resolve-failover/env.ts';
import { env as beat } from '../../lambdas/heartbeat/beat/env.ts';
import { env as followLog } from '../../lambdas/log/follow-log/env.ts';
import { env as healLog } from '../../lambdas/log/heal-log/env.ts';
import { env as reachCluster } from '../../lambdas/reach/reach-cluster/env.ts';
import { env as concludeReconciliation } from '../../lambdas/reconcile/conclude-reconciliation/env.ts';
import { env as discardUnclaimed } from '../../lambdas/reconcile/discard-unclaimed/env.ts';
import { env as failReconciliation } from '../../lambdas/reconcile/fail-reconciliation/env.ts';
import { env as mendRecords } from '../../lambdas/reconcile/mend-records/env.ts';
import { env as surveyRegion } from '../../lambdas/reconcile/survey-region/env.ts';
import { env as beginRestore } from '../../lambdas/restore/begin-restore/env.ts';
import { env as failRestore } from '../../lambdas/restore/fail-restore/env.ts';
import { env as pollRestore } from '../../lambdas/restore/poll-restore/env.ts';
import { env as preflightRestore } from '../../lambdas/restore/preflight-restore/env.ts';
import { env as readHeartbeat } from '../../lambdas/restore/read-heartbeat/env.ts';
import { env as recordRestore } from '../../lambdas/restore/record-restore/env.ts';
import { env as resolveRestore } from '../../lambdas/restore/resolve-restore/env.ts';
import { env as restoreShard } from '../../lambdas/restore/restore-shard/env.ts';
import { env as validateRestore } from '../../lambdas/restore/validate-restore/env.ts';
import { env as keepStandbys } from '../../lambdas/standby/keep-standbys/env.ts';
import { env as failSupervision } from '../../lambdas/supervise/fail-supervision/env.ts';
import { env as lookAtLogs } from '../../lambdas/supervise/look-at-logs/env.ts';
import { env as tendLogs } from '../../lambdas/supervise/tend-logs/env.ts';
import { env as switchCluster } from '../../lambdas/switch/switch-cluster/env.ts';
import { env as concludeScrub } from '../../lambdas/verify/conclude-scrub/env.ts';
import { env as failScrub } from '../../lambdas/verify/fail-scrub/env.ts';
import { env as mendRot } from '../../lambdas/verify/mend-rot/env.ts';
import { env as scrubVault } from '../../lambdas/verify/scrub-vault/env.ts';
import { env as checkReceipts } from '../../lambdas/watch/check-receipts/env.ts';
import { env as closeStoppedExecution } from '../../lambdas/watch/close-stopped-execution/env.ts';
import { env as startBackups } from '../../lambdas/watch/start-backups/env.ts';
import { env as watchObjectives } from '../../lambdas/watch/watch-objectives/env.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { MachineName } from '../../workflows/index.ts';
import { type Deployable, type Settings, type Variables, variablesOf } from './settings.ts';

/** Lambda gives CPU by memory: one vCPU at 1,769 MB (lambda/latest/dg/configuration-memory.html). */
const MEMORY_MB = {
  /** A few catalog and bus calls. */
  light: 256,
  /** Engine calls and short manifests. */
  driver: 512,
  /** A thousand signed copy requests, gzip and hashing over every shard of a manifest, or reading items. */
  manifest: 1_769,
} as const;

export interface DeployedTask {
  /**
   * The machine that calls it; `watch` and `log` for those that schedules and events call, `heartbeat` and `standby` too, and `reach` for those
   * that other functions call. Its folder under lambdas/.
   */
  readonly machine: MachineName | 'watch' | 'log' | 'heartbeat' | 'standby' | 'reach' | 'switch';
  readonly memoryMb: number;
  /** What its env schema names, out of what the region has. */
  readonly variables: (settings: Settings) => Readonly<Record<string, string>>;
}

const task = <Env extends z.ZodObject>(
  machine: DeployedTask['machine'],
  memory: keyof typeof MEMORY_MB,
  env: Deployable<Env>,
): DeployedTask => ({
  machine,
  memoryMb: MEMORY_MB[memory],
  variables: (settings) => variablesOf<Env>(env, settings) satisfies Variables<Env> as Record<string, string>,
});

/** Every task as a function: its folder, its size and its environment. */
export const DEPLOYED_TASKS: Readonly<Record<TaskName, DeployedTask>> = {
  CaptureRecoveryPoint: task('backup', 'manifest', captureRecoveryPoint),
  PollCapture: task('backup', 'manifest', pollCapture),
  CaptureShard: task('backup', 'manifest', captureShard),
  VerifyRecoveryPoint: task('backup', 'manifest', verifyRecoveryPoint),
  SealRecoveryPoint: task('backup', 'light', sealRecoveryPoint),
  StartCopies: task('backup', 'light', startCopies),
  QuarantineRecoveryPoint: task('backup', 'light', quarantineRecoveryPoint),
  DiscardPartialCapture: task('backup', 'driver', discardPartialCapture),
  BeginCopy: task('copy', 'driver', beginCopy),
  PollCopy: task('copy', 'driver', pollCopy),
  CopyShard: task('copy', 'manifest', copyShard),
  ProveCopy: task('copy', 'manifest', proveCopy),
  FailCopy: task('copy', 'light', failCopy),
  DecideExpiry: task('expire', 'manifest', decideExpiry),
  RequestExpiry: task('expire', 'driver', requestExpiry),
  DiscardExpired: task('expire', 'manifest', discardExpired),
  FailExpiry: task('expire', 'light', failExpiry),
  SurveyRegion: task('reconcile', 'manifest', surveyRegion),
  DiscardUnclaimed: task('reconcile', 'manifest', discardUnclaimed),
  MendRecords: task('reconcile', 'driver', mendRecords),
  ConcludeReconciliation: task('reconcile', 'light', concludeReconciliation),
  FailReconciliation: task('reconcile', 'light', failReconciliation),
  ResolveRestore: task('restore', 'driver', resolveRestore),
  PreflightRestore: task('restore', 'manifest', preflightRestore),
  BeginRestore: task('restore', 'driver', beginRestore),
  PollRestore: task('restore', 'driver', pollRestore),
  RestoreShard: task('restore', 'manifest', restoreShard),
  ValidateRestore: task('restore', 'manifest', validateRestore),
  ReadHeartbeat: task('restore', 'driver', readHeartbeat),
  RecordRestore: task('restore', 'light', recordRestore),
  FailRestore: task('restore', 'light', failRestore),
  ResolveFailover: task('failover', 'driver', resolveFailover),
  RaiseEpoch: task('failover', 'light', raiseEpoch),
  NextLayer: task('failover', 'light', nextLayer),
  PromoteMember: task('failover', 'driver', promoteMember),
  AdoptRestore: task('failover', 'light', adoptRestore),
  RecordMember: task('failover', 'light', recordMember),
  RecordFailover: task('failover', 'light', recordFailover),
  FailFailover: task('failover', 'light', failFailover),
  ResolveFailback: task('failback', 'driver', resolveFailback),
  CheckProtected: task('failback', 'light', checkProtected),
  BackUpThere: task('failback', 'light', backUpThere),
  BringOver: task('failback', 'driver', bringOver),
  LeaveBehind: task('failback', 'light', leaveBehind),
  RecordFailback: task('failback', 'light', recordFailback),
  FailFailback: task('failback', 'light', failFailback),
  LookAtLogs: task('supervise', 'driver', lookAtLogs),
  TendLogs: task('supervise', 'driver', tendLogs),
  FailSupervision: task('supervise', 'light', failSupervision),
  AskApproval: task('answer', 'light', askApproval),
  AnswerApproval: task('answer', 'light', answerApproval),
  SwitchCluster: task('switch', 'light', switchCluster),
  ScrubVault: task('verify', 'manifest', scrubVault),
  MendRot: task('verify', 'manifest', mendRot),
  ConcludeScrub: task('verify', 'driver', concludeScrub),
  FailScrub: task('verify', 'light', failScrub),
  FollowLog: task('log', 'driver', followLog),
  HealLog: task('log', 'manifest', healLog),
  ReachCluster: task('reach', 'light', reachCluster),
  Beat: task('heartbeat', 'driver', beat),
  KeepStandbys: task('standby', 'driver', keepStandbys),
  ResolveDrill: task('drill', 'light', resolveDrill),
  ProvePrimaryDenied: task('drill', 'light', provePrimaryDenied),
  CompareDrill: task('drill', 'manifest', compareDrill),
  TearDownDrill: task('drill', 'driver', tearDownDrill),
  RecordDrill: task('drill', 'light', recordDrill),
  StartDrills: task('drill', 'light', startDrills),
  SweepDrills: task('drill', 'driver', sweepDrills),
  StartBackups: task('watch', 'light', startBackups),
  CloseStoppedExecution: task('watch', 'driver', closeStoppedExecution),
  WatchObjectives: task('watch', 'light', watchObjectives),
  CheckReceipts: task('watch', 'manifest', checkReceipts),
};
