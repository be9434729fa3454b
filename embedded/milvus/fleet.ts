import type { World } from '../clock/world.ts';
import type { MilvusFaults } from './faults.ts';
import { Milvus, type MilvusOptions } from './milvus.ts';

/** All Milvus clusters of an account, as a container finds them: by region, host and port. */
export class MilvusFleet {
  readonly world: World;
  /** By chance; what a test wants it asks for beside it. */
  readonly faults: MilvusFaults;
  readonly #clusters: Milvus[] = [];
  #nextDeath: { readonly command: string; readonly share: number } | undefined;

  constructor(world: World, faults: MilvusFaults = {}) {
    this.world = world;
    this.faults = faults;
  }

  add(options: MilvusOptions): Milvus {
    const { region, host, port } = options;
    if (this.at(region, host, port)) throw new Error(`${region} has a Milvus at ${host}:${port} already`);
    const made = new Milvus(this.world, options);
    this.#clusters.push(made);
    return made;
  }

  get clusters(): readonly Milvus[] {
    return this.#clusters;
  }

  at(region: string, host: string, port: number): Milvus | undefined {
    return this.#clusters.find(
      ({ options }) => options.region === region && options.host === host && options.port === port,
    );
  }

  managedAt(region: string, address: string): Milvus | undefined {
    return this.#clusters.find(
      ({ options }) => options.region === region && address === `http://${options.management}`,
    );
  }

  /** Throws when there is none of that name. */
  cluster(name: string, region: string): Milvus {
    const found = this.#clusters.find(({ options }) => options.name === name && options.region === region);
    if (!found) throw new Error(`there is no Milvus ${name} in ${region}`);
    return found;
  }

  isDown(milvus: Milvus): boolean {
    return milvus.down || (this.faults.down?.(milvus.options.name) ?? false);
  }

  /** The next run of this command is killed at that share of its work, in [0, 1). */
  killNext(command: string, share: number): void {
    this.#nextDeath = { command, share };
  }

  deathOf(command: string): number | undefined {
    const death = this.#nextDeath;
    if (death?.command !== command) return this.faults.deathOf?.(command);
    this.#nextDeath = undefined;
    return death.share;
  }
}
