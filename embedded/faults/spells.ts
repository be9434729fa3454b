import { type Duration, hours, type Instant, later, milliseconds, minutes } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { TidbCluster } from '../tidb/cluster.ts';
import type { TidbFaults } from '../tidb/faults.ts';
import type { Draws } from './draws.ts';

const KINDS = ['log-task-stopped', 'log-task-paused', 'log-stuck', 'log-refused', 'pd-unreachable'] as const;
type Spell = (typeof KINDS)[number];

/** What lasts, lasts so long. The engine holds what comes next for a day (24 h, gc-ttl of a pause). */
const LASTS_MINUTES: readonly [number, number] = [10, 3 * 60];

/**
 * What befalls TiDB clusters for minutes or hours: somebody stops or pauses the log's task behind Holdfast's back, stores
 * flush nothing and say that all is well, S3 refuses the stores, PD does not answer.
 */
export class Spells implements TidbFaults {
  readonly #draws: Draws;
  /** `<kind> of <cluster>` → until when. */
  readonly #until = new Map<string, Instant>();

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal(() => this.#until.clear());
  }

  readonly stuck = (cluster: string, storeId: number): boolean =>
    // One store is enough to hold all of them back, and is harder to see.
    this.#lasts('log-stuck', cluster) && storeId === 1;

  readonly denied = (cluster: string): boolean => this.#lasts('log-refused', cluster);

  readonly pdUnreachable = (cluster: string): boolean => this.#lasts('pd-unreachable', cluster);

  /** Where a truncation dies, its lock stays. Before its first deletion, or at a share of them. */
  readonly outOfMemoryAt = (command: string): number | undefined => {
    if (command !== 'log truncate' || !this.#draws.strikes('truncation-cut-off')) return undefined;
    const chance = this.#draws.stream('truncation-cut-off');
    const share = chance.chance(0.3) ? 0 : chance.next();
    this.#draws.record('truncation-cut-off', `at ${(share * 100).toFixed(0)} % of it`);
    return share;
  };

  /** Draws what a third of a day brings to the clusters that write a log. */
  schedule(from: Instant, within: Duration, world: World, clusters: readonly TidbCluster[]): void {
    for (const cluster of clusters)
      for (const kind of KINDS)
        if (this.#draws.strikes(kind)) {
          const chance = this.#draws.stream(kind);
          const at = later(from, milliseconds(chance.between(0, within)));
          const lasting = minutes(chance.between(...LASTS_MINUTES));
          world.at(at, () => this.#begin(kind, cluster, lasting));
        }
  }

  #begin(kind: Spell, { name, log, isDark }: TidbCluster, lasting: Duration): void {
    if (!this.#draws.raging || isDark) return;
    if (kind === 'log-task-stopped' || kind === 'log-task-paused') {
      if (!log.task || (kind === 'log-task-paused' && log.task.paused)) return;
      this.#draws.record(kind, name);
      if (kind === 'log-task-stopped') log.stop();
      else log.pause('by hand');
      return;
    }
    const now = this.#draws.cloud!.world.now();
    this.#draws.record(kind, `${name} for ${(lasting / hours(1)).toFixed(1)} h`);
    this.#until.set(`${kind} of ${name}`, later(now, lasting));
  }

  #lasts(kind: Spell, cluster: string): boolean {
    const { cloud } = this.#draws;
    return cloud !== undefined && (this.#until.get(`${kind} of ${cluster}`) ?? 0) > cloud.world.now();
  }
}
