import { GROWING, type LogChain } from '../../core/log/chain.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { TaskPorts } from './ports.ts';

export type ChainPorts = Pick<TaskPorts, 'catalog' | 'region' | 'checkpointIn'>;

/**
 * Writes down how far a chain reaches where the engine itself writes it. Elsewhere a chain reaches as far as it was
 * proven to.
 */
export async function recordReach(
  chain: LogChain,
  cluster: Cluster,
  { catalog, region, checkpointIn }: ChainPorts,
  now: Instant,
): Promise<LogChain> {
  if (!GROWING.has(chain.state)) return chain;
  const checkpoint = await checkpointIn(cluster, region, chain.chain);
  return checkpoint && checkpoint.at > chain.checkpoint
    ? catalog.advanceChain(chain, { checkpoint }, now)
    : chain;
}

/**
 * The chains of a cluster in this region, oldest first. Supervision writes down every few minutes how far the newest one
 * reaches; who measures, or restores, by it wants to know it as of now.
 */
export async function chainsAsOfNow(
  cluster: Cluster,
  home: string,
  ports: ChainPorts,
  now: Instant,
): Promise<readonly LogChain[]> {
  const chains = await ports.catalog.chains(cluster.name, ports.region);
  const newest = chains.at(-1);
  if (!newest || ports.region !== home) return chains;
  return [...chains.slice(0, -1), await recordReach(newest, cluster, ports, now)];
}
