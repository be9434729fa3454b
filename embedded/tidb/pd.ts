import type { Clock, Duration, Instant } from '../../core/time/instant.ts';
import { earlier, instant, later, milliseconds, minutes } from '../../core/time/instant.ts';
import { type Tso, TsoClock, tsoOf } from './tso.ts';

/** TiDB's own: `tidb_gc_life_time` and `tidb_gc_run_interval`, both 10 minutes. */
const GC_LIFE_TIME = minutes(10);
const GC_RUN_INTERVAL = minutes(10);

export const GC_RATIO_THRESHOLD = 'gc.ratio-threshold';
/** What BR sets while it replays a log: TiKV then collects nothing. */
export const GC_RATIO_OFF = '-1.0';
export const GC_RATIO_DEFAULT = '1.1';

interface ServiceSafepoint {
  readonly ts: Tso;
  readonly until: Instant;
}

interface PdOptions {
  readonly clock: Clock;
  /** How much its clock is ahead of the world's; may differ from one instant to another. @default 0 */
  readonly drift?: (now: Instant) => Duration;
  /** While its region is dark nothing is collected. */
  readonly isDark: () => boolean;
  readonly gcLifeTime?: Duration;
}

/**
 * The placement driver as BR sees it: it hands out timestamps, and says up to where old versions are gone. Collection
 * runs every ten minutes; it keeps the life time, and whatever a live service safepoint asks to keep.
 */
export class PlacementDriver {
  /** TiKV's settings that a restore changes. */
  readonly config = new Map<string, string>([[GC_RATIO_THRESHOLD, GC_RATIO_DEFAULT]]);
  readonly #options: PdOptions;
  readonly #clock: TsoClock;
  readonly #safepoints = new Map<string, ServiceSafepoint>();
  #gcSafepoint: Tso;
  #lastRun: Instant;
  #stillUntil: Instant | undefined;

  constructor(options: PdOptions) {
    this.#options = options;
    const { clock, drift } = options;
    this.#clock = new TsoClock(() => {
      const now = clock.now();
      return drift ? later(now, drift(now)) : now;
    });
    this.#lastRun = clock.now();
    this.#gcSafepoint = tsoOf(earlier(clock.now(), GC_LIFE_TIME));
  }

  tso(): Tso {
    return this.#clock.next();
  }

  /** Versions that were overwritten before this are gone. */
  gcSafepoint(): Tso {
    this.collect();
    return this.#gcSafepoint;
  }

  /** Keeps everything from `ts` on for so long. False when that is gone already: then nothing is kept. */
  keep(service: string, ts: Tso, ttl: Duration): boolean {
    this.collect();
    if (ts <= this.#gcSafepoint) return false;
    this.#safepoints.set(service, { ts, until: later(this.#options.clock.now(), ttl) });
    return true;
  }

  /** Regions stay where they are until then. */
  pauseSchedulers(until: Instant): void {
    this.#stillUntil = until;
  }

  get isStill(): boolean {
    return this.#stillUntil !== undefined && this.#options.clock.now() < this.#stillUntil;
  }

  release(service: string): void {
    this.collect();
    this.#safepoints.delete(service);
  }

  /** Service safepoints that are in force now. */
  get serviceSafepoints(): ReadonlyMap<string, Tso> {
    this.collect();
    const now = this.#options.clock.now();
    return new Map([...this.#safepoints].flatMap(([id, { ts, until }]) => (until > now ? [[id, ts]] : [])));
  }

  get gcIsOff(): boolean {
    return this.config.get(GC_RATIO_THRESHOLD)?.startsWith('-') ?? false;
  }

  /** Switches collection off or on, as BR does; what was due before is collected before. */
  setGcRatio(ratio: string): void {
    this.collect();
    this.config.set(GC_RATIO_THRESHOLD, ratio);
  }

  /** Makes up for the runs that were due since it was last asked. */
  collect(): void {
    const now = this.#options.clock.now();
    const missed = this.#options.isDark() || this.gcIsOff;
    for (;;) {
      const run = later(this.#lastRun, GC_RUN_INTERVAL);
      if (run > now) return;
      this.#lastRun = run;
      if (!missed) this.#run(run);
    }
  }

  #run(at: Instant): void {
    const drift = this.#options.drift?.(at) ?? milliseconds(0);
    let safepoint = tsoOf(instant(at + drift - (this.#options.gcLifeTime ?? GC_LIFE_TIME)));
    for (const [service, { ts, until }] of this.#safepoints) {
      if (until <= at) this.#safepoints.delete(service);
      else if (ts - 1n < safepoint) safepoint = ts - 1n;
    }
    if (safepoint > this.#gcSafepoint) this.#gcSafepoint = safepoint;
  }
}
