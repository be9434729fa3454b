import type { Stage } from '../../../cli/stage.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';

/** Services that keep what they are told. What the others did is over once the ground is laid. */
const KEEPING = ['s3', 'dynamodb', 'rds', 'ssm'] as const;
type Keeping = (typeof KEEPING)[number];

const READS = /^(Get|Head|List|Describe|Query|Scan|BatchGet)/;

type Step = { readonly at: Instant } & (
  | { readonly attempt: Attempt & { readonly service: Keeping } }
  | { readonly act: (stage: Stage) => void }
);

/**
 * What lies there before a scenario begins, earlier recovery points above all. It is lived through once, with every
 * machine and function, and from then on laid again call by call: the services draw from their own streams, so each
 * ground is like the first, at a fraction of its cost.
 */
export class Ground implements Disturbance {
  readonly #steps: Step[] = [];
  #recording = true;
  #ends: Instant | undefined;

  before(): void {}

  after(attempt: Attempt): void {
    if (!this.#recording || !keeps(attempt) || READS.test(attempt.operation)) return;
    this.#steps.push({ at: attempt.call.now, attempt });
  }

  /** Something that an application or a person does while the ground is laid. */
  act(stage: Stage, act: (stage: Stage) => void): void {
    this.#steps.push({ at: stage.now, act });
    act(stage);
  }

  /** The ground is laid. What still runs then is forgotten. */
  end(stage: Stage): void {
    this.#recording = false;
    this.#ends = stage.now;
  }

  /** Lays it on a fresh stage of the same seed. `seen` is shown each call, as if it had been made. */
  async layOn(stage: Stage, seen: Disturbance): Promise<void> {
    const { cloud } = stage;
    for (const step of this.#steps) {
      await cloud.world.runUntil(step.at);
      if ('act' in step) step.act(stage);
      else {
        const { service, operation, input, call } = step.attempt;
        cloud[service].call(operation, input, call);
        seen.after(step.attempt);
      }
    }
    await cloud.world.runUntil(this.#ends!);
  }
}

const keeps = (attempt: Attempt): attempt is Attempt & { readonly service: Keeping } =>
  (KEEPING as readonly string[]).includes(attempt.service);
