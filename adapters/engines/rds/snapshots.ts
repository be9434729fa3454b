import {
  type DBClusterSnapshot,
  DescribeDBClusterSnapshotsCommand,
  ListTagsForResourceCommand,
  paginateDescribeDBClusterSnapshots,
  type RDSClient,
  type Tag,
} from '@aws-sdk/client-rds';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { QuotaReached } from '../../../core/errors/registry.ts';
import { isNotFound, rdsFault } from './faults.ts';

export const POINT_TAG = 'holdfast:recovery-point';
export const CLUSTER_TAG = 'holdfast:cluster';

/** RDS: manual cluster snapshots per region, and copies under way to one region (Aurora guide, Quotas). */
export const MANUAL_SNAPSHOTS_MAX = 100;
export const COPIES_UNDER_WAY_MAX = 5;

export const ownTags = (point: Pick<RecoveryPoint, 'id' | 'cluster'>): Tag[] => [
  { Key: POINT_TAG, Value: point.id },
  { Key: CLUSTER_TAG, Value: point.cluster },
];

export async function findSnapshot(rds: RDSClient, name: string): Promise<DBClusterSnapshot | undefined> {
  try {
    const found = await rds.send(
      new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name }),
    );
    return found.DBClusterSnapshots?.[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw rdsFault(error);
  }
}

export interface Census {
  readonly manual: number;
  readonly copying: number;
}

/** Counts what is there, because RDS has one fault for both of its snapshot limits. */
export async function census(rds: RDSClient): Promise<Census> {
  try {
    let manual = 0;
    let copying = 0;
    for await (const page of paginateDescribeDBClusterSnapshots(
      { client: rds },
      { SnapshotType: 'manual' },
    )) {
      const snapshots = page.DBClusterSnapshots ?? [];
      manual += snapshots.length;
      copying += snapshots.filter((snapshot) => snapshot.Status === 'copying').length;
    }
    return { manual, copying };
  } catch (error) {
    throw rdsFault(error);
  }
}

export async function snapshotsUsedUp(rds: RDSClient, region: string, cause: unknown): Promise<QuotaReached> {
  const { manual, copying } = await census(rds);
  const which =
    manual >= MANUAL_SNAPSHOTS_MAX
      ? `${manual} of ${MANUAL_SNAPSHOTS_MAX} manual cluster snapshots are taken in ${region}; remove some, shorten the retention, or have quota L-9B510759 raised`
      : `rds in ${region} has ${manual} manual cluster snapshots and ${copying} copies under way, and takes no more; look at its quotas`;
  return new QuotaReached(which, { manual, copying, region }, { cause });
}

/** True when the snapshot carries this point's tags. Its name alone proves nothing. */
export async function isOurs(
  rds: RDSClient,
  snapshot: DBClusterSnapshot,
  point: Pick<RecoveryPoint, 'id' | 'cluster'>,
): Promise<boolean> {
  const tags = await tagsOf(rds, snapshot.DBClusterSnapshotArn, snapshot.TagList);
  return ownTags(point).every((own) => tags.some((tag) => tag.Key === own.Key && tag.Value === own.Value));
}

/** DocumentDB and Neptune do not promise tags in a description, so they are asked for when they are not in it. */
export async function tagsOf(
  rds: RDSClient,
  arn: string | undefined,
  described: readonly Tag[] | undefined,
): Promise<readonly Tag[]> {
  if (described !== undefined && described.length > 0) return described;
  try {
    return (await rds.send(new ListTagsForResourceCommand({ ResourceName: arn }))).TagList ?? [];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw rdsFault(error);
  }
}
