import type { Approval } from '../../core/approvals/approval.ts';
import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import type { Waiting } from '../../core/ports/waiting.ts';

/** Questions in memory, under the same conditions as the table's. */
export class MemoryApprovals implements Approvals {
  readonly #all = new Map<string, Approval>();

  async ask(approval: Approval): Promise<Approval> {
    const found = this.#all.get(approval.id);
    if (found && found.state !== 'waiting') return found;
    const asked = found ? { ...found, token: approval.token, until: approval.until } : approval;
    this.#all.set(asked.id, asked);
    return asked;
  }

  async approval(id: string): Promise<Approval | undefined> {
    return this.#all.get(id);
  }

  async waiting(): Promise<readonly Approval[]> {
    return [...this.#all.values()]
      .filter(({ state }) => state === 'waiting')
      .sort((a, b) => a.askedAt - b.askedAt);
  }

  async answer(approval: Approval): Promise<void> {
    const found = this.#all.get(approval.id);
    if (found?.state !== 'waiting' || found.token !== approval.token)
      throw new ConcurrentUpdate(`the question ${approval.id} does not wait under this token`);
    this.#all.set(approval.id, approval);
  }
}

/** States that wait: each token is good for one answer. */
export class MemoryWaiting implements Waiting {
  readonly open = new Set<string>();
  readonly heard: { readonly token: string; readonly output: Readonly<Record<string, unknown>> }[] = [];

  async resume(token: string, output: Readonly<Record<string, unknown>>): Promise<'resumed' | 'gone'> {
    if (!this.open.delete(token)) return 'gone';
    this.heard.push({ token, output });
    return 'resumed';
  }
}
