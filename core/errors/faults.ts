import { HoldfastError } from './base.ts';

/** AWS asks for a slower pace. */
export class Throttled extends HoldfastError {
  override readonly name = 'Throttled';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** A service or a region does not answer. */
export class ServiceUnavailable extends HoldfastError {
  override readonly name = 'ServiceUnavailable';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** The cluster is in a state that does not allow this now (backing up, modifying, upgrading). */
export class EngineBusy extends HoldfastError {
  override readonly name = 'EngineBusy';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** A quota is used up (snapshots, copies in flight); it frees itself as work ends. */
export class QuotaReached extends HoldfastError {
  override readonly name = 'QuotaReached';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** Someone else changed the same catalog record first. */
export class ConcurrentUpdate extends HoldfastError {
  override readonly name = 'ConcurrentUpdate';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** The bus took the call and rejected the entry. */
export class EventRejected extends HoldfastError {
  override readonly name = 'EventRejected';
  override readonly family = 'fault';
  override readonly retryable = true;
}

/** AWS denied the call: a role or key policy lacks a permission. */
export class PermissionMissing extends HoldfastError {
  override readonly name = 'PermissionMissing';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A cluster does not take the user or the password that its secret holds, or lets that user not do what is asked. */
export class AccessRefused extends HoldfastError {
  override readonly name = 'AccessRefused';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** Nothing answers where a cluster is said to be: the address is wrong, the way to it is closed, or it is down. */
export class ClusterUnreachable extends HoldfastError {
  override readonly name = 'ClusterUnreachable';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The KMS key is disabled, pending deletion or out of reach. */
export class KeyNotUsable extends HoldfastError {
  override readonly name = 'KeyNotUsable';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** Something that must exist (bucket, table, snapshot, cluster) does not. */
export class ResourceMissing extends HoldfastError {
  override readonly name = 'ResourceMissing';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The engine reports that the capture failed. */
export class CaptureFailed extends HoldfastError {
  override readonly name = 'CaptureFailed';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The capture did not end before its deadline. */
export class CaptureOverdue extends HoldfastError {
  override readonly name = 'CaptureOverdue';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A copy to another region failed. */
export class CopyFailed extends HoldfastError {
  override readonly name = 'CopyFailed';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A copy did not end before its deadline. */
export class CopyOverdue extends HoldfastError {
  override readonly name = 'CopyOverdue';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The engine reports that the restore failed. */
export class RestoreFailed extends HoldfastError {
  override readonly name = 'RestoreFailed';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The restore did not end before its deadline. */
export class RestoreOverdue extends HoldfastError {
  override readonly name = 'RestoreOverdue';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** An object version was permanently deleted while it was being captured. */
export class SourceVersionGone extends HoldfastError {
  override readonly name = 'SourceVersionGone';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** Bytes read or copied do not have the checksum that the manifest names. */
export class ChecksumMismatch extends HoldfastError {
  override readonly name = 'ChecksumMismatch';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A manifest shard or index is not what was sealed. */
export class ManifestAltered extends HoldfastError {
  override readonly name = 'ManifestAltered';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A manifest shard or index is missing. */
export class ManifestIncomplete extends HoldfastError {
  override readonly name = 'ManifestIncomplete';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The Merkle roots of two regions, or of a restore and its manifest, differ. */
export class RootMismatch extends HoldfastError {
  override readonly name = 'RootMismatch';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** Something that should have come next in a log is gone: the chain has ended, and what follows needs a new full. */
export class LogChainBroken extends HoldfastError {
  override readonly name = 'LogChainBroken';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The engine's tool could not do with the log what it was asked to. */
export class LogFailed extends HoldfastError {
  override readonly name = 'LogFailed';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A database understood a statement and does not do it; its own words are in the message. */
export class StatementRefused extends HoldfastError {
  override readonly name = 'StatementRefused';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A capture ended well although something that protects it was missing: the next one may not. */
export class CaptureAtRisk extends HoldfastError {
  override readonly name = 'CaptureAtRisk';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The receipts of a region do not follow each other: one was changed, or is not where it was entered. */
export class ReceiptChainBroken extends HoldfastError {
  override readonly name = 'ReceiptChainBroken';
  override readonly family = 'fault';
  override readonly retryable = false;
}
