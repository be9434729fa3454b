import type { Verdict } from '../../../core/engines/driver.ts';
import {
  EngineBusy,
  type HoldfastError,
  InvariantViolation,
  QuotaReached,
  type Reason,
  ResourceMissing,
  reasonOf,
} from '../../../core/errors/registry.ts';
import { faultOf } from '../../aws/faults.ts';

/** EC2 models no errors: an error is named after its code on the wire. */
const codeOf = (error: unknown): string => (error instanceof Error ? error.name : '');
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Names what an EC2 error means, after the table that all of AWS shares was asked. */
export function ec2Fault(error: unknown): HoldfastError {
  const known = faultOf(error);
  if (!(known instanceof InvariantViolation)) return known;
  const code = codeOf(error);
  const said = `ec2 answered ${code}: ${message(error)}`;
  const options = { cause: error };
  // No retry of the SDK knows these, and all of them pass as work ends.
  if (/(Limit|Rate)Exceeded$/.test(code))
    return new QuotaReached(`${said}; the machine asks again later`, {}, options);
  if (code === 'IncorrectState') return new EngineBusy(`${said}; the machine asks again later`, {}, options);
  if (isNotFound(error)) return new ResourceMissing(`${said}; look at what removed it`, {}, options);
  return known;
}

export const isNotFound = (error: unknown): boolean => /\.NotFound$/.test(codeOf(error));
/** Somebody attached the volume to an instance. */
export const isVolumeInUse = (error: unknown): boolean => codeOf(error) === 'VolumeInUse';
/** The snapshot backs a registered image. */
export const isInUse = (error: unknown): boolean => codeOf(error) === 'InvalidSnapshot.InUse';
/** A limit of one volume or of one region: refused by name, so nothing was begun. */
export const isLimit = (error: unknown): boolean => ec2Fault(error) instanceof QuotaReached;

export const failed = (error: HoldfastError): { readonly outcome: 'failed'; readonly reason: Reason } => ({
  outcome: 'failed',
  reason: reasonOf(error),
});

export const unsound = (error: HoldfastError): Verdict => ({ sound: false, reason: reasonOf(error) });
