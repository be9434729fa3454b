import type { Duration, Instant } from '../time/instant.ts';

/** Clusters that fail over together, in an order. A cluster belongs to one group at most. */
export interface Group {
  readonly name: string;
  /** Cluster names. A layer is brought back when all of the one before it serves. */
  readonly layers: readonly (readonly string[])[];
  /** The recovery region that takes over. */
  readonly to: string;
  /** How far apart the instants of the members may lie in a recovery set. */
  readonly maxSkew: Duration;
  /** How long somebody may take to answer before a failover is refused by itself. */
  readonly approvalWithin: Duration;
}

/**
 * Which region's side of a group is the true one. Every change of side raises the number by one, and whoever began work
 * under a lower one is refused when it writes. A group without a record is in its first epoch, and active at home.
 */
export interface Epoch {
  readonly group: string;
  readonly number: number;
  /** The region whose side takes writes and is protected. */
  readonly active: string;
  readonly since: Instant;
  /** The move that raised it; absent in the first. */
  readonly move?: string;
  /** The epochs before it, oldest first, from the second on. The catalog keeps them when it raises. */
  readonly before?: readonly PastEpoch[];
}

/** An epoch that has ended: with those that came after it, it tells which side was the true one at an instant. */
export type PastEpoch = Pick<Epoch, 'number' | 'active' | 'since'>;

export const FIRST_EPOCH = 1;

export const firstEpoch = (group: string, home: string, since: Instant): Epoch => ({
  ...{ group, number: FIRST_EPOCH, active: home, since },
});

/** `next` as it is kept: with the epoch that it ends, and all before that. */
export const raisedFrom = (before: Epoch | undefined, next: Epoch): Epoch => {
  const past = before && [...(before.before ?? []), pastOf(before)];
  return past ? { ...next, before: past } : next;
};
const pastOf = ({ number, active, since }: Epoch): PastEpoch => ({ number, active, since });

export const membersOf = ({ layers }: Pick<Group, 'layers'>): readonly string[] => layers.flat();
