import { invariant } from '../../../core/errors/assert.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { partitionsIn } from './answers.ts';
import { ask, type DorisPorts, rowsOf } from './ports.ts';
import { refusalOf } from './refusals.ts';
import { type Job, spokenJob } from './restore-plan.ts';

/**
 * Exchanges the names of a restored table and its original, in two laps. Exchanged twice, all would be as before, and a lap
 * whose answer is lost runs twice: so the first lap writes down an id of the restored table's, and the second exchanges
 * only while the new name still leads to it.
 *
 * @returns what the next lap is to know
 */
export async function swapNext(ports: DorisPorts, at: Place, job: Job, known: string): Promise<string> {
  const { table, into } = job;
  invariant(table?.as !== undefined, 'what is swapped was restored beside its original');
  const reply = await ask(ports, at, [{ kind: 'show-partitions', database: into, table: table.as }]);
  if (reply.refused) throw refusalOf(`SHOW PARTITIONS of ${into}.${table.as}`, reply.refused, RestoreFailed);
  const id = partitionsIn(rowsOf(reply))[0]?.id ?? '';
  if (id === '')
    throw new RestoreFailed(
      `${into}.${table.as} has no partition, so nobody can tell it from ${into}.${table.table} once their names are exchanged; it is restored: exchange them yourself with ALTER TABLE … REPLACE WITH TABLE`,
    );
  if (known === '-') return id;
  if (id !== known) return 'done';
  const { refused } = await ask(ports, at, [
    { kind: 'swap-tables', database: into, table: table.table, with: table.as },
  ]);
  if (refused) throw refusalOf(`the exchange of ${spokenJob(job)} with its original`, refused, RestoreFailed);
  return 'done';
}
