import type { World } from '../clock/world.ts';
import { TidbCluster, type TidbClusterOptions } from './cluster.ts';
import type { TidbFaults } from './faults.ts';

interface FleetOptions {
  /** For clusters that have no faults of their own, and for runs of BR that meet no cluster. */
  readonly faults?: TidbFaults;
  readonly isDark?: (region: string) => boolean;
}

/** All TiDB clusters of an account, as a container finds them: by its region and PD's address. */
export class TidbFleet {
  readonly world: World;
  readonly #options: FleetOptions;
  readonly #clusters: TidbCluster[] = [];
  #nextDeath: { readonly command: string; readonly share: number } | undefined;
  #summaryWithout: ReadonlySet<string> = new Set();

  constructor(world: World, options: FleetOptions = {}) {
    this.world = world;
    this.#options = options;
  }

  /** An empty cluster. Throws when one of its addresses or its name is taken in the region. */
  addCluster(options: TidbClusterOptions): TidbCluster {
    const { name, region, pd } = options;
    const taken = this.#clusters.find(
      (cluster) => cluster.region === region && (cluster.name === name || this.#answers(cluster, pd)),
    );
    if (taken) throw new Error(`${region} has ${taken.name} at ${taken.options.pd.join()} already`);
    const { faults, isDark } = this.#options;
    const cluster = new TidbCluster(this.world, {
      ...(faults && { faults }),
      ...(isDark && { isDark: () => isDark(region) }),
      ...options,
    });
    this.#clusters.push(cluster);
    return cluster;
  }

  /** What answers at an address of a region. */
  at(region: string, address: string): TidbCluster | undefined {
    return this.#clusters.find((cluster) => cluster.region === region && this.#answers(cluster, [address]));
  }

  /** Throws when there is none of that name. */
  cluster(name: string, region?: string): TidbCluster {
    const found = this.#clusters.find(
      (cluster) => cluster.name === name && (region === undefined || cluster.region === region),
    );
    if (!found) throw new Error(`there is no TiDB cluster ${name}${region ? ` in ${region}` : ''}`);
    return found;
  }

  get clusters(): readonly TidbCluster[] {
    return this.#clusters;
  }

  /** The next run of this command dies of its memory at that share of its work, in [0, 1). */
  killNext(command: string, share: number): void {
    this.#nextDeath = { command, share };
  }

  /** Whether and where a run that starts now dies of its memory. */
  deathOf(command: string): number | undefined {
    const death = this.#nextDeath;
    if (death?.command === command) {
      this.#nextDeath = undefined;
      return death.share;
    }
    return this.#options.faults?.outOfMemoryAt?.(command);
  }

  /** Fields that summaries leave out from now on: which ones there are differs by version. */
  leaveOutOfSummaries(...fields: string[]): void {
    this.#summaryWithout = new Set(fields);
  }

  get summaryWithout(): ReadonlySet<string> {
    return this.#summaryWithout;
  }

  #answers(cluster: TidbCluster, addresses: readonly string[]): boolean {
    return cluster.options.pd.some((address) => addresses.includes(address));
  }
}
