import type { Stage } from '../../../cli/stage.ts';
import {
  type Duration,
  hours,
  type Instant,
  instant,
  milliseconds,
  minutes,
  parseInstant,
} from '../../../core/time/instant.ts';

interface Spell {
  readonly region: string;
  readonly from: number;
  readonly to: number;
}

/** Rules that deliver events to Holdfast try for so long (lib/constructs/alerts.ts, `maxEventAge`). */
const DELIVERED_WITHIN = hours(24);
/** A state's own retries last so long (docs/architecture.md, "a call is throttled"); a delivery pauses 15 minutes at most. */
const RETRIED_FOR = minutes(50 + 15);

/**
 * When a run's faults raged, and when its regions were dark: what Holdfast may be excused by. Nothing is told in a dark
 * region before it is lit, and nothing is told at once while every call may fail; but what had its time is told.
 */
export class Weather {
  readonly #dark: readonly Spell[];
  readonly #healedAt: number;
  readonly #now: Instant;

  constructor({ cloud, now }: Stage) {
    const lines = cloud.world.lines.flatMap((line) => {
      const at = parseInstant(line.slice(0, line.indexOf(' ')));
      return at === undefined ? [] : [{ at, what: line.slice(line.indexOf(' ') + 1) }];
    });
    this.#now = now;
    this.#healedAt = lines.find(({ what }) => what === 'faults: everything heals')?.at ?? 0;
    this.#dark = lines.flatMap(({ at, what }, n) => {
      const region = /^region (\S+) is dark$/.exec(what)?.[1];
      if (region === undefined) return [];
      const back = lines.slice(n).find((line) => line.what === `region ${region} is back`);
      return [{ region, from: at, to: back?.at ?? Number.POSITIVE_INFINITY }];
    });
  }

  rages(at: Instant): boolean {
    return at < this.#healedAt;
  }

  /**
   * The last moment for something of `at` to be told by any of some regions. `within` is its time when nothing
   * disturbs it. Undefined when that moment has not come yet.
   */
  latest(at: Instant, within: Duration, regions: readonly string[]): Instant | undefined {
    const calm = this.rages(at)
      ? Math.min(this.#healedAt, at + DELIVERED_WITHIN) + RETRIED_FOR + within
      : at + within;
    let latest = calm;
    for (const { region, from, to } of this.#dark)
      if (regions.includes(region) && from < latest && to > at) latest += to - Math.max(from, at);
    return latest <= this.#now ? instant(latest) : undefined;
  }

  /** How much of the time between two moments a region was dark. */
  darkBetween(from: Instant, to: Instant, region: string): Duration {
    const dark = this.#dark
      .filter((spell) => spell.region === region)
      .reduce((sum, spell) => sum + Math.max(0, Math.min(to, spell.to) - Math.max(from, spell.from)), 0);
    return milliseconds(dark);
  }

  /** The same for what is measured again and again, so that an attempt that fails is followed by the next. */
  latestMeasured(at: Instant, within: Duration, region: string): Instant | undefined {
    const raging = this.rages(at) ? RETRIED_FOR * 2 : 0;
    let latest = at + raging + within;
    for (const { region: dark, from, to } of this.#dark)
      if (dark === region && from < latest && to > at) latest += to - Math.max(from, at);
    return latest <= this.#now ? instant(latest) : undefined;
  }
}
