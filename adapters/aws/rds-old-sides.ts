import { DescribeDBClustersCommand, ModifyDBClusterCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { OldSides } from '../../core/ports/old-sides.ts';
import { orFault } from './faults.ts';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'DBClusterNotFoundFault';

/**
 * Renames with ModifyDBCluster's NewDBClusterIdentifier, at once (API_ModifyDBCluster.html): its endpoints get other names
 * too, so that an application that was forgotten does not write there unseen.
 */
export const rdsOldSides = (client: RDSClient): OldSides => ({
  async moveAway(clusterId, to) {
    try {
      const { DBClusters: [found] = [] } = await client.send(
        new DescribeDBClustersCommand({ DBClusterIdentifier: clusterId }),
      );
      if (!found) return true;
      // While it is being renamed it has its old name still.
      if (found.Status !== 'available') return false;
      await client.send(
        new ModifyDBClusterCommand({
          DBClusterIdentifier: clusterId,
          NewDBClusterIdentifier: to,
          ApplyImmediately: true,
        }),
      );
      return false;
    } catch (error) {
      if (isMissing(error)) return true;
      return orFault(() => Promise.reject(error));
    }
  },
});
