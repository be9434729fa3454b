import { TargetNotEmpty } from '../../../core/errors/registry.ts';
import type { Cluster, TidbCluster } from '../../../core/plan/installation.ts';
import type { Ports } from './resolve.ts';

/** Names of a refusal are read on a telephone. */
const SHOWN = 3;

/**
 * What a move fills has to be empty, and nothing is dropped for it: an exercise is not worth what somebody keeps there.
 * Where no SQL is named nothing can be seen from here, and BR refuses later, before it writes.
 *
 * @throws TargetNotEmpty with what lies there
 */
export async function requireEmpty(
  cluster: Cluster,
  to: string,
  { heldBy }: Pick<Ports, 'heldBy'>,
): Promise<void> {
  if (!(cluster as TidbCluster).restoreInto[to]?.reach?.sql) return;
  const there = await heldBy(cluster.name);
  if (there.length === 0) return;
  const more = there.length > SHOWN ? ` and ${there.length - SHOWN} more` : '';
  throw new TargetNotEmpty(
    `the cluster in ${to} that ${cluster.name} is to move into holds ${there.slice(0, SHOWN).join(', ')}${more}, and nothing is dropped for a switchover: drop there what nobody needs, or name an empty cluster in restoreInto.${to}.reach; then start it again`,
    { cluster: cluster.name, region: to, databases: there.length },
  );
}
