import type { Stage } from '../../../cli/stage.ts';
import { type Instant, later, milliseconds } from '../../../core/time/instant.ts';
import type { Interference } from '../../../embedded/faults/hooks.ts';
import { lostAnswer } from '../../../embedded/faults/refusals.ts';
import type { FunctionIdentity } from '../../../embedded/functions/sandbox.ts';
import type { Blow } from '../../../embedded/functions/settings.ts';
import type { Attempt } from '../../../embedded/sdk/transport.ts';
import { darkFor, type Placement, regionOf } from './fault.ts';

/** Function roles are called `holdfast-<region>-<task>`. */
const standsIn = ({ call }: Attempt, region: string): boolean =>
  call.principal.includes(`:role/holdfast-${region}-`);

/**
 * Counts the calls of some functions, each attempt of the SDK and each invocation, in every region, and turns the light
 * of a region off, or on, at the one that it was told. Where it does nothing, it disturbs nothing.
 */
export class Lights implements Interference {
  readonly #placement: Placement | undefined;
  readonly #functions: ReadonlySet<string>;
  readonly #calls: string[] = [];
  /** The numbers of those calls that took effect: an invocation has no such moment, nor what is answered with an error. */
  readonly effective = new Set<number>();
  /**
   * The numbers of those calls before which nothing had happened anywhere since the one before them took effect: what
   * strikes there strikes the same world.
   */
  readonly adjacent = new Set<number>();
  #tookEffect: { readonly number: number; readonly events: number } | undefined;
  #stage: Stage | undefined;
  /** What happened to the light, once it did. */
  struck: { readonly at: Instant; readonly until: Instant } | undefined;
  /** What these functions called of a region that was dark. */
  readonly intoTheDark: string[] = [];
  readonly #numbers = new WeakMap<Attempt, number>();

  constructor(placement: Placement | undefined, functions: ReadonlySet<string>) {
    this.#placement = placement;
    this.#functions = functions;
  }

  /** What was there before is neither counted nor struck. */
  begin(stage: Stage): void {
    this.#stage = stage;
  }

  /** It is over: what comes after is left alone. */
  end(): void {
    this.#stage = undefined;
  }

  /** Every call that was made, in order. */
  get calls(): readonly string[] {
    return this.#calls;
  }

  strike({ name, region }: FunctionIdentity): Blow | undefined {
    const number = this.#count(name, () => `${name} in ${region} is invoked`);
    // It starts at this very moment, and makes its first call later.
    if (this.#isTheOne(number, 'before'))
      this.#stage!.cloud.world.after(milliseconds(0), () => void this.#turn());
    return undefined;
  }

  before(attempt: Attempt): void {
    const { owner, service, operation, call, attempt: nth } = attempt;
    const number = this.#count(
      owner,
      () => `${owner} calls ${service} ${operation} in ${call.region}${nth > 1 ? `, attempt ${nth}` : ''}`,
    );
    if (number === undefined) return;
    this.#numbers.set(attempt, number);
    // One event is the time that this call took to get there.
    const last = this.#tookEffect;
    if (last?.number === number - 1 && this.#events - last.events <= 1) this.adjacent.add(number);
    if (!this.#isTheOne(number, 'before')) return;
    const lost = this.#turn();
    if (lost !== undefined && (call.region === lost || standsIn(attempt, lost))) throw lostAnswer(operation);
  }

  after(attempt: Attempt): void {
    const number = this.#numbers.get(attempt);
    if (number !== undefined) {
      this.effective.add(number);
      this.#tookEffect = { number, events: this.#events };
    }
    if (this.#isTheOne(number, 'after')) this.#turn();
  }

  /** A call into the dark is a call as well; nothing is struck there. */
  unreached({ owner, service, operation, call }: Attempt): void {
    if (this.#functions.has(owner) && this.#stage)
      this.intoTheDark.push(`${owner} ${service}:${operation} in ${call.region}`);
  }

  get #events(): number {
    return this.#stage!.cloud.world.events;
  }

  #count(functionName: string, label: () => string): number | undefined {
    if (!this.#stage || !this.#functions.has(functionName)) return undefined;
    return this.#calls.push(label());
  }

  #isTheOne(number: number | undefined, when: Placement['when']): boolean {
    return number !== undefined && number === this.#placement?.call && when === this.#placement.when;
  }

  /** Answers the region that went dark. */
  #turn(): string | undefined {
    const { cloud, now } = this.#stage!;
    const placement = this.#placement!;
    const region = regionOf(placement.fault);
    if (placement.fault === 'home-back') {
      cloud.bringBack(region);
      this.struck = { at: now, until: now };
      return undefined;
    }
    cloud.loseRegion(region);
    // It comes back when the group has found another place.
    const until = placement.fault === 'home-gone' ? now : later(now, darkFor(placement));
    if (until > now) cloud.world.at(until, () => cloud.bringBack(region));
    this.struck = { at: now, until };
    return region;
  }
}
