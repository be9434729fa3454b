import type { RestoreSpec } from '../../../core/engines/driver.ts';
import { type Reason, reasonOf, UnsupportedByEngine } from '../../../core/errors/registry.ts';
import { preflightRestore } from '../ebs/preflight.ts';
import { tidbCluster } from './ports.ts';
import type { VolumePorts } from './volumes.ts';

/** Whether a recovery point of a TiDB cluster is a set of volumes: its own record says so. */
export const isVolumes = ({ engine }: { readonly engine: string }): boolean => engine === 'ebs';

/** A target is chosen by the configuration of today, and a point lies as it was taken. */
export function otherKind({ point, cluster }: RestoreSpec): readonly Reason[] {
  const configured = tidbCluster(cluster).volumes !== undefined;
  if (configured === isVolumes(point)) return [];
  const [lies, change] = configured
    ? ['as files', 'take volumes out of the configuration of']
    : ['as snapshots of volumes', 'put volumes back into the configuration of'];
  return [
    reasonOf(
      new UnsupportedByEngine(
        `${point.id} lies ${lies}, and the configuration of today is for the other kind; ${change} ${cluster.name} for this restore`,
        { recoveryPoint: point.id },
      ),
    ),
  ];
}

export async function preflightVolumes(ports: VolumePorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  const other = otherKind(spec);
  return other.length > 0 ? other : preflightRestore(ports, spec);
}
