import { Buffer } from 'node:buffer';
import type { S3 } from '../s3/s3.ts';
import type { CopyInFlight } from '../s3/store.ts';
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
/** Each region has its own chain: two receipts of one number are no twins, and nothing could mend one. */
const RECEIPT = 'receipts/';
/** A page for people: it is no part of a manifest, says other names in each region, and is written again by nobody. */
const PAGE = '/manifest/RECOVER.md';
/** No proof reads what a log holds. */
const OF_LOG = /^[^/]+\/log\//;

const MANIFEST = '/manifest/';

/**
 * Bytes that rot in a vault, of items and of manifests alike. Only an object that another region's vault holds too,
 * and never on both sides: a copy that is broken everywhere is what no system could restore.
 *
 * And bytes of items that turn on their way out of a vault: the next one into another vault, and the next one that is
 * restored. What lies in the vault is sound, so whoever notices may try again.
 */
export class BitRot {
  readonly #draws: Draws;
  readonly #rotted: Rotted[] = [];
  /** Where to the next copy out of a vault arrives altered. */
  readonly #turning = { vault: false, landing: false };
  /** Keys of what arrived altered in another vault: until it is copied again, the first vault's bytes are the only ones. */
  readonly #turned = new Set<string>();

  constructor(draws: Draws) {
    this.#draws = draws;
    draws.atHeal((cloud) => {
      cloud.s3.tamperCopy = undefined;
    });
  }

  get rotted(): readonly Rotted[] {
    return this.#rotted;
  }

  /** @param vaults buckets by region */
  strike(region: string, vaults: ReadonlyMap<string, string>): void {
    const s3 = this.#draws.cloud?.s3;
    const bucket = vaults.get(region);
    if (!s3 || bucket === undefined) return;
    this.#turnOnTheWay(s3, new Set(vaults.values()));
    const chance = this.#draws.stream('bit-rot');
    const wantsManifest = chance.chance(0.5);
    const spared = new Set([...this.#rotted.map(({ key }) => key), ...this.#turned]);
    const twins = keysOf(
      s3,
      [...vaults].filter(([other]) => other !== region).map(([, each]) => each),
    );
    const candidates = [...s3.current(bucket)].filter(
      ([key, { body }]) =>
        body.length > 0 &&
        !key.startsWith(SCRATCH) &&
        !key.startsWith(RECEIPT) &&
        !key.endsWith(PAGE) &&
        !OF_LOG.test(key) &&
        twins.has(key) &&
        !spared.has(key),
    );
    const wanted = candidates.filter(([key]) => key.includes(MANIFEST) === wantsManifest);
    if (wanted.length === 0) return;
    const [key, { id: versionId, body: sound }] = chance.pick(wanted);
    s3.corrupt(bucket, key, versionId);
    this.#rotted.push({ region, bucket, key, versionId, sound });
    this.#draws.record('bit-rot', `${key} in ${region}`);
  }

  #turnOnTheWay(s3: S3, vaults: ReadonlySet<string>): void {
    Object.assign(this.#turning, { vault: true, landing: true });
    s3.tamperCopy = ({ from, to, bytes }: CopyInFlight) => {
      const where = vaults.has(to.bucket) ? 'vault' : 'landing';
      const isItem = vaults.has(from.bucket) && !from.key.startsWith(SCRATCH) && !from.key.includes(MANIFEST);
      if (!isItem || bytes.length === 0 || !this.#turning[where]) return undefined;
      this.#turning[where] = false;
      if (where === 'vault') this.#turned.add(to.key);
      this.#draws.record('bit-rot', `${from.key} on its way from ${from.bucket} to ${to.bucket}`);
      return flipped(bytes);
    };
  }
}

function flipped(bytes: Buffer): Buffer {
  const turned = Buffer.from(bytes);
  turned[0] = turned[0]! ^ 0x01;
  return turned;
}

const keysOf = (s3: S3, buckets: readonly string[]): ReadonlySet<string> =>
  new Set(buckets.flatMap((bucket) => [...s3.current(bucket)].map(([key]) => key)));
