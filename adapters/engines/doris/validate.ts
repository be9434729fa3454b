import type { RestoreSpec, Verdict } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { namesIn, partitionsIn } from './answers.ts';
import { requireRecovered } from './bin.ts';
import { ask, type DorisPorts, rowsOf } from './ports.ts';
import { refusalOf } from './refusals.ts';
import { planned } from './restore.ts';
import { type Job, type Mode, spokenJob } from './restore-plan.ts';

/**
 * Backends compare the MD5 of every file that they fetch, and a job with a wrong one is CANCELLED. Here it is looked that
 * what was asked for is there by its names. Rows are not counted: nobody knows how many a snapshot had.
 */
export async function validateRestore(ports: DorisPorts, spec: RestoreSpec): Promise<Verdict> {
  const { at, index, plan } = await planned(ports, { ...spec, ...(spec.bin && { scope: {} }) });
  if (spec.bin) {
    await requireRecovered(ports, spec, spec.bin);
    return { sound: true, index };
  }
  for (const job of plan.jobs) await requireThere(ports, at, job, plan.mode);
  return { sound: true, index };
}

async function requireThere(ports: DorisPorts, at: Place, job: Job, mode: Mode): Promise<void> {
  const reply = await ask(ports, at, [{ kind: 'show-tables', database: job.into }]);
  if (reply.refused) throw refusalOf(`SHOW TABLES of ${job.into}`, reply.refused, RestoreFailed);
  const names = namesIn(rowsOf(reply));
  if (!job.table) {
    // Views are tables to SHOW TABLES.
    const { tables, views } = job.snapshot;
    if (names.length >= tables + views) return;
    throw missing(
      job,
      `${job.into} has ${names.length} tables and views, and ${tables + views} were captured`,
    );
  }
  const { table, as = table, partitions } = job.table;
  for (const name of mode === 'swap' ? [table, as] : [as])
    if (!names.includes(name)) throw missing(job, `${job.into} has no table ${name}`);
  if (partitions.length > 0) await requirePartitions(ports, at, job, as, partitions);
}

async function requirePartitions(
  ports: DorisPorts,
  at: Place,
  job: Job,
  table: string,
  partitions: readonly string[],
): Promise<void> {
  const reply = await ask(ports, at, [{ kind: 'show-partitions', database: job.into, table }]);
  if (reply.refused) throw refusalOf(`SHOW PARTITIONS of ${job.into}.${table}`, reply.refused, RestoreFailed);
  const there = new Set(partitionsIn(rowsOf(reply)).map(({ name }) => name));
  const lost = partitions.filter((partition) => !there.has(partition));
  if (lost.length > 0) throw missing(job, `${job.into}.${table} has no partition ${lost.join(', ')}`);
}

const missing = (job: Job, what: string): RestoreFailed =>
  new RestoreFailed(
    `the restore of ${spokenJob(job)} ended well, and ${what}; somebody may have dropped it: do not use what is there, and restore again`,
  );
