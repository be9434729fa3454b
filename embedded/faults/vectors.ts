import { type Instant, later, minutes } from '../../core/time/instant.ts';
import type { MilvusFaults } from '../milvus/faults.ts';
import type { Draws } from './draws.ts';

const LASTS_MINUTES: readonly [number, number] = [1, 40];
type Lasting = 'milvus-down' | 'milvus-import-stalls';

/** What a run ends with that Milvus lets down in the middle. */
const FAILURES = [
  'rpc error: code = Unavailable desc = error reading from server: EOF',
  'context deadline exceeded',
  'rpc error: code = ResourceExhausted desc = request is rejected by grpc RateLimiter middleware, please retry later',
] as const;

/**
 * What befalls Milvus clusters and their tool: a cluster is gone for a while, a run is killed or ends in the middle of its
 * work, garbage collection cannot be paused, an import gets nowhere.
 */
export class Vectors implements MilvusFaults {
  readonly #draws: Draws;
  readonly #until = new Map<string, Instant>();

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal(() => this.#until.clear());
  }

  readonly down = (cluster: string): boolean => this.#goesOn('milvus-down', cluster);
  /** One import stalls once: what got over it comes to its end. */
  readonly importStalls = (cluster: string, begins: boolean): boolean =>
    this.#goesOn('milvus-import-stalls', cluster, begins);

  readonly gcUnreachable = (cluster: string): boolean => {
    if (!this.#draws.strikes('milvus-gc-not-paused')) return false;
    this.#draws.record('milvus-gc-not-paused', cluster);
    return true;
  };

  readonly deathOf = (command: string): number | undefined => {
    if (!this.#draws.strikes('milvus-tool-killed')) return undefined;
    const share = this.#draws.stream('milvus-tool-killed').next();
    this.#draws.record('milvus-tool-killed', `${command}, at ${(share * 100).toFixed(0)} % of it`);
    return share;
  };

  readonly failureOf = (command: string): string | undefined => {
    if (!this.#draws.strikes('milvus-tool-fails')) return undefined;
    const said = this.#draws.stream('milvus-tool-fails').pick(FAILURES);
    this.#draws.record('milvus-tool-fails', `${command}: ${said}`);
    return said;
  };

  /** Begins when it is asked for, for there is nobody who would see it before. */
  #goesOn(kind: Lasting, cluster: string, mayBegin = true): boolean {
    const { cloud } = this.#draws;
    if (!cloud) return false;
    const now = cloud.world.now();
    const name = `${kind} of ${cluster}`;
    if ((this.#until.get(name) ?? 0) > now) return true;
    if (!mayBegin || !this.#draws.strikes(kind)) return false;
    const lasting = this.#draws.stream(kind).between(...LASTS_MINUTES);
    this.#until.set(name, later(now, minutes(lasting)));
    this.#draws.record(kind, `${cluster} for ${lasting} min`);
    return true;
  }
}
