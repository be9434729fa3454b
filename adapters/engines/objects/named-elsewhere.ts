import { onlyIn } from '../../../core/manifest/compare.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import type { Shard } from '../shared/manifest-io.ts';

/**
 * Walks a manifest shard by shard beside others, and calls `finish` for each shard with those of its lines whose
 * stored item no other manifest names. The next shard is asked for only after `finish` has ended.
 */
export async function eachShardAlone(
  shards: AsyncIterable<Shard>,
  others: readonly AsyncIterable<ManifestLine>[],
  finish: (shard: Shard, alone: readonly ManifestLine[]) => Promise<void>,
): Promise<void> {
  let alone: ManifestLine[] = [];
  async function* lines(): AsyncGenerator<ManifestLine> {
    for await (const shard of shards) {
      yield* shard.lines;
      // The merge asks for a line only after it has judged the one before, so this shard is judged to its end here.
      await finish(shard, alone);
      alone = [];
    }
  }
  for await (const line of onlyIn(lines(), others)) alone.push(line);
}
