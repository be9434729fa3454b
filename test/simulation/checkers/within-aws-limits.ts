import { iso } from '../../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../../embedded/sdk/transport.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import type { Checker, Run } from './checker.ts';
import { GAUGES } from './gauges.ts';
import { LIMITS, type LimitName } from './limits.ts';

interface Mark {
  readonly amount: number;
  readonly by: string;
}

/**
 * No call carries more than AWS takes: no payload, batch, name or history. Measured before the embedded cloud looks,
 * so that a limit which it does not know is seen as well.
 */
export class WithinAwsLimits implements Checker, Disturbance {
  readonly name = 'within-aws-limits';
  readonly watch = this;
  readonly #marks = new Map<LimitName, Mark>();
  readonly #violations = new Set<string>();

  get violations(): readonly string[] {
    return [...this.#violations];
  }

  /** The highest share of each limit that anything took, and what that was. */
  get watermarks(): ReadonlyMap<LimitName, { readonly share: number; readonly by: string }> {
    return new Map(
      [...this.#marks].map(([name, { amount, by }]) => [name, { share: amount / LIMITS[name].most, by }]),
    );
  }

  before({ service, operation, input, owner, call }: Attempt): void {
    const members = input as Readonly<Record<string, unknown>>;
    GAUGES[service]?.(operation, members, (name, amount) =>
      this.#measure(name, amount, () => `${service} ${operation} by ${owner} at ${iso(call.now)}`),
    );
  }

  after(): void {}

  judge({ stage }: Pick<Run, 'stage'>): readonly string[] {
    const { states, world } = stage.cloud;
    for (const machine of states.machines) for (const one of states.list(machine.arn)) this.#ofExecution(one);
    const marks = [...this.watermarks].sort(([, a], [, b]) => b.share - a.share);
    world.log(
      `limits: ${marks.map(([name, { share }]) => `${name} ${(share * 100).toPrecision(2)} %`).join(', ')}`,
    );
    return this.violations;
  }

  #ofExecution(execution: Execution): void {
    const { arn, name, input, output = '', history } = execution;
    this.#measure('executionName', name.length, () => arn);
    this.#measure('executionInput', Buffer.byteLength(input), () => arn);
    this.#measure('executionOutput', Buffer.byteLength(output), () => arn);
    this.#measure('history', history.length, () => arn);
  }

  #measure(name: LimitName, amount: number, by: () => string): void {
    const mark = this.#marks.get(name);
    if (amount > 0 && (mark === undefined || amount > mark.amount))
      this.#marks.set(name, { amount, by: by() });
    const { name: what, most, page } = LIMITS[name];
    if (amount > most) this.#violations.add(`${amount} ${what}, and AWS takes ${most} (${page}): ${by()}`);
  }
}
