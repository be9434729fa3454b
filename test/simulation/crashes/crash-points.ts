import { milliseconds } from '../../../core/time/instant.ts';
import type { Interference } from '../../../embedded/faults/hooks.ts';
import { lostAnswer } from '../../../embedded/faults/refusals.ts';
import type { FunctionIdentity } from '../../../embedded/functions/sandbox.ts';
import type { Blow } from '../../../embedded/functions/settings.ts';
import type { Attempt } from '../../../embedded/sdk/transport.ts';
import type { Crash, Placement } from './placement.ts';

/**
 * Counts the calls of some functions, each attempt of the SDK and each invocation, and crashes those that it was told
 * to crash. Where it crashes nothing, it disturbs nothing.
 */
export class CrashPoints implements Interference {
  readonly #placement: Placement;
  readonly #functions: ReadonlySet<string>;
  readonly #calls: string[] = [];
  #counting = false;
  #struck = 0;

  constructor(placement: Placement, functions: ReadonlySet<string>) {
    this.#placement = placement;
    this.#functions = functions;
  }

  /** What was there before the scenario began is neither counted nor crashed. */
  begin(): void {
    this.#counting = true;
  }

  /** The scenario is over: whoever looks at its outcome is left alone. */
  end(): void {
    this.#counting = false;
  }

  /** Every call that was made, in order. */
  get calls(): readonly string[] {
    return this.#calls;
  }

  /** How many crashes took place. */
  get struck(): number {
    return this.#struck;
  }

  strike({ name, region }: FunctionIdentity): Blow | undefined {
    const crash = this.#count(name, () => `${name} in ${region} is invoked`);
    // The process dies before its first call could leave it, or its answer is lost on the way to whoever invoked it.
    return crash && { after: crash.when === 'before' ? milliseconds(0) : 'end', as: 'Lambda.Unknown' };
  }

  before({ owner, service, operation, call, attempt, kill }: Attempt): void {
    const crash = this.#count(
      owner,
      () =>
        `${owner} calls ${service} ${operation} in ${call.region}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    );
    if (!crash) return;
    kill!();
    // An answer that is an error is lost as well: the call goes through, and nobody is left to hear of it.
    if (crash.when === 'before') throw lostAnswer(operation);
  }

  after(): void {}

  #count(functionName: string, label: () => string): Crash | undefined {
    if (!this.#counting || !this.#functions.has(functionName)) return undefined;
    const call = this.#calls.push(label());
    const crash = this.#placement.find((one) => one.call === call);
    if (crash) this.#struck++;
    return crash;
  }
}
