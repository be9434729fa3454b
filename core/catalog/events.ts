import type { Reason } from '../errors/base.ts';

/** Past-tense facts on Holdfast's bus. The constant, the wire string and the detail-type are one word. */
export const EVENT_NAMES = [
  'RecoveryPointSealed',
  'RecoveryPointCopied',
  'RecoveryPointQuarantined',
  'RecoveryPointExpiring',
  'RecoveryPointDiscarded',
  'BackupFailed',
  'CaptureAtRisk',
  'CopyFailed',
  'ExpiryRefused',
  'ExpiryFailed',
  'RestoreFinished',
  'RestoreFailed',
  'HolesFound',
  'ReceiptNotWritten',
  'ReceiptWrittenLate',
  'ReceiptChainBroken',
  'ObjectiveBreached',
  'DifferenceMended',
  'DifferenceFound',
  'ReconciliationFinished',
  'ReconciliationFailed',
  'RotFound',
  'RotMended',
  'ScrubFinished',
  'ScrubFailed',
  'LogChainBegun',
  'LogChainBroken',
  'LogAtRisk',
  'LogTruncated',
  'SupervisionFailed',
  'StandbyBegun',
  'StandbyLagging',
  'StandbyBroken',
  'StandbyPromoted',
  'StandbyReversed',
  'DrillPassed',
  'DrillFailed',
  'DrillOverdue',
  'ApprovalAsked',
  'FailoverFinished',
  'FailoverIncomplete',
  'FailoverRefused',
  'FailbackFinished',
  'FailbackIncomplete',
  'FailbackRefused',
  'SwitchoverFinished',
  'SwitchoverIncomplete',
  'SwitchoverRefused',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** Events that a person must look at: rules send them to the alerts topic. */
export const ALERTS: readonly EventName[] = [
  'RecoveryPointQuarantined',
  'BackupFailed',
  'CaptureAtRisk',
  'CopyFailed',
  'ExpiryRefused',
  'ExpiryFailed',
  'RestoreFailed',
  'HolesFound',
  'ReceiptNotWritten',
  'ReceiptChainBroken',
  'ObjectiveBreached',
  'DifferenceFound',
  'ReconciliationFailed',
  'RotFound',
  'ScrubFailed',
  'LogChainBroken',
  'LogAtRisk',
  'SupervisionFailed',
  'StandbyLagging',
  'StandbyBroken',
  'FailoverIncomplete',
  'FailoverRefused',
  'FailbackIncomplete',
  'FailbackRefused',
  'SwitchoverIncomplete',
  'SwitchoverRefused',
  'DrillFailed',
  'DrillOverdue',
];

export interface HoldfastEvent {
  readonly name: EventName;
  readonly cluster: string;
  readonly region: string;
  /** One sentence that says what happened, for the person who gets the message. */
  readonly sentence: string;
  readonly recoveryPoint?: string;
  readonly reason?: Reason;
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** EventBridge source of everything Holdfast announces. */
export const EVENT_SOURCE = 'holdfast';
