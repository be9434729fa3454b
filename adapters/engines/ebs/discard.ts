import type { DiscardSpec } from '../../../core/engines/driver.ts';
import { indexKey, manifestPrefix } from '../../../core/manifest/layout.ts';
import { type EbsPorts, manifestIn } from './ports.ts';
import { removeSnapshots, snapshotsOf } from './snapshots.ts';

/**
 * The manifest's index first: from then on nobody takes the recovery point for restorable. Then the rest of the
 * manifest, the snapshots last, so that a run that stops half-way is taken up again by the next. EBS keeps what later
 * snapshots of the same volumes share with them.
 */
export async function discardPoint(
  ports: EbsPorts,
  { point, region }: DiscardSpec,
): Promise<{ readonly removedItems: number }> {
  const { store, bucket } = manifestIn(ports, region, point);
  const index = indexKey(point.cluster, point.id);
  const keys: string[] = [];
  for await (const { key } of store.list(bucket, manifestPrefix(point.cluster, point.id))) keys.push(key);
  if (keys.includes(index)) await store.hide(bucket, [index]);
  const others = keys.filter((key) => key !== index);
  if (others.length > 0) await store.hide(bucket, others);
  const ec2 = ports.ec2(region);
  const removedItems = await removeSnapshots(ec2, await snapshotsOf(ec2, point));
  return { removedItems };
}
