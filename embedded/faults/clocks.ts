import { type Duration, hours, type Instant, later, milliseconds } from '../../core/time/instant.ts';
import type { Draws } from './draws.ts';

/** A minute is far beyond what a host that asks a time server shows, and within what one shows that no longer does. */
const MOST_MS = 60_000;
/** A clock goes from one error to the next in this time: a few seconds an hour, never a jump. */
const LEG_HOURS: readonly [number, number] = [6, 24];

interface Leg {
  readonly from: Instant;
  readonly to: Instant;
  /** Milliseconds ahead of the services at both ends; negative is behind. */
  readonly begins: number;
  readonly ends: number;
}

/**
 * The clocks that functions read: one error per region, ahead or behind, which drifts. The services keep the right
 * time. How far at most is the fault's strength, as a share of a minute.
 */
export class Clocks {
  readonly #draws: Draws;
  readonly #legs = new Map<string, Leg>();

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** How much a function in this region is ahead of the services. */
  error(region: string, now: Instant): Duration {
    if (!this.#draws.raging || this.#draws.strength('clock-drift') === 0) return milliseconds(0);
    const { from, to, begins, ends } = this.#leg(region, now);
    return milliseconds(Math.round(begins + ((ends - begins) * (now - from)) / (to - from)));
  }

  #leg(region: string, now: Instant): Leg {
    let leg = this.#legs.get(region);
    while (leg === undefined || leg.to <= now) {
      leg = this.#next(region, leg?.to ?? now, leg?.ends);
      this.#legs.set(region, leg);
    }
    return leg;
  }

  #next(region: string, from: Instant, begins = this.#somewhere()): Leg {
    const long = hours(this.#draws.stream('clock-drift').between(...LEG_HOURS));
    const leg = { from, to: later(from, long), begins, ends: this.#somewhere() };
    const [first, last] = [leg.begins, leg.ends].map((ahead) => `${(ahead / 1_000).toFixed(1)} s`);
    this.#draws.record('clock-drift', `${region} goes from ${first} to ${last} within ${long / 3_600_000} h`);
    return leg;
  }

  #somewhere(): number {
    const most = Math.round(MOST_MS * this.#draws.strength('clock-drift'));
    return this.#draws.stream('clock-drift').between(-most, most);
  }
}
