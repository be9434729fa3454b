import { CAPABILITIES } from '../../core/engines/capabilities.ts';
import { type Cluster, type Installation, planOf } from '../../core/plan/installation.ts';

/** The clusters of whose log this region's vault keeps something: at home, and where their plans copy to. */
export const logsAt = ({ installation, region }: Place): readonly Cluster[] =>
  installation.clusters.filter((cluster) => {
    const plan = planOf(installation, cluster);
    return (
      CAPABILITIES[cluster.engine].logBackup &&
      plan?.logBackup === true &&
      (region === installation.regions.primary || plan.copyTo.includes(region))
    );
  });

export const keepsLogs = (place: Place): boolean => logsAt(place).length > 0;

interface Place {
  readonly installation: Installation;
  readonly region: string;
}

/** What a truncation holds while it runs, and leaves behind when it is killed. */
export const truncationLocks = (cluster: string): string => `${cluster}/log/*/truncating.lock`;
