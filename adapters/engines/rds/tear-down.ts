import { DeleteDBClusterCommand, DeleteDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import { DRILL_TAG, drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { findCluster, instancesOf } from './clusters.ts';
import { isBusy, isNotFound, rdsFault } from './faults.ts';
import type { RdsPorts } from './ports.ts';
import { tagsOf } from './snapshots.ts';

/**
 * The cluster that is called after the drill and carries its tag, with its instances, without a last snapshot: it is a
 * copy of what is kept. One of that name without the tag is somebody else's and stays.
 */
export async function tearDown(
  ports: Pick<RdsPorts, 'rds'>,
  { region, restore }: TearDownSpec,
): Promise<TornDown> {
  const { id } = drillOf(restore);
  invariant(restore.target === id, 'a drilled cluster is called after its drill', {
    restore: restore.id,
    target: restore.target,
  });
  const rds = ports.rds(region);
  const cluster = await findCluster(rds, id);
  if (!cluster) return { gone: true };
  const tags = await tagsOf(rds, cluster.DBClusterArn, cluster.TagList);
  if (!tags.some(({ Key, Value }) => Key === DRILL_TAG && Value === id)) return { gone: true };
  if (cluster.Status === 'deleting') return { gone: false, doing: `${id} is being deleted` };
  const instances = await instancesOf(rds, id);
  for (const { DBInstanceIdentifier: name, DBInstanceStatus: status } of instances)
    if (name !== undefined && status !== 'deleting')
      await unlessBusy(() =>
        rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, SkipFinalSnapshot: true })),
      );
  const asked = await unlessBusy(() => deleteCluster(rds, id));
  return {
    gone: false,
    doing: asked ? `${id} is being deleted` : `${id}: ${instances.length} instances are being deleted`,
  };
}

const deleteCluster = (rds: RDSClient, id: string) =>
  rds.send(new DeleteDBClusterCommand({ DBClusterIdentifier: id, SkipFinalSnapshot: true }));

/** What is still being created, or has instances left, is asked again later. */
async function unlessBusy(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (isBusy(error)) return false;
    throw rdsFault(error);
  }
}
