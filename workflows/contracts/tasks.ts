import type * as z from 'zod';
import * as approval from './approval.ts';
import * as backup from './backup.ts';
import * as copy from './copy.ts';
import * as drill from './drill.ts';
import * as expire from './expire.ts';
import * as failback from './failback.ts';
import * as failover from './failover.ts';
import * as heartbeat from './heartbeat.ts';
import * as log from './log.ts';
import * as reach from './reach.ts';
import * as reconcile from './reconcile.ts';
import * as restore from './restore.ts';
import type { TaskContract } from './shared.ts';
import * as standby from './standby.ts';
import * as supervise from './supervise.ts';
import * as switches from './switch.ts';
import * as verify from './verify.ts';
import * as watch from './watch.ts';

const all = [
  backup.captureRecoveryPoint,
  backup.pollCapture,
  backup.captureShard,
  backup.verifyRecoveryPoint,
  backup.sealRecoveryPoint,
  backup.startCopies,
  backup.quarantineRecoveryPoint,
  backup.discardPartialCapture,
  copy.beginCopy,
  copy.pollCopy,
  copy.copyShard,
  copy.proveCopy,
  copy.failCopy,
  expire.decideExpiry,
  expire.requestExpiry,
  expire.discardExpired,
  expire.failExpiry,
  reconcile.surveyRegion,
  reconcile.discardUnclaimed,
  reconcile.mendRecords,
  reconcile.concludeReconciliation,
  reconcile.failReconciliation,
  restore.resolveRestore,
  restore.preflightRestore,
  restore.beginRestore,
  restore.pollRestore,
  restore.restoreShard,
  restore.validateRestore,
  restore.readHeartbeat,
  restore.recordRestore,
  restore.failRestore,
  failover.resolveFailover,
  failover.raiseEpoch,
  failover.nextLayer,
  failover.promoteMember,
  failover.adoptRestore,
  failover.recordMember,
  failover.recordFailover,
  failover.failFailover,
  failback.resolveFailback,
  failback.backUpThere,
  failback.checkProtected,
  failback.bringOver,
  failback.leaveBehind,
  failback.recordFailback,
  failback.failFailback,
  drill.resolveDrill,
  drill.provePrimaryDenied,
  drill.compareDrill,
  drill.tearDownDrill,
  drill.recordDrill,
  supervise.lookAtLogs,
  supervise.tendLogs,
  supervise.failSupervision,
  approval.askApproval,
  approval.answerApproval,
  switches.switchCluster,
  verify.scrubVault,
  verify.mendRot,
  verify.concludeScrub,
  verify.failScrub,
  log.followLog,
  log.healLog,
  reach.reachCluster,
  heartbeat.beat,
  standby.keepStandbys,
  drill.startDrills,
  drill.sweepDrills,
  watch.startBackups,
  watch.closeStoppedExecution,
  watch.watchObjectives,
  watch.checkReceipts,
] as const;

export type TaskName = (typeof all)[number]['name'];

export type AnyContract = TaskContract<TaskName, z.ZodType, z.ZodType>;

/** Every task that is deployed as a function, in the order of the machines. */
export const TASKS: readonly AnyContract[] = all;
