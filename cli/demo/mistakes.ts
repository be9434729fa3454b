import { days, earlier, iso, minutes, wholeSecond } from '../../core/time/instant.ts';
import { compare } from '../../embedded/applications/compare.ts';
import type { Stage } from '../stage.ts';
import { protectedCluster, type RestoreResult, restoreAndCompare, restoreAs, tell } from './restoring.ts';

type Say = (line: string) => void;
const WAREHOUSE = 'warehouse';

/** What people do to their data on an ordinary day, and how it comes back at home. */
export async function undoMistakes(stage: Stage, say: Say): Promise<RestoreResult[]> {
  const told = (result: RestoreResult): RestoreResult => {
    for (const line of tell(result)) say(line);
    return result;
  };
  say('');
  say('Somebody ran the wrong update. Orders, as they were a moment before, into a new cluster at home:');
  const results = [told(await undoUpdate(stage))];
  say('');
  say(
    "Somebody drops a partition of the warehouse's orders. It is in Doris's recycle bin, and seconds beat hours:",
  );
  results.push(told(await undropPartition(stage)));
  say('');
  say('Somebody wants to look into last night. One table, beside the one that goes on:');
  results.push(told(await tableOfLastNight(stage)));
  say('');
  return results;
}

const homeOf = (stage: Stage): string => stage.installation.regions.primary;

function undoUpdate(stage: Stage): Promise<RestoreResult> {
  const { world } = stage.cloud;
  const when = wholeSecond(earlier(stage.now, minutes(world.random('demo').between(10, 600))));
  return restoreAndCompare(stage, homeOf(stage), 'orders', iso(when));
}

/** The restore finds by itself that the bin has it. What came back is compared with what the application had. */
async function undropPartition(stage: Stage): Promise<RestoreResult> {
  const sales = stage.doris.applications.get(WAREHOUSE)![0]!;
  const month = `p${iso(earlier(stage.now, days(1)))
    .slice(0, 7)
    .replace('-', '')}`;
  sales.dropPartition('orders', month);
  const partition = `${sales.database}.orders.${month}`;
  const request = { cluster: WAREHOUSE, to: 'latest', scope: { partitions: [partition] } };
  const result = await restoreAs(stage, homeOf(stage), request);
  if (!result.output) return result;
  sales.regained(`orders.${month}`);
  const cluster = stage.doris.sourceOf(protectedCluster(stage, WAREHOUSE, 'doris'));
  const print = (row: object) => JSON.stringify(Object.entries(row).sort());
  const comparison = compare(
    sales.truthAt(stage.now),
    cluster.rowsNow(sales.database),
    (a, b) => print(a) === print(b),
    (row) => print(row).length,
  );
  return { ...result, comparison };
}

/** They drop it again when they have seen enough. */
async function tableOfLastNight(stage: Stage): Promise<RestoreResult> {
  const { database } = stage.doris.applications.get(WAREHOUSE)![0]!;
  const { catalog } = stage.doris.sourceOf(protectedCluster(stage, WAREHOUSE, 'doris'));
  const tables = () => [...catalog.database(database).tables.keys()];
  const before = new Set(tables());
  const scope = { tables: [`${database}.items`] };
  const request = { cluster: WAREHOUSE, to: 'latest', scope, from: 'backup' } as const;
  const result = await restoreAs(stage, homeOf(stage), request);
  for (const table of tables())
    if (!before.has(table)) catalog.dropTable(catalog.database(database), table, true, true);
  return result;
}
