import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { isWhole } from '../../core/catalog/rules-lineage.ts';
import { CAPABILITIES } from '../../core/engines/capabilities.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import type { Instant } from '../../core/time/instant.ts';
import { type ChainPorts, chainsAsOfNow } from './chain-reach.ts';

/** What the logs of a cluster in this region add to its recovery points. */
export interface Logs {
  readonly chains: readonly LogChain[];
  /** Every copy in this region: a window begins at the first full in it, which can be any of them. */
  readonly copies: readonly CopyRecord[];
  readonly fulls: ReadonlySet<RecoveryPointId>;
}

/**
 * Undefined without a chain in this region, also while the plan asks for one: then everything is as without logs. Chains
 * count although the plan asks for none any more, as long as they are there.
 */
export async function logsOf(
  cluster: Cluster,
  home: string,
  ports: ChainPorts,
  now: Instant,
): Promise<Logs | undefined> {
  const { name, engine } = cluster;
  const { catalog, region } = ports;
  if (!CAPABILITIES[engine].logBackup) return undefined;
  const chains = await chainsAsOfNow(cluster, home, ports, now);
  if (chains.length === 0) return undefined;
  const [copies, points] = await Promise.all([catalog.copies(name, region), catalog.points(name)]);
  return { chains, copies, fulls: new Set(points.filter(isWhole).map(({ id }) => id)) };
}
