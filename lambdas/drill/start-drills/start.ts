import { stamp } from '../../../core/ids/names.ts';
import { iso, wholeSecond } from '../../../core/time/instant.ts';
import type { startDrills } from '../../../workflows/contracts/drill.ts';
import { settled } from '../../shared/at-once.ts';
import { instantOf } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';

/** StartExecution takes 150 a second in small regions. */
const AT_ONCE = 10;

/** Starts a machine per cluster, under a name that a second delivery of the same trigger finds used. */
export async function start(
  { plan: name, scheduledAt }: Input<typeof startDrills>,
  { region, configuration, machines }: Pick<TaskPorts, 'region' | 'configuration' | 'machines'>,
): Promise<Output<typeof startDrills>> {
  const { installation } = await configuration.read();
  const drills = installation.plans.find((plan) => plan.name === name)?.drills;
  const due = wholeSecond(instantOf(scheduledAt));
  // A schedule may be older than the configuration that this function has.
  const clusters = drills?.region === region ? installation.clusters.filter(({ plan }) => plan === name) : [];
  const outcomes = await settled(clusters, AT_ONCE, ({ name: cluster }) =>
    machines.start('drill', `${cluster}-${stamp(due)}`, { cluster, scheduledAt: iso(due) }),
  );
  throwWorst(
    `of plan ${name} at ${iso(due)}, drills were not started`,
    clusters.map((cluster, n) => [cluster.name, outcomes[n]!] as const),
  );
  const started = outcomes.filter((o) => o.status === 'fulfilled' && o.value.first).length;
  return { started, alreadyStarted: outcomes.length - started };
}
