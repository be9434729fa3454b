import { recoveryPointId } from '../../core/ids/names.ts';
import { parseCron } from '../../core/plan/cron.ts';
import type { Cluster, Plan, Rule } from '../../core/plan/installation.ts';
import { runsBetween } from '../../core/plan/schedule.ts';
import { hours, type Instant, iso, later, wholeSecond } from '../../core/time/instant.ts';
import type { SupervisePorts } from './ports.ts';

/** A full that the plan takes this soon is not worth another one beside it: it would end after that one's hour. */
const WORTH_WAITING = hours(1);

/**
 * Takes the full that a chain needs. A log is replayed onto a full that lies in it and onto nothing else, so until there
 * is one the chain restores no instant at all: with weekly fulls that could last a week, in which everything between two
 * snapshots would be lost although its log is in the vault. It is taken under a rule of the plan, so that retention
 * treats it as it treats the others.
 *
 * @param startedAt of the execution that asks: its repetitions start the same backup
 */
export async function beginFull(
  cluster: Cluster,
  plan: Plan,
  startedAt: Instant,
  { machines, telemetry }: Pick<SupervisePorts, 'machines' | 'telemetry'>,
  now: Instant,
): Promise<void> {
  const fulls = plan.rules.filter(({ kind }) => kind === 'full');
  const soon = fulls.find((rule) => isDue(plan, rule, now));
  const facts = { cluster: cluster.name };
  if (soon)
    return telemetry.info(`the log waits for the full of rule ${soon.name}, due within the hour`, facts);
  const rule = fulls[0]?.name;
  const scheduledAt = wholeSecond(startedAt);
  // A plan of incrementals alone has no rule for it; then it is a manual one, which a person expires.
  await machines.start('backup', recoveryPointId(cluster.name, rule ?? 'manual', scheduledAt), {
    cluster: cluster.name,
    ...(rule === undefined
      ? { note: 'the first full of a log chain' }
      : { rule, scheduledAt: iso(scheduledAt) }),
  });
}

function isDue({ timeZone }: Plan, { cron }: Rule, now: Instant): boolean {
  const parsed = parseCron(cron);
  return (
    typeof parsed !== 'string' && runsBetween(parsed, timeZone, now, later(now, WORTH_WAITING)).length > 0
  );
}
