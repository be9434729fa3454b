import { type ManifestPlace, writeShard } from '../adapters/engines/shared/manifest-io.ts';
import { sha256 } from '../adapters/engines/shared/sha256.ts';
import { compareWithPrevious } from '../core/manifest/compare.ts';
import { compareKeys, type ManifestLine } from '../core/manifest/line.ts';
import { shardRoot } from '../core/manifest/merkle.ts';
import { parseShard, printShard, splitIntoShards } from '../core/manifest/shards.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { Streams } from '../embedded/random/streams.ts';
import { atMost, type Benchmark, count, percent, perSecond, ratio, secondsFor } from './figure.ts';

const LINES = 100_000;
/** Of a thousand objects, ten changed since the last recovery point. */
const CHANGED = 0.01;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._';

/**
 * Keys as buckets have them (tenant, year, month, document and a name of chance), with version ids and checksums that
 * no compressor can shrink below their 24 and 8 bytes.
 */
function realisticLines(): ManifestLine[] {
  const chance = new Streams(1).stream('lines');
  const text = (length: number): string =>
    Array.from({ length }, () => ALPHABET[chance.between(0, ALPHABET.length - 1)]).join('');
  const two = (n: number): string => String(n).padStart(2, '0');
  const lines = Array.from({ length: LINES }, (_, n): ManifestLine => {
    const month = two(chance.between(1, 12));
    const crc = Buffer.from(Array.from({ length: 8 }, () => chance.between(0, 255))).toString('base64');
    return {
      key: `tenants/${chance.between(1, 400)}/invoices/202${chance.between(3, 6)}/${month}/invoice-${String(n).padStart(8, '0')}-${text(6)}.pdf`,
      version: text(32),
      bytes: chance.between(2_000, 900_000),
      checksum: `crc64nvme:${crc}`,
      since: `documents-hourly-202611${two(chance.between(1, 21))}t${two(chance.between(0, 23))}0000z`,
    };
  });
  return lines.sort((a, b) => compareKeys(a.key, b.key));
}

/** A vault that takes what is written and keeps nothing. */
function placeThat(takes: (bytes: number) => void): ManifestPlace {
  const store: Pick<ObjectStore, 'put'> = {
    put: async (_bucket, _key, body) => takes(body.byteLength),
  };
  return {
    store: store as ObjectStore,
    bucket: 'vault',
    cluster: 'documents',
    id: 'documents-hourly-20261121t030000z',
  };
}

async function run() {
  const before = realisticLines();
  const chance = new Streams(2).stream('changes');
  const now = before.map((line) => (chance.next() < CHANGED ? { ...line, version: 'changed' } : line));
  let unchanged = 0;
  const merging = await secondsFor(async () => {
    for await (const { kind } of compareWithPrevious(now, before)) if (kind === 'unchanged') unchanged++;
  });
  const shards = [...splitIntoShards(before)];
  const hashing = await secondsFor(() => shards.map((lines) => shardRoot(lines, sha256)));
  const texts = shards.map(printShard);
  const parsing = await secondsFor(() => texts.map((text) => parseShard(text, 'a shard')));
  let packed = 0;
  const place = placeThat((bytes) => {
    packed += bytes;
  });
  const packing = await secondsFor(async () => {
    for (const [n, lines] of shards.entries()) await writeShard(place, n, lines);
  });
  const plain = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const each = packed / LINES;
  return [
    {
      what: `bytes per manifest line in the vault, of ${ratio(plain / LINES, 0)} as text (${count(LINES)} lines in ${shards.length} shards)`,
      value: ratio(each, 1),
      target: atMost(99, each, 'tens of bytes'),
    },
    {
      what: `listed objects merged with the previous manifest (${percent(1 - unchanged / LINES, 1)} changed)`,
      value: perSecond(LINES / merging),
    },
    { what: 'lines hashed into Merkle roots', value: perSecond(LINES / hashing) },
    { what: 'lines printed and compressed', value: perSecond(LINES / packing) },
    { what: 'lines read from the text of their shard', value: perSecond(LINES / parsing) },
  ];
}

export const manifest: Benchmark = {
  name: 'manifest',
  title: 'manifests of many objects',
  run,
};
