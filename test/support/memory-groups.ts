import { ConcurrentUpdate, FencedOff } from '../../core/errors/registry.ts';
import { type Epoch, FIRST_EPOCH, raisedFrom } from '../../core/groups/group.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import type { Groups } from '../../core/ports/groups.ts';

/** Sides and moves without a table. */
export class MemoryGroups implements Groups {
  readonly #epochs = new Map<string, Epoch>();
  readonly #moves = new Map<string, Move>();
  readonly #members = new Map<string, MoveMember>();

  async epoch(group: string): Promise<Epoch | undefined> {
    return this.#epochs.get(group);
  }

  async raise(next: Epoch): Promise<Epoch> {
    const before = this.#epochs.get(next.group);
    if (before?.number === next.number && before.move === next.move) return before;
    if ((before?.number ?? FIRST_EPOCH) !== next.number - 1)
      throw new FencedOff(`group ${next.group} is in epoch ${before?.number ?? FIRST_EPOCH} by another move`);
    const raised = raisedFrom(before, next);
    this.#epochs.set(next.group, raised);
    return raised;
  }

  async openMove(move: Move, members: readonly MoveMember[]): Promise<Move> {
    const key = `${move.group}/${move.id}`;
    const there = this.#moves.get(key);
    if (there) return there;
    this.#moves.set(key, move);
    for (const member of members) await this.recordMember(member);
    return move;
  }

  async move(group: string, id: string): Promise<Move | undefined> {
    return this.#moves.get(`${group}/${id}`);
  }

  async moves(group: string): Promise<readonly Move[]> {
    return [...this.#moves.values()]
      .filter((move) => move.group === group)
      .sort((a, b) => b.askedAt - a.askedAt || (a.id < b.id ? -1 : 1));
  }

  async recordMove(move: Move, before: Move): Promise<void> {
    const key = `${move.group}/${move.id}`;
    if (this.#moves.get(key)?.state !== before.state)
      throw new ConcurrentUpdate(`the move ${move.id} is not ${before.state} any more; read it again`);
    this.#moves.set(key, move);
  }

  async members(group: string, move: string): Promise<readonly MoveMember[]> {
    return [...this.#members.values()]
      .filter((member) => member.group === group && member.move === move)
      .sort((a, b) => a.layer - b.layer || (a.cluster < b.cluster ? -1 : 1));
  }

  async member(group: string, move: string, cluster: string): Promise<MoveMember | undefined> {
    return this.#members.get(`${group}/${move}/${cluster}`);
  }

  async recordMember(member: MoveMember): Promise<void> {
    this.#members.set(`${member.group}/${member.move}/${member.cluster}`, member);
  }
}
