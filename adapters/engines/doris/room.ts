import { TargetNotEmpty, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { namesIn } from './answers.ts';
import { ask, type DorisPorts, rowsOf } from './ports.ts';
import { refusalOf } from './refusals.ts';
import { type Job, type Mode, spokenJob } from './restore-plan.ts';

/**
 * A restore writes over nothing, unless that is asked for by name. Two that were asked for at once both find room before
 * they begin, so it is asked again by the one whose turn in the database it is.
 *
 * @throws TargetNotEmpty, TargetNotUsable
 */
export async function requireRoom(ports: DorisPorts, at: Place, job: Job, mode: Mode): Promise<void> {
  const listed = await ask(ports, at, [{ kind: 'show-databases' }]);
  if (listed.refused) throw refusalOf(`SHOW DATABASES on ${at.cluster}`, listed.refused, TargetNotUsable);
  const isThere = namesIn(rowsOf(listed)).includes(job.into);
  if (!isThere) {
    if (!job.table || at.end === 'target') return;
    throw new TargetNotUsable(
      `there is no database ${job.into} to restore ${spokenJob(job)} into; restore the database: { "databases": ["${job.from}"] }`,
    );
  }
  // What fell behind is no longer the truth of anything.
  if (mode === 'in-place' || mode === 'difference') return;
  const tables = await ask(ports, at, [{ kind: 'show-tables', database: job.into }]);
  if (tables.refused) throw refusalOf(`SHOW TABLES of ${job.into}`, tables.refused, TargetNotUsable);
  const names = namesIn(rowsOf(tables));
  if (!job.table) {
    if (names.length === 0) return;
    throw taken(`the database ${job.into} is there already, with ${shown(names)}`);
  }
  const { table, as = table } = job.table;
  if (names.includes(as)) throw taken(`${job.into}.${as} is there already`);
  if (mode === 'swap' && !names.includes(table))
    throw new TargetNotUsable(`there is no ${job.into}.${table} to exchange names with; leave mode out`);
}

const taken = (what: string): TargetNotEmpty =>
  new TargetNotEmpty(
    `${what}, and a restore writes over nothing; give "mode": "beside" for a name of its own, drop what is there, or give "mode": "in-place", which makes tables unreadable while it runs (docs/engines/doris.md)`,
  );

const NAMES_SHOWN = 20;
export const shown = (names: readonly string[]): string =>
  names.slice(0, NAMES_SHOWN).join(', ') +
  (names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '');
