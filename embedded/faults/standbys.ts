import { type Duration, hours, type Instant, later, milliseconds, minutes } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CcrFaults } from '../doris/ccr/faults.ts';
import type { CcrSyncer } from '../doris/ccr/syncer.ts';
import type { Draws } from './draws.ts';

const KINDS = ['standby-stalls', 'standby-lag-unknown', 'standby-syncer-down', 'standby-paused'] as const;
type Kind = (typeof KINDS)[number];

const LASTS_MINUTES: readonly [number, number] = [10, 3 * 60];

/**
 * What befalls the syncers of standbys for minutes or hours: they consume nothing and say that they run, know no lag, are
 * gone, or somebody has paused their jobs.
 */
export class Standbys implements CcrFaults {
  readonly #draws: Draws;
  /** `<kind> of <syncer>` → until when. */
  readonly #until = new Map<string, Instant>();

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal(() => this.#until.clear());
  }

  readonly stalled = (syncer: string): boolean => this.#lasts('standby-stalls', syncer);
  readonly lagUnknown = (syncer: string): boolean => this.#lasts('standby-lag-unknown', syncer);
  readonly down = (syncer: string): boolean => this.#lasts('standby-syncer-down', syncer);

  /** Draws what a third of a day brings to each of them. */
  schedule(from: Instant, within: Duration, world: World, syncers: readonly CcrSyncer[]): void {
    for (const syncer of syncers)
      for (const kind of KINDS)
        if (this.#draws.strikes(kind)) {
          const chance = this.#draws.stream(kind);
          const at = later(from, milliseconds(chance.between(0, within)));
          const lasting = minutes(chance.between(...LASTS_MINUTES));
          world.at(at, () => this.#begin(kind, syncer, lasting));
        }
  }

  #begin(kind: Kind, { options: { name, isDark }, jobs }: CcrSyncer, lasting: Duration): void {
    const { cloud } = this.#draws;
    if (!cloud || isDark?.()) return;
    if (kind === 'standby-paused') {
      const running = [...jobs.values()].filter(({ job }) => !job.paused);
      if (running.length === 0) return;
      this.#draws.record(kind, name);
      for (const { job } of running) job.paused = true;
      return;
    }
    this.#draws.record(kind, `${name} for ${(lasting / hours(1)).toFixed(1)} h`);
    this.#until.set(`${kind} of ${name}`, later(cloud.world.now(), lasting));
  }

  #lasts(kind: Kind, syncer: string): boolean {
    const { cloud } = this.#draws;
    return cloud !== undefined && (this.#until.get(`${kind} of ${syncer}`) ?? 0) > cloud.world.now();
  }
}
