import { HoldfastError } from './base.ts';

/** A drill did not pass; its record says of what. */
export class DrillFailed extends HoldfastError {
  override readonly name = 'DrillFailed';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A drill was not done by the time at which nothing of it may be left. */
export class DrillOverdue extends HoldfastError {
  override readonly name = 'DrillOverdue';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** What was restored is not what the manifest says: counts, sizes or content. */
export class DrillDiffers extends HoldfastError {
  override readonly name = 'DrillDiffers';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** The restore was sound and took longer than the plan's objective allows. */
export class DrillTooSlow extends HoldfastError {
  override readonly name = 'DrillTooSlow';
  override readonly family = 'fault';
  override readonly retryable = false;
}

/** A drill as if the primary region were lost got an answer from it. */
export class PrimaryStillReachable extends HoldfastError {
  override readonly name = 'PrimaryStillReachable';
  override readonly family = 'fault';
  override readonly retryable = false;
}
