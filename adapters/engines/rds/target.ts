import type { DBCluster, DBInstance, RDSClient, Tag } from '@aws-sdk/client-rds';
import { drillTags } from '../../../core/drills/isolation.ts';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import type { CapturedInstance, RdsConfiguration } from './configuration.ts';
import { POINT_TAG, tagsOf } from './snapshots.ts';

export const RESTORE_TAG = 'holdfast:restore';

/** RDS: 1 to 63 characters; three are kept for the number of an instance. */
const CLUSTER_ID = /^[a-z](?!.*--)[a-z0-9-]{0,59}$/;

/** The restore's own id, unless the request names another: the same restore always finds its own cluster. */
export const targetClusterId = (spec: RestoreSpec): string =>
  (spec.target.clusterId ?? spec.restore.id).toLowerCase();

export const isClusterId = (id: string): boolean => CLUSTER_ID.test(id) && !id.endsWith('-');

const INSTANCE_NUMBER_MAX = 99;

/** Names that the captured instance of this index may get, of so many. No other index may get any of them. */
export const instanceNames = (clusterId: string, index: number, count: number): readonly string[] =>
  Array.from(
    { length: Math.floor((INSTANCE_NUMBER_MAX - index - 1) / count) + 1 },
    (_, lap) => `${clusterId}-${index + 1 + lap * count}`,
  );

/** What stands for the captured instance of this index in a restored cluster. */
export function instanceAt(
  found: readonly DBInstance[],
  clusterId: string,
  index: number,
  count: number,
): DBInstance | undefined {
  const names = new Set(instanceNames(clusterId, index, count));
  return found.find(({ DBInstanceIdentifier: name = '' }) => names.has(name));
}

export const subnetGroupFor = (spec: RestoreSpec, captured: RdsConfiguration): string | undefined =>
  spec.target.subnetGroup ?? captured.subnetGroup;

/** Security groups belong to a VPC of one region: the captured ones mean nothing in another. */
export function securityGroupsFor(
  spec: RestoreSpec,
  captured: RdsConfiguration,
): readonly string[] | undefined {
  if (spec.target.securityGroups && spec.target.securityGroups.length > 0) return spec.target.securityGroups;
  return spec.region === spec.point.region ? captured.securityGroups : undefined;
}

/** The zone of a captured instance, where it exists. */
export const zoneFor = (spec: RestoreSpec, instance: CapturedInstance): string | undefined =>
  instance.zone?.startsWith(spec.region) ? instance.zone : undefined;

export function tagsFor(spec: RestoreSpec, captured: RdsConfiguration): Tag[] {
  const tags = new Map(Object.entries(captured.tags).filter(([key]) => !key.startsWith('aws:')));
  tags.set(RESTORE_TAG, spec.restore.id);
  tags.set(POINT_TAG, spec.point.id);
  for (const [key, value] of Object.entries(drillTags(spec.restore))) tags.set(key, value);
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** What a drill makes has to go again. */
export const isProtected = (spec: RestoreSpec, captured: RdsConfiguration): boolean =>
  captured.deletionProtection && !spec.restore.drill;

/** True when this very restore made the cluster. */
export async function isOursToRestore(
  rds: RDSClient,
  cluster: DBCluster,
  spec: RestoreSpec,
): Promise<boolean> {
  const tags = await tagsOf(rds, cluster.DBClusterArn, cluster.TagList);
  return tags.some((tag) => tag.Key === RESTORE_TAG && tag.Value === spec.restore.id);
}
