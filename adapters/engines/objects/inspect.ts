import type { Inspection, RestoreSpec } from '../../../core/engines/driver.ts';
import { fnv1a } from '../../../core/ids/fnv.ts';
import { CRC64_OF_NOTHING, crc64Checksum, crc64Over } from '../../../core/manifest/crc64nvme.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import { allOf } from '../shared/bounded.ts';
import { readIndex, readLines } from '../shared/manifest-io.ts';
import { type Landing, landingOf, restoredFrom } from './landing.ts';
import type { ObjectsPorts } from './ports.ts';

/** Enough that damage to one object in fifty is met with nine chances in ten. */
const SAMPLES = 100;
/** What fits into a function beside others; of a larger object S3's own checksum is compared. */
const READ_BYTES_MAX = 32 * 2 ** 20;
const AT_ONCE = 4;

/** Counts what lies below the target, and reads a sample of it again: its bytes, against the manifest's checksums. */
export async function inspect(ports: ObjectsPorts, spec: RestoreSpec, seed: string): Promise<Inspection> {
  const place = restoredFrom(ports, spec);
  const landing = landingOf(ports, spec);
  const index = await readIndex(place, spec.point.content?.root);
  let objects = 0;
  let bytes = 0;
  for await (const listed of landing.store.list(landing.bucket, landing.prefix)) {
    objects++;
    bytes += listed.bytes;
  }
  const drawn = new Drawn(seed);
  for await (const line of readLines(place, index.shards)) drawn.offer(line);
  const said = await allOf(drawn.lines, AT_ONCE, (line) => differenceOf(landing, line));
  return {
    statistics: [
      { what: 'objects', found: objects, expected: index.items },
      { what: 'bytes', found: bytes, expected: index.bytes },
    ],
    samples: { read: drawn.lines.length, wrong: said.filter((one) => one !== undefined) },
  };
}

/** The lines whose hash with the seed is lowest: the same seed draws the same ones, however they come. */
class Drawn {
  readonly #seed: string;
  #kept: { readonly rank: number; readonly line: ManifestLine }[] = [];

  constructor(seed: string) {
    this.#seed = seed;
  }

  offer(line: ManifestLine): void {
    const rank = fnv1a(`${this.#seed}/${line.key}`);
    if (this.#kept.length >= SAMPLES && rank >= this.#kept.at(-1)!.rank) return;
    this.#kept = [...this.#kept, { rank, line }].sort((a, b) => a.rank - b.rank).slice(0, SAMPLES);
  }

  get lines(): readonly ManifestLine[] {
    return this.#kept.map(({ line }) => line);
  }
}

async function differenceOf(
  { store, bucket, prefix }: Landing,
  { key, bytes, checksum }: ManifestLine,
): Promise<string | undefined> {
  const at = prefix + key;
  const found =
    bytes > READ_BYTES_MAX ? await store.checksum(bucket, at) : checksumOf(await store.get(bucket, at));
  if (found === checksum) return undefined;
  return `s3://${bucket}/${at} has ${found ?? 'gone'} and the manifest says ${checksum}`;
}

const checksumOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && crc64Checksum(crc64Over(CRC64_OF_NOTHING, bytes));
