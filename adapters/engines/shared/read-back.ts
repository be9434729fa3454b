import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { ShardEntry } from '../../../core/manifest/index-file.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import {
  addTotals,
  NO_TOTALS,
  parseShard,
  requireFollows,
  shardEntry,
  type Totals,
  totalsOf,
} from '../../../core/manifest/shards.ts';
import { type Expected, firstDiscrepancy } from '../objects/segments.ts';
import { inOrder } from './bounded.ts';
import type { Listing } from './files.ts';
import { type ManifestPlace, readShardText } from './manifest-io.ts';
import { sha256 } from './sha256.ts';

const READ_AHEAD = 8;

/** What reading a manifest of files back found. */
export interface FoundFiles {
  readonly entries: readonly ShardEntry[];
  readonly totals: Totals;
}

/**
 * Reads every shard back, finds its files in the vault's listing, and compares counts with what was listed.
 * @param see gets every line, in order, for what an engine counts itself
 * @throws CaptureFailed
 */
export async function readBack(
  place: ManifestPlace,
  { nextShard, totals }: Listing,
  see: (line: ManifestLine) => void,
): Promise<FoundFiles> {
  const data = dataPrefix(place.cluster, place.id);
  const found = { entries: [] as ShardEntry[], totals: NO_TOTALS };
  const difference = await firstDiscrepancy(
    () => place.store.list(place.bucket, data),
    filesOf(place, nextShard, found, see),
    // An engine's scratch lies there too, and what was written late for a run that had failed.
    'allowed',
  );
  if (difference)
    throw notCaptured(
      place,
      difference.kind === 'size'
        ? `s3://${place.bucket}/${difference.key} has ${difference.listed} bytes and had ${difference.expected} when it was listed`
        : `the manifest names a file that the vault does not hold: s3://${place.bucket}/${difference.key}`,
    );
  for (const name of ['items', 'bytes'] as const)
    if (totals[name] !== found.totals[name])
      throw notCaptured(
        place,
        `its manifest has ${name} ${found.totals[name]} and ${totals[name]} were listed`,
      );
  return found;
}

async function* filesOf(
  place: ManifestPlace,
  shards: number,
  found: { entries: ShardEntry[]; totals: Totals },
  see: (line: ManifestLine) => void,
): AsyncGenerator<Expected> {
  const data = dataPrefix(place.cluster, place.id);
  let last: string | undefined;
  const texts = inOrder(Array.from({ length: shards }).keys(), READ_AHEAD, (shard) =>
    readShardText(place, shard),
  );
  for await (const { shard, text, where } of texts) {
    const lines = parseShard(text, where);
    requireFollows(last, lines, where);
    last = lines.at(-1)?.key ?? last;
    found.entries.push(shardEntry(shard, lines, sha256));
    found.totals = addTotals(found.totals, totalsOf(lines, place.id));
    for (const line of lines) {
      see(line);
      yield { key: data + line.key, bytes: line.bytes };
    }
  }
}

export const notCaptured = ({ id }: Pick<ManifestPlace, 'id'>, what: string): CaptureFailed =>
  new CaptureFailed(`${id} is not what was captured: ${what}; take the recovery point again`, {
    recoveryPoint: id,
  });
