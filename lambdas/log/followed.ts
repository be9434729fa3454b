import { UnknownLogChain } from '../../core/errors/registry.ts';
import { type ChainName, type LogChain, newChain } from '../../core/log/chain.ts';
import type { LogLayout } from '../../core/log/layout.ts';
import { type Installation, planOf } from '../../core/plan/installation.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { FollowPorts } from './follow-ports.ts';

/** A cluster whose log comes to this region. */
export interface Followed {
  readonly cluster: string;
  readonly layout: LogLayout;
}

/** The clusters whose plan keeps their log, and copies to this region. */
export const followedHere = (
  installation: Installation,
  { region, layouts }: Pick<FollowPorts, 'region' | 'layouts'>,
): readonly Followed[] =>
  installation.clusters.flatMap((cluster) => {
    const plan = planOf(installation, cluster);
    const layout = layouts(cluster.engine);
    return plan?.logBackup && plan.copyTo.includes(region) && layout
      ? [{ cluster: cluster.name, layout }]
      : [];
  });

/**
 * This region's record of a chain, opened from the one of the region that writes it: it begins where that begins now,
 * and covers nothing yet.
 * @throws UnknownLogChain while nobody has opened that one
 */
export async function chainHere(
  { cluster, chain }: Pick<ChainName, 'cluster' | 'chain'>,
  { catalog, region, home }: Pick<FollowPorts, 'catalog' | 'region' | 'home'>,
  now: Instant,
): Promise<LogChain> {
  const name = { cluster, region, chain };
  const found = await catalog.chain(name);
  if (found) return found;
  const original = await catalog.chain({ cluster, region: home, chain });
  if (!original)
    throw new UnknownLogChain(
      `the catalog has no log chain ${chain} of ${cluster} in ${home}, whose objects come to ${region}; it is tried again, look at the supervision of the log in ${home} if that goes on`,
      name,
    );
  const from = { at: original.from, mark: original.fromMark };
  const { startedAt, epoch } = original;
  const opened = { ...newChain(name, from, now), startedAt, ...(epoch !== undefined && { epoch }) };
  return (await catalog.openChain(opened)).chain;
}
