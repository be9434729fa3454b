import type { TidbCluster } from '../../../core/plan/installation.ts';
import { iso } from '../../../core/time/instant.ts';
import type { Own, Planned } from '../ebs/configuration.ts';
import { instantOfTso, printTso, type Tso } from './tso.ts';

/**
 * What makes a set of volumes a TiDB cluster again: everything after `resolvedTs` is to be deleted, which BR's data phase
 * does. `pause` tells which attempt to keep the cluster still the snapshots were begun in.
 */
export const ownOf =
  ({ version }: TidbCluster, resolved: Tso, pause: number) =>
  (found: Planned): Own => ({
    at: iso(instantOfTso(resolved)),
    facts: {
      engine: 'tidb',
      version,
      resolvedTs: printTso(resolved),
      pause,
      backupmeta: backupmetaOf(found, version, resolved),
    },
  });

/**
 * The file of that name as BR's restore reads it (`VolSnapBackupMeta` in br/pkg/config/ebs.go): the version has to parse, the
 * timestamp is what data is deleted after, and the number of stores is compared with the target's. Text, because the
 * timestamp has more digits than a number holds. Store ids are left out: EC2 knows none, and no restore reads them.
 */
function backupmetaOf({ instances }: Planned, version: string, resolved: Tso): string {
  const stores = instances.map(({ volumes }) => ({
    volumes: volumes.map(({ volumeId, type }) => ({ volume_id: volumeId, type })),
  }));
  const cluster = `{"cluster_version":"${version.replace(/^v/, '')}","full_backup_type":"aws-ebs","resolved_ts":${printTso(resolved)}}`;
  return `{"cluster_info":${cluster},"tikv":${JSON.stringify({ replicas: stores.length, stores })}}`;
}
