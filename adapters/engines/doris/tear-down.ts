import { drillOf } from '../../../core/drills/isolation.ts';
import type { TearDownSpec, TornDown } from '../../../core/engines/driver.ts';
import { RestoreFailed, TargetNotUsable } from '../../../core/errors/registry.ts';
import { namesIn } from './answers.ts';
import { ask, type DorisPorts, drillNamesOf, restorePlace, rowsOf } from './ports.ts';
import { refusalOf } from './refusals.ts';

/** The databases whose names begin with the drill's mark, and none that goes into the recycle bin. */
export async function tearDown(
  ports: DorisPorts,
  { cluster, region, restore }: TearDownSpec,
): Promise<TornDown> {
  const prefix = drillNamesOf(drillOf(restore).id);
  const at = restorePlace(ports, cluster, region);
  const listed = await ask(ports, at, [{ kind: 'show-databases' }]);
  if (listed.refused) throw refusalOf(`SHOW DATABASES on ${at.cluster}`, listed.refused, TargetNotUsable);
  const ours = namesIn(rowsOf(listed)).filter((name) => name.startsWith(prefix));
  for (const database of ours) {
    const { refused } = await ask(ports, at, [{ kind: 'drop-database', database }]);
    if (refused) throw refusalOf(`DROP DATABASE ${database} on ${at.cluster}`, refused, RestoreFailed);
  }
  return ours.length === 0 ? { gone: true } : { gone: false, doing: `${ours.join(', ')} are dropped` };
}
