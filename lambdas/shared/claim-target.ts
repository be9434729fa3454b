import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import { type Reason, reasonOf, TargetNotEmpty } from '../../core/errors/registry.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { type Duration, days, hours, type Instant, later, minutes } from '../../core/time/instant.ts';

/** A pre-flight with all its retries takes less. */
export const CLAIMED_FOR_PREFLIGHT: Duration = hours(2);
/** As long as holdfast-restore may run. */
export const CLAIMED_FOR_RESTORE: Duration = days(3);
/** DynamoDB: a sort key has at most 1,024 bytes (ServiceQuotas.html), and a character up to four. */
const CHARACTERS_MAX = 240;

/** What was stopped has this long to end: Fargate kills it two minutes after it was asked. */
const LINGERS: Duration = minutes(3);

/**
 * A bucket does not say who writes into it, and neither does an empty cluster that a tool fills, so two restores that were
 * asked into one would mix there. A place that is named after the restore is its own, and the name of a database cluster
 * is taken once. Only places have a colon: `s3://bucket/prefix`, `host:port`.
 */
const isShared = ({ target, id }: RestoreRecord): boolean => target.includes(':') && !target.includes(id);

const nameOf = ({ region, target }: RestoreRecord): string =>
  `restore#${region}#${target.slice(-CHARACTERS_MAX)}`;

/**
 * Takes the target for one restore, before anybody looks whether it is empty. A retry finds the claim its own.
 *
 * @returns why it cannot be had, while another restore has it
 */
export async function claimTarget(
  record: RestoreRecord,
  { catalog }: { readonly catalog: Pick<Catalog, 'lease'> },
  howLong: Duration,
  now: Instant,
): Promise<Reason | undefined> {
  if (!isShared(record)) return undefined;
  const lease = { name: nameOf(record), holder: record.id, until: later(now, howLong) };
  if (await catalog.lease(lease, now)) return undefined;
  return reasonOf(
    new TargetNotEmpty(
      `another restore writes into ${record.target}; nothing of ${record.id} was written: wait for its end, or name another target`,
      { target: record.target },
    ),
  );
}

/** At the end of a restore. What a drill filled is its own until it has been removed from there. */
export async function leaveTargetAtEnd(
  record: RestoreRecord,
  ports: { readonly catalog: Pick<Catalog, 'release'> },
  now: Instant,
): Promise<void> {
  if (!record.drill) await leaveTarget(record, ports, now);
}

/** The next one may have it once what was stopped there has ended. */
export async function leaveTargetSoon(
  record: RestoreRecord,
  { catalog }: { readonly catalog: Pick<Catalog, 'lease'> },
  now: Instant,
): Promise<void> {
  if (!isShared(record) || record.drill) return;
  await catalog.lease({ name: nameOf(record), holder: record.id, until: later(now, LINGERS) }, now);
}

/** Lets the next one have it. Another restore's claim stays. */
export async function leaveTarget(
  record: RestoreRecord,
  { catalog }: { readonly catalog: Pick<Catalog, 'release'> },
  now: Instant,
): Promise<void> {
  if (isShared(record)) await catalog.release(nameOf(record), record.id, now);
}
