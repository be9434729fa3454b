import type { EventName } from './events.ts';

const page = (name: string): string => `docs/runbooks/${name}.md`;

/** The page for whoever is sent an event, by the event's name. Each alert has one; a test looks that it is there. */
export const RUNBOOK_OF: Readonly<Partial<Record<EventName, string>>> = {
  ApprovalAsked: page('approval-waiting'),
  BackupFailed: page('machine-failed'),
  CaptureAtRisk: page('capture-at-risk'),
  CopyFailed: page('machine-failed'),
  DifferenceFound: page('difference-found'),
  DrillFailed: page('drill-failed'),
  DrillOverdue: page('drill-failed'),
  ExpiryFailed: page('machine-failed'),
  ExpiryRefused: page('expiry-refused'),
  FailbackIncomplete: page('failback'),
  FailbackRefused: page('failback'),
  FailoverIncomplete: page('failover'),
  FailoverRefused: page('failover'),
  HolesFound: page('holes-found'),
  LogAtRisk: page('log-stuck'),
  LogChainBroken: page('log-stuck'),
  ObjectiveBreached: page('objective-breached'),
  ReceiptChainBroken: page('receipt-chain-broken'),
  ReceiptNotWritten: page('receipt-chain-broken'),
  ReconciliationFailed: page('not-reconciled'),
  RecoveryPointQuarantined: page('recovery-point-quarantined'),
  RestoreFailed: page('restore-abandoned'),
  RotFound: page('rot-found'),
  ScrubFailed: page('not-scrubbed'),
  StandbyBroken: page('standby-broken'),
  StandbyLagging: page('standby-lagging'),
  SupervisionFailed: page('log-stuck'),
  SwitchoverIncomplete: page('switchover'),
  SwitchoverRefused: page('switchover'),
};
