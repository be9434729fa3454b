import { drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { drillSuffixOf, restOf } from './landing.ts';
import type { MilvusPorts } from './ports.ts';

/** The collections of every attempt, by the drill's suffix. A database that the tool made for them stays, empty. */
export async function tearDown(
  ports: MilvusPorts,
  { cluster, region, restore }: TearDownSpec,
): Promise<TornDown> {
  const suffix = drillSuffixOf(drillOf(restore).id);
  for (const task of await ports.containers.runningFor(region, restore.id))
    await ports.containers.stop(region, task, `${restore.id} is torn down`);
  const rest = restOf(ports, { cluster, region });
  let dropped = 0;
  for (const database of await rest.databases())
    for (const name of await rest.collections(database))
      if (new RegExp(`${suffix}\\d+$`).test(name)) {
        await rest.drop({ database, name });
        dropped++;
      }
  return dropped === 0 ? { gone: true } : { gone: false, doing: `${dropped} collections are dropped` };
}
