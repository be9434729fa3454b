import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  paginateDescribeDBInstances,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { UnsupportedByEngine } from '../../../core/errors/registry.ts';
import type { RdsCluster } from '../../../core/plan/installation.ts';
import { isNotFound, rdsFault } from './faults.ts';

export type RdsEngine = RdsCluster['engine'];

/** RDS's own engine names. Its API lists the clusters of all three together. */
const ENGINES: Readonly<Record<RdsEngine, readonly string[]>> = {
  aurora: ['aurora-postgresql', 'aurora-mysql', 'postgres', 'mysql'],
  documentdb: ['docdb'],
  neptune: ['neptune'],
};

/** A Multi-AZ DB cluster: the engines of plain RDS in a cluster. AWS has no copy operation for its snapshots. */
export const isMultiAzCluster = (rdsEngine: string | undefined): boolean =>
  rdsEngine === 'postgres' || rdsEngine === 'mysql';

export function requireEngine(cluster: RdsCluster, rdsEngine: string | undefined): void {
  if (rdsEngine !== undefined && ENGINES[cluster.engine].includes(rdsEngine)) return;
  throw new UnsupportedByEngine(
    `the cluster ${cluster.clusterId} runs ${rdsEngine} and ${cluster.name} is configured as ${cluster.engine}, which is ${ENGINES[cluster.engine].join(' or ')}; change its engine in holdfast.config.ts`,
  );
}

export async function findCluster(rds: RDSClient, clusterId: string): Promise<DBCluster | undefined> {
  try {
    const found = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: clusterId }));
    return found.DBClusters?.[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw rdsFault(error);
  }
}

export async function instancesOf(rds: RDSClient, clusterId: string): Promise<DBInstance[]> {
  const instances: DBInstance[] = [];
  const filter = { Filters: [{ Name: 'db-cluster-id', Values: [clusterId] }] };
  try {
    for await (const page of paginateDescribeDBInstances({ client: rds }, filter))
      instances.push(...(page.DBInstances ?? []));
  } catch (error) {
    throw rdsFault(error);
  }
  return instances;
}
