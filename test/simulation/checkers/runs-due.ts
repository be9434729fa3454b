import { recoveryPointId } from '../../../core/ids/names.ts';
import { parseCron } from '../../../core/plan/cron.ts';
import {
  type Cluster,
  type Installation,
  type Plan,
  planOf,
  type Rule,
} from '../../../core/plan/installation.ts';
import { runsBetween } from '../../../core/plan/schedule.ts';
import type { Instant } from '../../../core/time/instant.ts';

/** One backup that a plan asks for. */
export interface Due {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly rule: Rule;
  readonly at: Instant;
  /** The recovery point that it has to become. */
  readonly id: string;
}

/** Every backup that the plans ask for in [from, to): by the calendar alone, whatever happened. */
export const runsDue = (installation: Installation, from: Instant, to: Instant): Due[] =>
  installation.clusters.flatMap((cluster) => {
    const plan = planOf(installation, cluster);
    return (plan?.rules ?? []).flatMap((rule) => {
      const cron = parseCron(rule.cron);
      if (typeof cron === 'string')
        throw new Error(`rule ${rule.name} has no cron that can be read: ${cron}`);
      return runsBetween(cron, plan!.timeZone, from, to).map((at) => ({
        cluster,
        plan: plan!,
        rule,
        at,
        id: recoveryPointId(cluster.name, rule.name, at),
      }));
    });
  });
