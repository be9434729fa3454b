import { between, type Duration, days, instant, later, milliseconds } from '../time/instant.ts';
import { parseCron } from './cron.ts';
import type { Plan, Rule } from './installation.ts';
import { runsBetween } from './schedule.ts';

/** A whole year, so that the day on which the clocks go forward is in it. */
const START = instant(Date.UTC(2026, 0, 1));
const YEAR = days(366);

/** The least time between two runs of a rule; a year when it runs less than twice in one. */
export function periodOf(plan: Plan, rule: Rule): Duration {
  const cron = parseCron(rule.cron);
  const runs = typeof cron === 'string' ? [] : runsBetween(cron, plan.timeZone, START, later(START, YEAR));
  const gaps = runs.slice(1).map((run, n) => between(runs[n]!, run));
  return milliseconds(gaps.reduce<number>((least, gap) => Math.min(least, gap), YEAR));
}
