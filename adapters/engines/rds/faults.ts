import {
  type HoldfastError,
  QuotaReached,
  type Reason,
  RestoreFailed,
  reasonOf,
} from '../../../core/errors/registry.ts';
import { faultOf } from '../../aws/faults.ts';

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** RDS answers these with HTTP 403, which elsewhere means a missing permission. */
const EXHAUSTED = /^(Insufficient\w+|\w+Quota\w*)(Fault)?$/;

/** What the request or the network it names made impossible: no retry mends it, and nothing of ours is broken. */
const REFUSED =
  /^(InvalidParameter(Value|Combination)|InvalidRestoreFault|InvalidSubnet|InvalidVPCNetworkStateFault|DBSubnetGroupDoesNotCoverEnoughAZs|NetworkTypeNotSupported|StorageTypeNotSupportedFault|VpcEncryptionControlViolationException)$/;

/** Names what an RDS error means, before the table that all of AWS shares is asked. */
export function rdsFault(error: unknown): HoldfastError {
  if (EXHAUSTED.test(nameOf(error)))
    return new QuotaReached(
      `rds answered ${nameOf(error)}: ${message(error)}; a quota or the capacity is used up, and the machine asks again later`,
      {},
      { cause: error },
    );
  return faultOf(error);
}

/** The same for the operations of a restore, where a refused parameter is the target's fault and not ours. */
export function restoreFault(error: unknown): HoldfastError {
  if (REFUSED.test(nameOf(error)))
    return new RestoreFailed(
      `rds refused the restore with ${nameOf(error)}: ${message(error)}; name another target and start it again`,
      {},
      { cause: error },
    );
  return rdsFault(error);
}

export const isNotFound = (error: unknown): boolean => /NotFound(Fault)?$/.test(nameOf(error));
export const alreadyExists = (error: unknown): boolean => /AlreadyExists(Fault)?$/.test(nameOf(error));
export const isSnapshotQuota = (error: unknown): boolean => nameOf(error) === 'SnapshotQuotaExceededFault';
export const isBusy = (error: unknown): boolean => nameOf(rdsFault(error)) === 'EngineBusy';

export const failed = (error: HoldfastError): { readonly outcome: 'failed'; readonly reason: Reason } => ({
  outcome: 'failed',
  reason: reasonOf(error),
});
