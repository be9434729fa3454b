import { type Instant, later, minutes, seconds } from '../../core/time/instant.ts';
import type { DorisCluster } from '../doris/cluster.ts';
import { SqlRefused } from '../doris/errors.ts';
import type { DorisFaults } from '../doris/faults.ts';
import type { Draws } from './draws.ts';

const LASTING = [
  'doris-transfer-stuck',
  'doris-snapshot-hangs',
  'doris-commit-hangs',
  'doris-backend-refused',
] as const;
type Lasting = (typeof LASTING)[number];

const LASTS_MINUTES: readonly [number, number] = [2, 3 * 60];
const OCCUPIED_MINUTES: readonly [number, number] = [1, 60];
const RESTARTS_WITHIN_S = 4 * 60;
const OCCUPIES_AFTER_S: readonly [number, number] = [0, 120];
/** A full sync of a small database takes about this long. */
const OCCUPIES_EVERY = seconds(15);

interface Spell {
  readonly until: Instant;
  /** Whether it was seen to have an effect. */
  told: boolean;
  backend?: number;
}

/**
 * What befalls Doris clusters. Most of a day nothing goes on in them that could break, so that whatever lasts begins with
 * a job: stuck uploads, snapshots and commits that no backend reports, a backend whose role S3 refuses, a frontend that
 * restarts, somebody else's jobs in its databases.
 */
export class Warehouses implements DorisFaults {
  readonly #draws: Draws;
  readonly #spells = new Map<string, Spell>();
  #clusters: readonly DorisCluster[] = [];
  #occupying = false;

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal(() => this.#spells.clear());
  }

  /** Whom it befalls. */
  know(clusters: readonly DorisCluster[]): void {
    this.#clusters = clusters;
  }

  readonly transferStuck = (cluster: string): boolean => this.#lasts('doris-transfer-stuck', cluster);
  readonly snapshotHangs = (cluster: string): boolean => this.#lasts('doris-snapshot-hangs', cluster);
  readonly commitHangs = (cluster: string): boolean => this.#lasts('doris-commit-hangs', cluster);

  readonly denied = (cluster: string, backend: number, operation: string): boolean => {
    const spell = this.#spells.get(`doris-backend-refused of ${cluster}`);
    if (!spell) return false;
    // One of them is enough to end a job, and is harder to see.
    spell.backend ??= backend;
    if (spell.backend !== backend) return false;
    return this.#lasts('doris-backend-refused', cluster, operation);
  };

  readonly versionsMerged = (cluster: string): boolean => this.#once('doris-versions-merged', cluster);
  readonly duplicates = (cluster: string): boolean => this.#once('doris-info-doubled', cluster);

  readonly beingSubmitted = (name: string): boolean => {
    const { cloud } = this.#draws;
    const cluster = this.#clusters.find((one) => one.name === name);
    if (!cloud || !cluster || this.#occupying) return false;
    for (const kind of LASTING)
      if (this.#draws.strikes(kind)) {
        const lasting = minutes(this.#draws.stream(kind).between(...LASTS_MINUTES));
        this.#spells.set(`${kind} of ${name}`, { until: later(cluster.now, lasting), told: false });
      }
    if (this.#draws.strikes('doris-frontend-restarts')) this.#restart(cluster);
    if (this.#draws.strikes('doris-job-of-another')) this.#occupy(cluster);
    return this.#once('doris-being-submitted', name);
  };

  #restart(cluster: DorisCluster): void {
    const within = this.#draws.stream('doris-frontend-restarts').between(0, RESTARTS_WITHIN_S);
    cluster.world.after(seconds(within), () => {
      if (!this.#draws.raging) return;
      this.#draws.record('doris-frontend-restarts', cluster.name);
      cluster.restartFrontend();
    });
  }

  /** One job after the other, as long as it lasts: whoever wants the database has to get in between. */
  #occupy(cluster: DorisCluster): void {
    const chance = this.#draws.stream('doris-job-of-another');
    const begins = later(cluster.now, seconds(chance.between(...OCCUPIES_AFTER_S)));
    const until = later(begins, minutes(chance.between(...OCCUPIED_MINUTES)));
    const databases = [...cluster.catalog.databases.keys()];
    if (databases.length === 0) return;
    const database = chance.pick(databases);
    cluster.world.at(begins, async () => {
      while (this.#draws.raging && cluster.now < until) {
        try {
          this.#occupying = true;
          const begun = cluster.occupy(database);
          this.#occupying = false;
          await begun;
          this.#draws.record('doris-job-of-another', `${database} of ${cluster.name}`);
        } catch (error) {
          if (!(error instanceof SqlRefused)) throw error;
        }
        await cluster.world.sleep(OCCUPIES_EVERY);
      }
    });
  }

  #once(kind: 'doris-versions-merged' | 'doris-info-doubled' | 'doris-being-submitted', cluster: string) {
    if (!this.#draws.strikes(kind)) return false;
    this.#draws.record(kind, cluster);
    return true;
  }

  #lasts(kind: Lasting, cluster: string, what = ''): boolean {
    const { cloud } = this.#draws;
    const spell = this.#spells.get(`${kind} of ${cluster}`);
    if (!cloud || !spell || spell.until <= cloud.world.now()) return false;
    if (!spell.told) this.#draws.record(kind, `${cluster}${what && `, ${what}`}`);
    spell.told = true;
    return true;
  }
}
