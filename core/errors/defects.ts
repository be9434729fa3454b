import { HoldfastError } from './base.ts';

/** Holdfast is wrong about itself. Not retried; pages someone. */
export class InvariantViolation extends HoldfastError {
  override readonly name = 'InvariantViolation';
  override readonly family = 'defect';
  override readonly retryable = false;
}
