import { drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { REFUSALS } from './abandon.ts';
import { drillPlace } from './drilled.ts';
import { type TidbDriverPorts, tidbCluster } from './ports.ts';
import { databasesIn, dropped, say } from './sql.ts';

/** What BR turns off while it replays a log, and leaves off when it did not come to its end (contract of PITR). */
const COLLECT_AGAIN = 'SET CONFIG tikv `gc.ratio-threshold` = 1.1';

/**
 * Empties the cluster that the drill filled: it was empty when the drill began, and no other restore may have it until it
 * is empty again. Where BR refused before it wrote anything, what is there is somebody else's, and stays.
 */
export async function tearDown(
  ports: TidbDriverPorts,
  { cluster, region, restore }: TearDownSpec,
): Promise<TornDown> {
  const { id } = drillOf(restore);
  const running = await ports.containers.runningFor(region, restore.id);
  for (const task of running) await ports.containers.stop(region, task, `${restore.id} is torn down`);
  if (running.length > 0) return { gone: false, doing: 'BR is stopped' };
  if (restore.reason && REFUSALS.has(restore.reason.name)) return { gone: true };
  const at = drillPlace(tidbCluster(cluster), region);
  const databases = await databasesIn(ports, at);
  const replayed = restore.chain !== undefined && restore.state === 'failed';
  const statements = [...databases.map(dropped), ...(replayed ? [COLLECT_AGAIN] : [])];
  if (statements.length > 0) await say(ports, at, statements);
  return databases.length === 0
    ? { gone: true }
    : { gone: false, doing: `${databases.length} databases of ${id} are dropped` };
}
