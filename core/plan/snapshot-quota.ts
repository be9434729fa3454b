import { type Duration, days, type Instant, instant, later, milliseconds } from '../time/instant.ts';
import { parseCron } from './cron.ts';
import { type Finding, finding } from './finding.ts';
import { type Installation, isRds, type Plan, planOf } from './installation.ts';
import { runsBetween } from './schedule.ts';

/** A Monday, far from any change of the clocks. Rules repeat weekly or more rarely. */
const START: Instant = instant(Date.UTC(2026, 0, 5));

/** A point is looked at hourly, so it goes into the bin and out of it up to a day later than its time. */
const LAG = days(1);

function runsWithin(plan: Plan, length: Duration): number {
  return plan.rules.reduce((sum, rule) => {
    const cron = parseCron(rule.cron);
    return typeof cron === 'string'
      ? sum
      : sum + runsBetween(cron, plan.timeZone, START, later(START, length)).length;
  }, 0);
}

/** The most points that a cluster has at one time: those that rules keep, and those that lie in the bin. */
export function mostPoints(plan: Plan): { readonly kept: number; readonly inBin: number } {
  const { keepLast, keepWithin, hourly, daily, weekly, monthly, yearly, minimumKeep } = plan.retention;
  const within = keepWithin === undefined ? 0 : runsWithin(plan, keepWithin);
  const kept = keepLast + within + hourly + daily + weekly + monthly + yearly;
  return { kept: Math.max(kept, minimumKeep), inBin: runsWithin(plan, milliseconds(plan.grace + LAG)) };
}

/** Every recovery point of a database cluster is a manual snapshot, here and in each region that it is copied to. */
export function snapshotsFit(installation: Installation, quota: number): readonly Finding[] {
  const clusters = installation.clusters
    .filter(isRds)
    .map((cluster) => ({ name: cluster.name, ...mostPoints(planOf(installation, cluster)!) }));
  const most = clusters.reduce((sum, { kept, inBin }) => sum + kept + inBin, 0);
  if (most <= quota) return [];
  const each = clusters
    .toSorted((a, b) => b.kept + b.inBin - a.kept - a.inBin)
    .map(({ name, kept, inBin }) => `${name} up to ${kept} kept and ${inBin} in the bin`);
  return [
    finding(
      ['quotas', 'clusterSnapshots'],
      `database clusters may come to ${most} snapshots per region (${each.join('; ')}) and AWS allows ${quota}; keep fewer, shorten grace or run less often, or have quota L-9B510759 raised and write it here`,
    ),
  ];
}
