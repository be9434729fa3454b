import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Stage } from '../../../cli/stage.ts';
import { indexKey, itemKey, shardKey } from '../../../core/manifest/layout.ts';
import { compare } from '../../../embedded/applications/compare.ts';
import { vaultName } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';

interface Index {
  readonly shards: readonly { readonly shard: number }[];
}
type Line = readonly [key: string, version: string, bytes: number, checksum: string, since: string];

/**
 * Reads what a point's manifest names out of a vault, without the product's own readers, and compares it with what the
 * application had at the instant of the point.
 */
export function truthInVault(stage: Stage, region: string, cluster: string, id: string): readonly string[] {
  const takenAt = catalogOf(stage, region).points.find((point) => point.id === id)?.takenAt;
  if (takenAt === undefined) return [`${id} has no instant in ${region}`];
  const stored = new Map(
    [...stage.cloud.s3.current(vaultName(stage.cloud.account, region))].map(([key, { body }]) => [key, body]),
  );
  const index = stored.get(indexKey(cluster, id));
  if (!index) return [`${id} has no manifest in ${region}`];
  const held = new Map<string, Buffer>();
  for (const { shard } of (JSON.parse(index.toString('utf8')) as Index).shards)
    for (const row of linesOf(stored.get(shardKey(cluster, id, shard)))) {
      const [key, , , , since] = JSON.parse(row) as Line;
      const body = stored.get(itemKey(cluster, since, key, sha256));
      if (body) held.set(key, body);
    }
  const { differing, differences } = compare(
    stage.files.get(cluster)!.history.at(takenAt),
    held,
    (a, b) => a.equals(b),
    (body) => body.length,
  );
  return differing === 0
    ? []
    : [`${id} in ${region} does not hold the truth of its instant: ${differences.join('; ')}`];
}

const linesOf = (shard: Buffer | undefined): readonly string[] =>
  shard === undefined ? [] : gunzipSync(shard).toString('utf8').split('\n').filter(Boolean);

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
