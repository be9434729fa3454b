import type { Interference } from '../../embedded/faults/hooks.ts';
import type { Attempt } from '../../embedded/sdk/transport.ts';
import { AwsError } from '../../embedded/service.ts';

interface Trap {
  readonly owner: string;
  readonly operation: string;
  readonly spring: (attempt: Attempt) => void;
  once: boolean;
}

/** Does something just before a call of a function takes effect, and keeps targets from taking what is delivered. */
export class Traps implements Interference {
  #traps: Trap[] = [];
  readonly #lost: { readonly owner: string; readonly operation: string }[] = [];
  readonly #closed = new Set<string>();

  at(owner: string, operation: string, spring: (attempt: Attempt) => void, once = true): void {
    this.#traps.push({ owner: `holdfast-${owner}`, operation, spring, once });
  }

  /** Every call of a function fails, in a way that nothing retries, until `release`. */
  cripple(owner: string): void {
    const refuse = () => {
      throw new AwsError('ValidationException', 'no call of this function gets through');
    };
    this.at(owner, '', refuse, false);
  }

  /** The effect of the next call takes place, and its answer is lost. */
  lose(owner: string, operation: string): void {
    this.#lost.push({ owner: `holdfast-${owner}`, operation });
  }

  /** Nothing that a schedule or a rule delivers to this target gets through. */
  close(target: string): void {
    this.#closed.add(target);
  }

  release(): void {
    this.#traps = [];
    this.#closed.clear();
  }

  before(attempt: Attempt): void {
    for (const trap of [...this.#traps]) {
      if (trap.owner !== attempt.owner || !attempt.operation.includes(trap.operation)) continue;
      if (trap.once) this.#traps = this.#traps.filter((one) => one !== trap);
      trap.spring(attempt);
    }
  }

  after({ owner, operation }: Attempt): void {
    const at = this.#lost.findIndex((one) => one.owner === owner && one.operation === operation);
    if (at < 0) return;
    this.#lost.splice(at, 1);
    throw new AwsError('InternalError', 'We encountered an internal error. Please try again.', {
      status: 500,
    });
  }

  refuse(target: string): AwsError | undefined {
    return [...this.#closed].some((name) => target.endsWith(name))
      ? new AwsError('ResourceNotFoundException', `${target} takes nothing`)
      : undefined;
  }
}
