import type { World } from '../clock/world.ts';
import { DorisCluster, type DorisClusterOptions } from './cluster.ts';
import type { DorisFaults } from './faults.ts';

interface FleetOptions {
  /** For clusters that have no faults of their own. */
  readonly faults?: DorisFaults;
  readonly isDark?: (region: string) => boolean;
}

/** All Doris clusters of an account, by region and name. */
export class DorisFleet {
  readonly world: World;
  readonly clusters: DorisCluster[] = [];
  readonly #options: FleetOptions;

  constructor(world: World, options: FleetOptions = {}) {
    this.world = world;
    this.#options = options;
  }

  /** An empty cluster. Throws when its name is taken in the region. */
  add(options: DorisClusterOptions): DorisCluster {
    const { name, region } = options;
    if (this.find(name, region)) throw new Error(`${region} has a Doris cluster ${name} already`);
    const { faults, isDark } = this.#options;
    const cluster = new DorisCluster(this.world, {
      ...(faults && { faults }),
      ...(isDark && { isDark: () => isDark(region) }),
      ...options,
    });
    this.clusters.push(cluster);
    return cluster;
  }

  find(name: string, region: string): DorisCluster | undefined {
    return this.clusters.find((cluster) => cluster.name === name && cluster.options.region === region);
  }
}
