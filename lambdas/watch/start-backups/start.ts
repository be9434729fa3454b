import { InvalidInput } from '../../../core/errors/registry.ts';
import { recoveryPointId } from '../../../core/ids/names.ts';
import type { Cluster, Installation, Plan } from '../../../core/plan/installation.ts';
import { iso, wholeSecond } from '../../../core/time/instant.ts';
import type { startBackups } from '../../../workflows/contracts/watch.ts';
import { instantOf, listed, ruleNamed } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { activeHere, type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { throwWorst } from '../../shared/throw-worst.ts';

/** StartExecution takes 150 a second in small regions; ten at a time, some 50 ms each, stay near that. */
export const AT_ONCE = 10;

/**
 * Starts a machine per cluster. The name is the recovery point's id and the input follows from the schedule alone, so
 * that a second delivery of the same trigger finds what the first one started. One cluster's failure stops no other.
 */
export async function start(
  { plan: planName, rule: ruleName, scheduledAt }: Input<typeof startBackups>,
  ports: Pick<TaskPorts, 'configuration' | 'machines'> & SidesPorts,
): Promise<Output<typeof startBackups>> {
  const { machines } = ports;
  const { installation } = await ports.configuration.read();
  const rule = ruleNamed(planNamed(installation, planName), ruleName);
  const due = wholeSecond(instantOf(scheduledAt));
  const planned = installation.clusters.filter(({ plan }) => plan === planName);
  const clusters = activeHere(planned, await sidesOf(installation, ports), installation, ports);
  const startOne = ({ name }: Cluster) =>
    machines.start('backup', recoveryPointId(name, rule.name, due), {
      cluster: name,
      rule: rule.name,
      scheduledAt: iso(due),
    });
  const outcomes: PromiseSettledResult<{ readonly first: boolean }>[] = [];
  for (let at = 0; at < clusters.length; at += AT_ONCE)
    outcomes.push(...(await Promise.allSettled(clusters.slice(at, at + AT_ONCE).map(startOne))));
  throwWorst(
    `of rule ${rule.name} of plan ${planName} at ${iso(due)}, backups were not started`,
    clusters.map(({ name }, n) => [name, outcomes[n]!] as const),
  );
  const started = outcomes.filter((o) => o.status === 'fulfilled' && o.value.first).length;
  return { started, alreadyStarted: outcomes.length - started };
}

function planNamed({ plans }: Installation, name: string): Plan {
  const plan = plans.find((candidate) => candidate.name === name);
  if (plan) return plan;
  throw new InvalidInput(
    `no plan is called ${name}; known plans: ${listed(plans.map((p) => p.name))}; deploy again so that its schedules go`,
  );
}
