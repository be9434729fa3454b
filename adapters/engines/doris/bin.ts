import type { Recovered, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import {
  type Reason,
  RestoreFailed,
  reasonOf,
  TargetNotEmpty,
  TargetNotUsable,
} from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { idOf, neighboursOf, rowsInBin } from './bin-find.ts';
import { named } from './names.ts';
import { ask, type DorisPorts, sourcePlace } from './ports.ts';
import { refusalOf } from './refusals.ts';
import type { Statement } from './statements.ts';

const OTHERWISE = 'give "from": "backup" to restore it from a recovery point';

/** The last part of `shop.orders.p1`. */
const lastOf = (full: string): string => full.slice(full.lastIndexOf('.') + 1);

const landsAs = ({ name, as }: Recovered): string => as ?? lastOf(name);

/** Whether the bin still has it, by its id. */
async function isInBin(ports: DorisPorts, at: Place, { kind, id, name }: Recovered): Promise<boolean> {
  const rows = await rowsInBin(ports, at, named(kind, lastOf(name)));
  return rows.some((row) => row.type === kind && idOf(row) === id);
}

const isThere = async (ports: DorisPorts, at: Place, entry: Recovered): Promise<boolean> =>
  (await neighboursOf(ports, at, entry.name))?.includes(landsAs(entry)) ?? false;

/** What stands in the way of bringing these back. */
export async function binObstacles(
  ports: DorisPorts,
  { cluster }: RestoreSpec,
  entries: readonly Recovered[],
): Promise<readonly Reason[]> {
  const at = sourcePlace(ports, cluster);
  const reasons: Reason[] = [];
  for (const entry of entries) {
    if (!(await isInBin(ports, at, entry)))
      reasons.push(
        reasonOf(
          new TargetNotUsable(
            `${entry.name} is no longer in the recycle bin of ${cluster.name}: its time ran out, or somebody recovered or purged it; ${OTHERWISE}`,
          ),
        ),
      );
    else if (await isThere(ports, at, entry))
      reasons.push(
        reasonOf(
          new TargetNotEmpty(
            `${landsAs(entry)} is there by now, beside where ${entry.name} was; start the restore again, and it gets another name`,
          ),
        ),
      );
  }
  return reasons;
}

/** All of it in one lap: it moves no data. A lap that runs twice finds what it did. */
export async function recoverOn(ports: DorisPorts, spec: RestoreSpec): Promise<Step> {
  const at = sourcePlace(ports, spec.cluster);
  const entries = spec.bin ?? [];
  for (const entry of entries) {
    if (!(await isInBin(ports, at, entry))) continue;
    const { refused } = await ask(ports, at, [recoverOf(entry)]);
    if (!refused) continue;
    const { message } = refusalOf(`RECOVER of ${entry.name}`, refused, RestoreFailed);
    throw new RestoreFailed(`${message}; ${OTHERWISE}`);
  }
  await requireRecovered(ports, spec, entries);
  return { outcome: 'ready', cursor: { recovered: entries.length, items: entries.length, bytes: 0 } };
}

function recoverOf({ kind, name, id, as }: Recovered): Statement {
  const [database = '', table = '', partition = ''] = name.split('.');
  const which = { id, ...(as !== undefined && { as }) };
  switch (kind) {
    case 'database':
      return { kind: 'recover-database', name: database, ...which };
    case 'table':
      return { kind: 'recover-table', database, name: table, ...which };
    case 'partition':
      return { kind: 'recover-partition', database, table, name: partition, ...which };
  }
}

/** @throws RestoreFailed when one of them is not where it should be */
export async function requireRecovered(
  ports: DorisPorts,
  { cluster }: RestoreSpec,
  entries: readonly Recovered[],
): Promise<void> {
  const at = sourcePlace(ports, cluster);
  for (const entry of entries)
    if (!(await isThere(ports, at, entry)))
      throw new RestoreFailed(
        `${entry.name} is neither in the recycle bin of ${cluster.name} nor there as ${landsAs(entry)}: its time ran out, or somebody purged it; ${OTHERWISE}`,
      );
}
