import type { RestorableWindow } from '../../../core/engines/driver.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { instant } from '../../../core/time/instant.ts';
import { findCluster } from './clusters.ts';
import { type RdsPorts, rdsClusterOf } from './ports.ts';

/** What RDS's own log covers; undefined while RDS names no times: the cluster is gone, or was never available yet. */
export async function restorableWindow(
  ports: RdsPorts,
  cluster: Cluster,
): Promise<RestorableWindow | undefined> {
  const found = await findCluster(ports.rds(ports.home), rdsClusterOf(cluster).clusterId);
  const earliest = found?.EarliestRestorableTime;
  const latest = found?.LatestRestorableTime;
  if (!earliest || !latest) return undefined;
  return { earliest: instant(earliest.getTime()), latest: instant(latest.getTime()) };
}
