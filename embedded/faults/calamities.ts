import { hours, type Instant, later, milliseconds, minutes } from '../../core/time/instant.ts';
import type { EmbeddedCloud } from '../cloud.ts';
import type { Faults } from './faults.ts';

interface Landscape {
  readonly regions: readonly string[];
  /** Database clusters that may be busy with something of their own. */
  readonly databases: readonly { readonly clusterId: string; readonly region: string }[];
}

/** A window of maintenance or an upgrade takes this long. */
const BUSY_MINUTES: readonly [number, number] = [5, 120];
const DARK_MINUTES: readonly [number, number] = [20, 8 * 60];
/** They begin early enough in a day to be over before the next one's. */
const BEGINS_BEFORE = hours(15);

/** What happens to a whole region or cluster, at most once a day each: never to both regions at once. */
export class Calamities {
  readonly #faults: Faults;
  readonly #cloud: EmbeddedCloud;
  readonly #landscape: Landscape;
  #dark: string | undefined;

  constructor(faults: Faults, cloud: EmbeddedCloud, landscape: Landscape) {
    this.#faults = faults;
    this.#cloud = cloud;
    this.#landscape = landscape;
  }

  /** Draws what the 24 hours that follow bring. */
  scheduleDay(): void {
    for (const { clusterId, region } of this.#landscape.databases)
      if (this.#faults.strikes('cluster-busy')) this.#occupy(clusterId, region);
    if (this.#faults.strikes('region-dark')) this.#darken();
  }

  /** Lights whatever is dark. */
  heal(): void {
    if (this.#dark !== undefined) this.#cloud.bringBack(this.#dark);
    this.#dark = undefined;
  }

  #occupy(clusterId: string, region: string): void {
    const chance = this.#faults.stream('cluster-busy');
    const from = this.#somewhen('cluster-busy');
    const until = later(from, minutes(chance.between(...BUSY_MINUTES)));
    const status = chance.pick(['backing-up', 'upgrading', 'modifying', 'maintenance']);
    this.#cloud.world.at(from, () => {
      if (!this.#faults.raging) return;
      this.#faults.record('cluster-busy', `${clusterId} is ${status} for ${(until - from) / 60_000} min`);
      this.#cloud.rds.occupyCluster(clusterId, region, status, from, until);
    });
  }

  #darken(): void {
    const chance = this.#faults.stream('region-dark');
    const from = this.#somewhen('region-dark');
    const region = chance.pick(this.#landscape.regions);
    const until = later(from, minutes(chance.between(...DARK_MINUTES)));
    const { world } = this.#cloud;
    world.at(from, () => {
      if (!this.#faults.raging) return;
      this.#faults.record('region-dark', `${region} for ${(until - from) / 60_000} min`);
      this.#dark = region;
      this.#cloud.loseRegion(region);
    });
    world.at(until, () => {
      if (this.#dark === region) this.heal();
    });
  }

  #somewhen(kind: 'cluster-busy' | 'region-dark'): Instant {
    const offset = milliseconds(this.#faults.stream(kind).between(0, BEGINS_BEFORE));
    return later(this.#cloud.world.now(), offset);
  }
}
