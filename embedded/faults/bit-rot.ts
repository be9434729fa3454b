import type { Buffer } from 'node:buffer';
import type { S3 } from '../s3/s3.ts';
import type { Draws } from './draws.ts';

/** One stored object whose bytes no longer are what its recorded checksum says. */
export interface Rotted {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** The bytes as they were, which the other region still has. */
  readonly sound: Buffer;
}

/** Scratch of a run: nothing is restored from it, and it has no twin. */
const SCRATCH = 'work/';

/**
 * Bytes that rot in a vault, of items and of manifests alike. Only an object that another region's vault holds too,
 * and never on both sides: a copy that is broken everywhere is what no system could restore.
 */
export class BitRot {
  readonly #draws: Draws;
  readonly #rotted: Rotted[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get rotted(): readonly Rotted[] {
    return this.#rotted;
  }

  /** @param vaults buckets by region */
  strike(region: string, vaults: ReadonlyMap<string, string>): void {
    const s3 = this.#draws.cloud?.s3;
    const bucket = vaults.get(region);
    if (!s3 || bucket === undefined) return;
    const chance = this.#draws.stream('bit-rot');
    const wantsManifest = chance.chance(0.5);
    const spared = new Set(this.#rotted.map(({ key }) => key));
    const twins = keysOf(
      s3,
      [...vaults].filter(([other]) => other !== region).map(([, each]) => each),
    );
    const candidates = [...s3.current(bucket)].filter(
      ([key, { body }]) => body.length > 0 && !key.startsWith(SCRATCH) && twins.has(key) && !spared.has(key),
    );
    const wanted = candidates.filter(([key]) => key.includes('/manifest/') === wantsManifest);
    if (wanted.length === 0) return;
    const [key, { id: versionId, body: sound }] = chance.pick(wanted);
    s3.corrupt(bucket, key, versionId);
    this.#rotted.push({ region, bucket, key, versionId, sound });
    this.#draws.record('bit-rot', `${key} in ${region}`);
  }
}

const keysOf = (s3: S3, buckets: readonly string[]): ReadonlySet<string> =>
  new Set(buckets.flatMap((bucket) => [...s3.current(bucket)].map(([key]) => key)));
