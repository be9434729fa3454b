import { HoldfastError } from './base.ts';

/** The configuration and the catalog know no cluster of this name. */
export class UnknownCluster extends HoldfastError {
  override readonly name = 'UnknownCluster';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** No recovery point has this id. */
export class UnknownRecoveryPoint extends HoldfastError {
  override readonly name = 'UnknownRecoveryPoint';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The cluster has no proven recovery point in this region yet. */
export class NothingToRestore extends HoldfastError {
  override readonly name = 'NothingToRestore';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The instant asked for lies outside the restorable window of this region. */
export class WindowNotCovered extends HoldfastError {
  override readonly name = 'WindowNotCovered';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The recovery point is not proven in this region: its state is in the message. */
export class RecoveryPointNotRestorable extends HoldfastError {
  override readonly name = 'RecoveryPointNotRestorable';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The recovery point has been discarded; nothing is left to restore from. */
export class RecoveryPointDiscarded extends HoldfastError {
  override readonly name = 'RecoveryPointDiscarded';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The restore target already holds data, and a restore never overwrites. */
export class TargetNotEmpty extends HoldfastError {
  override readonly name = 'TargetNotEmpty';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The restore target is missing something that it needs: a bucket, a subnet group, a key. */
export class TargetNotUsable extends HoldfastError {
  override readonly name = 'TargetNotUsable';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The source bucket keeps no versions, so no instant of it can be pinned. */
export class SourceNotVersioned extends HoldfastError {
  override readonly name = 'SourceNotVersioned';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The engine cannot do what the plan asks for. */
export class UnsupportedByEngine extends HoldfastError {
  override readonly name = 'UnsupportedByEngine';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** AWS has no copy operation for this resource (a Multi-AZ DB cluster). */
export class CopyNotSupported extends HoldfastError {
  override readonly name = 'CopyNotSupported';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** A legal hold protects the recovery point. */
export class LegalHoldActive extends HoldfastError {
  override readonly name = 'LegalHoldActive';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Expiring this would leave fewer recovery points than the floor. */
export class BelowMinimumKeep extends HoldfastError {
  override readonly name = 'BelowMinimumKeep';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** One run would expire more of a cluster than its circuit breaker allows. */
export class ExpiryTooLarge extends HoldfastError {
  override readonly name = 'ExpiryTooLarge';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The request does not have the shape that this machine takes. */
export class InvalidInput extends HoldfastError {
  override readonly name = 'InvalidInput';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** holdfast.config.ts has mistakes; the message lists every one. */
export class InvalidConfiguration extends HoldfastError {
  override readonly name = 'InvalidConfiguration';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** A plan cannot meet its own objectives; the message shows the arithmetic. */
export class ObjectivesNotMet extends HoldfastError {
  override readonly name = 'ObjectivesNotMet';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The recovery point is not in the bin, so there is nothing to bring back. */
export class NotInBin extends HoldfastError {
  override readonly name = 'NotInBin';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The grace of the recovery point has ended, or ends too soon: what is left of it cannot be relied on. */
export class GraceEnded extends HoldfastError {
  override readonly name = 'GraceEnded';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Another region's catalog still has records that a rebuild would write: they are late or cut off, and not lost. */
export class CatalogNotLost extends HoldfastError {
  override readonly name = 'CatalogNotLost';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** There is no vault of this installation in the region, or more than one. */
export class VaultNotFound extends HoldfastError {
  override readonly name = 'VaultNotFound';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The cluster has no legal hold of this name. */
export class UnknownLegalHold extends HoldfastError {
  override readonly name = 'UnknownLegalHold';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The catalog has no record of this log chain in this region. */
export class UnknownLogChain extends HoldfastError {
  override readonly name = 'UnknownLogChain';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The cluster's one log task is somebody else's: another name, or another place to write to. */
export class LogTaskTaken extends HoldfastError {
  override readonly name = 'LogTaskTaken';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** A person registered an image on a volume's snapshot, and EC2 does not let it go before the image is gone. */
export class SnapshotInUse extends HoldfastError {
  override readonly name = 'SnapshotInUse';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** A cluster's answer is more than a function may hand on: ask for less of it. */
export class AnswerTooLarge extends HoldfastError {
  override readonly name = 'AnswerTooLarge';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** What keeps a standby in step refuses what is asked of it: its own words are in the message. */
export class StandbyRefused extends HoldfastError {
  override readonly name = 'StandbyRefused';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** No question of this id was asked in this region. */
export class UnknownApproval extends HoldfastError {
  override readonly name = 'UnknownApproval';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The question was answered, or its time is over: the message says by whom and when. */
export class ApprovalEnded extends HoldfastError {
  override readonly name = 'ApprovalEnded';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** What is to be switched cannot be: it is not there, is of another kind, or nothing says what it should be. */
export class SwitchNotUsable extends HoldfastError {
  override readonly name = 'SwitchNotUsable';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Whoever was asked said no. */
export class ApprovalRefused extends HoldfastError {
  override readonly name = 'ApprovalRefused';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Nobody answered in time, and silence is a no. */
export class ApprovalExpired extends HoldfastError {
  override readonly name = 'ApprovalExpired';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Whoever asked may not be the one who answers. */
export class SameEyes extends HoldfastError {
  override readonly name = 'SameEyes';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The standby is not in a state that allows this: it is being promoted, or was, or follows still. */
export class StandbyNotReady extends HoldfastError {
  override readonly name = 'StandbyNotReady';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Another region is the active side of the cluster's group, or became it after this work had begun. */
export class FencedOff extends HoldfastError {
  override readonly name = 'FencedOff';
  override readonly family = 'refusal';
  override readonly retryable = false;
}
