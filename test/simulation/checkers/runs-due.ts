import type { Stage } from '../../../cli/stage.ts';
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
import { turned } from '../../../core/plan/turned.ts';
import { earlier, hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { isActiveThroughout, isSettledThroughout } from './active-side.ts';
import { everInForce } from './in-force.ts';

/** One backup that a plan asks for. */
export interface Due {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly rule: Rule;
  readonly at: Instant;
  /** The recovery point that it has to become. */
  readonly id: string;
  /** Where it is captured. */
  readonly region: string;
}

/** Every backup that may have been asked for in [from, to), by any plan that may have ruled at its time, on either side. */
export const runsPossible = (stage: Stage, from: Instant, to: Instant): Due[] =>
  everInForce(stage).flatMap(({ installation, possibly }) =>
    sidesOf(installation).flatMap((side) =>
      runsDue(side, latest(from, possibly.from), earliest(to, possibly.to)),
    ),
  );

/**
 * Every backup that must have been asked for in [from, to): its plan ruled at its time, and for as long after it as its
 * trigger may be on its way, and its cluster was active meanwhile where the plan captures it, and served there.
 */
export const runsCertain = (stage: Stage, from: Instant, to: Instant): Due[] =>
  everInForce(stage)
    .flatMap(({ installation, surely }) =>
      sidesOf(installation).flatMap((side) =>
        runsDue(side, latest(from, surely.from), earliest(to, earlier(surely.to, ON_ITS_WAY))),
      ),
    )
    .filter(({ cluster: { name }, region, at }) => {
      const [from, to] = [earlier(at, minutes(1)), later(at, ON_ITS_WAY)];
      return (
        isActiveThroughout(stage, name, region, from, to) &&
        isSettledThroughout(stage, name, region, from, to)
      );
    });

/** An installation as each of its regions captures by it. */
const sidesOf = (installation: Installation): readonly Installation[] => [
  installation,
  ...installation.regions.recovery.flatMap((region) => turned(installation, region) ?? []),
];

/** Longer than any flexible window of the installations, and time to be late. */
const ON_ITS_WAY = hours(2);
const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);
const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);

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
        region: installation.regions.primary,
      }));
    });
  });
