import type { Recovered, RestoreScope } from '../../../core/engines/driver.ts';
import { HoldfastError, NothingToRestore, UnsupportedByEngine } from '../../../core/errors/registry.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import type { RestoreWish } from '../../../core/recovery/wish.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { TaskPorts } from '../../shared/ports.ts';

interface Asked {
  readonly cluster: Cluster;
  readonly wish: RestoreWish;
  readonly scope: RestoreScope | undefined;
  readonly from: 'bin' | 'backup' | undefined;
  readonly home: string;
  readonly restoreId: string;
  readonly now: Instant;
}

/**
 * What the engine's own recycle bin gives back of what was asked for: in seconds, where a recovery point takes hours, and
 * as it was when it was dropped. All of the scope or nothing; undefined for a recovery point. A cluster that cannot be
 * asked is what recovery points are for, so nobody learns of it here, unless the bin was asked for by name.
 */
export async function fromBin(
  asked: Asked,
  { drivers, region }: Pick<TaskPorts, 'drivers' | 'region'>,
): Promise<readonly Recovered[] | undefined> {
  const { cluster, wish, scope, from, home, restoreId, now } = asked;
  const { bin } = drivers(cluster.engine);
  if (
    from === 'backup' ||
    (from === undefined && (!bin || !scope || wish.kind === 'point' || region !== home))
  )
    return undefined;
  if (!bin)
    throw new UnsupportedByEngine(`from is "bin", and engine ${cluster.engine} has none; leave it out`, {
      cluster: cluster.name,
    });
  if (!scope || wish.kind === 'point' || region !== home)
    throw new UnsupportedByEngine(
      `from is "bin", and the recycle bin of ${cluster.name} gives back what a scope names, to "latest" or an instant, in ${home}; leave from out, or ask for that`,
      { cluster: cluster.name },
    );
  const at = wish.kind === 'latest' ? ('latest' as const) : wish.at;
  try {
    const found = await bin.find(cluster, scope, { at, now, restoreId, evenIfThere: from === 'bin' });
    if (found || from === undefined) return found;
  } catch (error) {
    if (from === 'bin' || !(error instanceof HoldfastError)) throw error;
    return undefined;
  }
  throw new NothingToRestore(
    `the recycle bin of ${cluster.name} does not have all of ${JSON.stringify(scope)}: what was dropped with FORCE never comes there, and its time runs out; give "from": "backup"`,
    { cluster: cluster.name },
  );
}

/** For the record and the announcement: that it was the bin, and what came out of it. */
export const spokenBin = (cluster: string, found: readonly Recovered[]): string => {
  const names = found.map(({ name, as }) => (as === undefined ? name : `${name} as ${as}`));
  return `${names.join(', ')}, from the recycle bin of ${cluster}`;
};
