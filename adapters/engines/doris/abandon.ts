import type { Abandoned, AbandonedRestore } from '../../../core/engines/driver.ts';
import { EngineBusy, RestoreFailed } from '../../../core/errors/registry.ts';
import { allOf } from '../shared/bounded.ts';
import { isOver, jobsIn, namesIn } from './answers.ts';
import {
  ask,
  besideName,
  type DorisPorts,
  dorisCluster,
  repositoryOf,
  restorePlace,
  rowsOf,
  suffixOf,
  turnIn,
} from './ports.ts';
import { says } from './refusals.ts';
import { detach } from './repository.ts';

const SESSIONS = 4;

/** What is refused before RESTORE is handed in for the first time. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidInput',
  'TargetNotEmpty',
  'TargetNotUsable',
  'RecoveryPointNotRestorable',
  'UnsupportedByEngine',
]);

/**
 * Cancels what still runs: Doris then takes back what that job made, and gives tables that it closed free again. What
 * earlier jobs of the same restore brought stays, under names that say whose it is.
 */
export async function abandonRestore(ports: DorisPorts, spec: AbandonedRestore): Promise<Abandoned> {
  const { cluster, region, restore, reason, turns } = spec;
  const at = restorePlace(ports, cluster, region);
  const { recoveryPoint, id } = restore;
  const captured = Object.keys(dorisCluster(cluster).databases);
  const listed = await ask(ports, at, [{ kind: 'show-databases' }]);
  const there = new Set(namesIn(rowsOf(listed)));
  const candidates = [...captured, ...captured.map((name) => besideName(restore, name))].filter((name) =>
    there.has(name),
  );
  await allOf(candidates, SESSIONS, async (database) => {
    const jobs = await ask(ports, at, [{ kind: 'show-restore', database }]);
    const own = jobsIn('RESTORE', rowsOf(jobs)).some(
      (job) => !isOver(job) && job.label.startsWith(`${recoveryPoint}-`),
    );
    // Another restore of the same point has the same label: whose turn it is tells whose job it is.
    if (!own || (turns && !(await turns.take(turnIn(at, database))))) return;
    const { refused } = await ask(ports, at, [{ kind: 'cancel-restore', database }]);
    if (!refused || says('notRunning', refused) || says('notCancellable', refused)) return;
    throw new RestoreFailed(
      `CANCEL RESTORE FROM ${database} on ${at.cluster} was refused: ${refused.message}; cancel it there`,
    );
  });
  for (const database of candidates) await turns?.leave(turnIn(at, database));
  if (recoveryPoint !== undefined && !(await detach(ports, at, { id: recoveryPoint })))
    throw new EngineBusy(
      `a job that was cancelled still uses ${repositoryOf(recoveryPoint)}; the machine asks again`,
    );
  if (REFUSALS.has(reason.name)) return { target: 'untouched' };
  const made = candidates.filter((name) => !captured.includes(name));
  return {
    target: 'unfinished',
    left:
      made.length > 0
        ? `what was restored by then lies in ${made.join(', ')}: look at it, and DROP DATABASE \`${made[0]}\` FORCE removes it`
        : `tables that were restored by then end in ${suffixOf(id)}, or lie in their own databases of a cluster that was empty of them: look at them, and DROP TABLE … FORCE removes them`,
  };
}
