import { InvariantViolation } from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import type { Cluster, MilvusCluster } from '../../../core/plan/installation.ts';
import type { Containers } from '../../../core/ports/containers.ts';
import type { Reach } from '../../../core/ports/reach.ts';
import type { ObjectsPorts } from '../objects/ports.ts';
import type { FileWriter } from '../shared/files.ts';

/** What milvus-backup stores in the vaults are files; what it does not restore is put back over Milvus's own API. */
export interface MilvusPorts extends ObjectsPorts {
  readonly containers: Containers;
  readonly reach: Reach;
}

export function milvusCluster(cluster: Cluster): MilvusCluster {
  if (cluster.engine === 'milvus') return cluster;
  throw new InvariantViolation(
    `the milvus driver was given the cluster ${cluster.name} of engine ${cluster.engine}`,
  );
}

/** The task definition that runs milvus-backup for one cluster; it exists under this name in every region. */
export const familyOf = (cluster: Pick<Cluster, 'name'>): string => `holdfast-milvus-${cluster.name}`;

/** milvus-backup takes letters, digits and underscores, at most 128, and no digit first. */
export const backupNameOf = (id: RecoveryPointId): string =>
  `hf_${id.replaceAll(/[^A-Za-z0-9_]/g, '_')}`.slice(0, 128);

/** Written last: a backup that has it is complete. */
export const fullMetaOf = (id: RecoveryPointId): string => `${backupNameOf(id)}/meta/full_meta.json`;

/** What the tool tells a backup by: the file that it asks for, and the one that it writes last. */
export const markersOf = (id: RecoveryPointId): readonly string[] => [
  fullMetaOf(id),
  `${backupNameOf(id)}/meta/backup_meta.json`,
];

/** The tool writes nothing that a restore does not read. */
export const MILVUS_FILES: FileWriter = {
  isPart: () => true,
  writes: 'milvus-backup',
  otherChecksum:
    'a copy keeps the checksum that Milvus or its storage asked for when it wrote the log; leave the checksum settings of Milvus’s bucket and client at their defaults',
};
