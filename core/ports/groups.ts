import type { Epoch } from '../groups/group.ts';
import type { Move, MoveMember } from '../groups/move.ts';

/** Sides, moves and their members, in the catalog's replica of the region where they are read and written. */
export interface Groups {
  /** Undefined in the first epoch. */
  epoch(group: string): Promise<Epoch | undefined>;
  /**
   * Raises the epoch by one, and keeps those before it in `before`. Called again by the same move, it finds that it did.
   * @throws FencedOff when the group has left `next.number - 1` by somebody else's hand
   */
  raise(next: Epoch): Promise<Epoch>;
  /** Creates the move unless it is there. */
  openMove(move: Move, members: readonly MoveMember[]): Promise<Move>;
  move(group: string, id: string): Promise<Move | undefined>;
  /** Newest first. */
  moves(group: string): Promise<readonly Move[]>;
  /** @throws ConcurrentUpdate when the move is not in the state of `before` any more */
  recordMove(move: Move, before: Move): Promise<void>;
  members(group: string, move: string): Promise<readonly MoveMember[]>;
  member(group: string, move: string, cluster: string): Promise<MoveMember | undefined>;
  /** One execution at a time writes a member. */
  recordMember(member: MoveMember): Promise<void>;
}
