import { ALLOWANCES, CAPABILITIES } from '../engines/capabilities.ts';
import { parseCron } from '../plan/cron.ts';
import type { EngineName, Plan, Rule } from '../plan/installation.ts';
import { runsBetween } from '../plan/schedule.ts';
import { between, type Duration, days, type Instant, later, milliseconds } from '../time/instant.ts';

/** A term of a sum, with the words that explain it. */
export interface Term {
  readonly what: string;
  readonly length: Duration;
}

/** What the arithmetic needs to know of a cluster. */
export interface Captured {
  readonly engine: EngineName;
  /** Of an engine with a log. */
  readonly logFlush?: Duration;
}

export interface Loss {
  readonly terms: readonly Term[];
  readonly total: Duration;
  /** What carries the newest instant: recovery points alone, or the log that follows them. */
  readonly by: 'points' | 'log';
}

/** A year and a day, so that every change of the clocks and a leap day are seen from any start. */
export const HORIZON = days(367);

interface Run {
  readonly rule: Rule;
  readonly scheduledAt: Instant;
  /** When a restore can count on it. */
  readonly usableAt: Instant;
}

const sum = (by: Loss['by'], terms: readonly Term[]): Loss => ({
  by,
  terms,
  total: milliseconds(terms.reduce((total, { length }) => total + length, 0)),
});

/**
 * In the order in which they become usable. Runs that do so only beyond the horizon are left out: a faster run that is
 * scheduled beyond it may overtake them, so they would show a gap that is none.
 */
function runsOf(plan: Plan, engine: EngineName, copy: Duration, from: Instant, within = HORIZON): Run[] {
  const until = later(from, within);
  return plan.rules
    .flatMap((rule) => {
      const cron = parseCron(rule.cron);
      if (typeof cron === 'string') return [];
      const lag = milliseconds(rule.flexibleWindow + turnOf(plan, rule, engine) + rule.deadline + copy);
      return runsBetween(cron, plan.timeZone, from, until).map((scheduledAt) => ({
        rule,
        scheduledAt,
        usableAt: later(scheduledAt, lag),
      }));
    })
    .filter(({ usableAt }) => usableAt <= until)
    .sort((a, b) => a.usableAt - b.usableAt || b.scheduledAt - a.scheduledAt);
}

/**
 * Captures of one cluster take turns where points share items, so a run may wait for one of another rule. What it waits
 * for may use its whole deadline.
 */
export const turnOf = (plan: Plan, rule: Pick<Rule, 'name'>, engine: EngineName): Duration =>
  CAPABILITIES[engine].incremental
    ? milliseconds(
        Math.max(0, ...plan.rules.filter(({ name }) => name !== rule.name).map(({ deadline }) => deadline)),
      )
    : milliseconds(0);

const ruled = ({ rule, scheduledAt }: Run): string =>
  `${rule.name} of ${new Date(scheduledAt).toISOString().slice(0, 16)}Z`;

/**
 * The data that is lost when the worst moment of the coming year is hit: just before a run becomes usable, the newest
 * usable point is the run before it. Undefined when the plan runs less than twice in that time.
 */
function lossBetweenRuns(plan: Plan, engine: EngineName, from: Instant): Loss | undefined {
  const copy = plan.objectives.survives === 'region' ? plan.copyAllowance : milliseconds(0);
  let newest: Run | undefined;
  let worst: { readonly loss: Duration; readonly before: Run; readonly run: Run } | undefined;
  for (const run of runsOf(plan, engine, copy, from)) {
    // A run that is usable later than a newer one ends nobody's wait.
    if (newest && run.scheduledAt <= newest.scheduledAt) continue;
    const loss = newest && between(newest.scheduledAt, run.usableAt);
    if (newest && loss && (!worst || loss > worst.loss)) worst = { loss, before: newest, run };
    newest = run;
  }
  if (!worst) return undefined;
  const { before, run } = worst;
  const turn = turnOf(plan, run.rule, engine);
  return sum('points', [
    {
      what: `longest gap, ${ruled(before)} to ${ruled(run)}`,
      length: between(before.scheduledAt, run.scheduledAt),
    },
    { what: 'flexible window', length: run.rule.flexibleWindow },
    ...(turn > 0 ? [{ what: 'turn of another capture', length: turn }] : []),
    { what: 'capture deadline', length: run.rule.deadline },
    ...(copy > 0 ? [{ what: 'copy allowance', length: copy }] : []),
  ]);
}

/**
 * With a log of Holdfast's own, what lies in the vault is a few minutes old whatever the rules' rhythm: the log is written
 * there, beside the cluster and not with it, and follows to the other region. It holds while the log runs: a log that
 * lags, pauses or breaks is an objective that is breached, and is announced as one. Undefined when the engine has none,
 * when no full is ever taken that it could be replayed on, or when it leaves the region nowhere to follow to.
 */
export function lossByLog(plan: Plan, { engine, logFlush }: Captured, from: Instant): Loss | undefined {
  const { logLag } = ALLOWANCES[engine];
  if (!plan.logBackup || !CAPABILITIES[engine].logBackup || !logLag || logFlush === undefined)
    return undefined;
  const elsewhere = plan.objectives.survives === 'region';
  if (elsewhere && plan.copyTo.length === 0) return undefined;
  if (runsOf(fullsOf(plan), engine, milliseconds(0), from).length === 0) return undefined;
  return sum('log', [
    { what: logLag.because.flush, length: logFlush },
    ...(elsewhere ? [{ what: logLag.because.follow, length: logLag.follow }] : []),
  ]);
}

const fullsOf = (plan: Plan): Plan => ({ ...plan, rules: plan.rules.filter(({ kind }) => kind === 'full') });

/**
 * How old the newest usable full is at the worst moment, so how much log a restore replays. Undefined when fulls are taken
 * less than twice in the horizon.
 */
export const longestWaitForFull = (plan: Plan, engine: EngineName, from: Instant): Duration | undefined =>
  lossBetweenRuns(fullsOf(plan), engine, from)?.total;

/** Most plans run daily; the year is for those that do not, and costs what a thousand runs cost. */
const FIRST_WITHIN = [days(2), days(16), HORIZON];

/**
 * When the first full that is scheduled after `from` can be counted on in each region that it is copied to, be it as slow
 * as it may. A log restores nothing before it. Undefined when the horizon has none.
 */
export function firstFullUsableAt(plan: Plan, engine: EngineName, from: Instant): Instant | undefined {
  for (const within of FIRST_WITHIN) {
    const [first] = runsOf(fullsOf(plan), engine, plan.copyAllowance, from, within);
    if (first) return first.usableAt;
  }
  return undefined;
}

/**
 * Without such a log, counted from recovery points alone, as the watcher measures it afterwards: RDS's own log loses
 * minutes only, but RDS removes it together with its cluster unless somebody said otherwise, and a lost cluster is what
 * an objective is for.
 */
export const worstLoss = (plan: Plan, cluster: Captured, from: Instant): Loss | undefined =>
  lossByLog(plan, cluster, from) ?? lossBetweenRuns(plan, cluster.engine, from);
