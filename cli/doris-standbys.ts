import type { DorisStandby } from '../core/plan/self-run.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';
import type { CcrFaults } from '../embedded/doris/ccr/faults.ts';
import { type CcrJobs, CcrSyncer } from '../embedded/doris/ccr/syncer.ts';
import type { DorisCluster } from '../embedded/doris/cluster.ts';

interface Pair {
  readonly source: DorisCluster;
  readonly standby: DorisCluster;
  /** The one that the configuration names first; they share their jobs. */
  readonly syncers: readonly CcrSyncer[];
}

/** The standbys of a stage, each with the CCR syncers beside it. Jobs are nobody's here: whoever wants one creates it. */
export class DorisStandbys {
  readonly #cloud: EmbeddedCloud;
  readonly #faults: CcrFaults | undefined;
  readonly #pairs = new Map<string, Pair>();

  /** @param faults what goes wrong with syncers by chance; nothing when it is left out */
  constructor(cloud: EmbeddedCloud, faults?: CcrFaults) {
    this.#cloud = cloud;
    this.#faults = faults;
  }

  /** Throws when the cluster has no standby. */
  of(cluster: string): Pair {
    const found = this.#pairs.get(cluster);
    if (!found) throw new Error(`${cluster} has no standby`);
    return found;
  }

  /** Of all standbys. */
  get syncers(): readonly CcrSyncer[] {
    return [...this.#pairs.values()].flatMap(({ syncers }) => syncers);
  }

  add(source: DorisCluster, standby: DorisCluster, configured: DorisStandby): void {
    const { region, reach, syncer, source: asSource } = configured;
    const { world, network, isDark } = this.#cloud;
    // The source writes binlogs, as whoever wants a standby has to see to.
    for (const database of source.catalog.databases.values())
      database.properties.set('binlog.enable', 'true');
    const frontends = new Map([
      [`${asSource.host}:${asSource.port}`, source],
      [`${reach.sql.host}:${reach.sql.port}`, standby],
    ]);
    const jobs: CcrJobs = new Map();
    const syncers = [`${syncer.host}:${syncer.port}`, ...syncer.others].map((address) => {
      const [host = '', port] = address.split(':');
      const made = new CcrSyncer(world, {
        ...{ name: address, host, port: Number(port), jobs },
        resolve: (frontend, at) => frontends.get(`${frontend}:${at}`),
        isDark: () => isDark(region),
        ...(this.#faults && { faults: this.#faults }),
      });
      const endpoint = { region, host, port: Number(port), reachableFrom: reach.securityGroups };
      network.serve({ ...endpoint, tls: 'none', isDown: () => made.faults.down(address) }, made);
      return made;
    });
    this.#pairs.set(source.name, { source, standby, syncers });
  }
}
