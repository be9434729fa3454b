import { HoldfastError } from './base.ts';

/** The configuration knows no group of this name. */
export class UnknownGroup extends HoldfastError {
  override readonly name = 'UnknownGroup';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** Some member of the group cannot be brought back in this region as it was asked for: the message names each. */
export class GroupNotRecoverable extends HoldfastError {
  override readonly name = 'GroupNotRecoverable';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The group is being moved by another execution, which runs still. */
export class MoveUnderWay extends HoldfastError {
  override readonly name = 'MoveUnderWay';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The group is active already in the region that it was to be moved to. */
export class AlreadyActive extends HoldfastError {
  override readonly name = 'AlreadyActive';
  override readonly family = 'refusal';
  override readonly retryable = false;
}

/** The region that a group is to go home to does not answer, or has not caught up. */
export class RegionNotBack extends HoldfastError {
  override readonly name = 'RegionNotBack';
  override readonly family = 'refusal';
  override readonly retryable = false;
}
