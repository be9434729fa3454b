import type { Stage } from '../../../cli/stage.ts';
import type { LogChain } from '../../../core/log/chain.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { type CatalogSnapshot, catalogOf } from '../../support/catalog-of.ts';

/** A run of instants that a region says it restores from a full and a log. */
export interface ClaimedWindow {
  readonly chain: LogChain;
  readonly earliest: Instant;
  readonly latest: Instant;
}

/** The chains of a cluster as they lie in a region, oldest first. */
export const chainsIn = (stage: Stage, region: string, cluster: string): readonly LogChain[] =>
  chainsOf(catalogOf(stage, region), region, cluster);

const chainsOf = ({ chains }: CatalogSnapshot, region: string, cluster: string): readonly LogChain[] =>
  chains.filter((chain) => chain.cluster === cluster && chain.region === region);

/**
 * Read without the product's own rule: a log counts from the oldest point in it that is proven here and whole, because a
 * log is replayed onto a full one and onto nothing else.
 */
export function claimedWindows(stage: Stage, region: string, cluster: string): readonly ClaimedWindow[] {
  const catalog = catalogOf(stage, region);
  const incremental = new Set(
    catalog.points.filter(({ kind }) => kind === 'incremental').map(({ id }) => id),
  );
  const fulls = catalog.copies.filter(
    (copy) =>
      copy.cluster === cluster &&
      copy.region === region &&
      copy.state === 'proven' &&
      copy.provenAt !== undefined &&
      !incremental.has(copy.id),
  );
  return chainsOf(catalog, region, cluster).flatMap((chain) => {
    const inside = fulls
      .map(({ takenAt }) => takenAt!)
      .filter((at) => at >= chain.from && at <= chain.checkpoint);
    return inside.length === 0
      ? []
      : [{ chain, earliest: Math.min(...inside) as Instant, latest: chain.checkpoint }];
  });
}
