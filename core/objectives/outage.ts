import { ALLOWANCES } from '../engines/capabilities.ts';
import type { Cluster, Plan } from '../plan/installation.ts';
import { speakBytes } from '../plan/quantities.ts';
import { type Duration, days, type Instant, milliseconds, seconds, speak } from '../time/instant.ts';
import { longestWaitForFull, lossByLog, type Term } from './loss.ts';

/** How long a restore takes, in the terms that make it up. */
export interface Outage {
  readonly terms: readonly Term[];
  readonly total: Duration;
  /** What the sum leaves out because the configuration does not say it; for a person, who may. */
  readonly uncounted?: string;
}

const moving = (bytes: number, bytesPerSecond: number): Duration =>
  seconds(Math.ceil(bytes / bytesPerSecond));
const atRate = (bytes: number, bytesPerSecond: number): string =>
  `${speakBytes(bytes)} at ${speakBytes(bytesPerSecond)}/s`;

/**
 * A restore to the newest state at the worst moment of the year after `from`. With a log it brings back the newest full and
 * replays what followed it, which is the most just before the next full can be used.
 */
export function outageOf(cluster: Cluster, plan: Plan, from: Instant): Outage {
  const { expectedBytes, restoreBytesPerSecond } = cluster;
  const replay = replayOf(cluster, plan, from);
  const terms: readonly Term[] = [
    { what: 'steps that every restore takes', length: ALLOWANCES[cluster.engine].fixedRestore },
    {
      what: atRate(expectedBytes, restoreBytesPerSecond),
      length: moving(expectedBytes, restoreBytesPerSecond),
    },
    ...(replay && 'what' in replay ? [replay] : []),
  ];
  return {
    terms,
    total: milliseconds(terms.reduce((sum, { length }) => sum + length, 0)),
    ...(replay && 'uncounted' in replay && replay),
  };
}

/** Undefined where a restore replays no log. */
function replayOf(
  cluster: Cluster,
  plan: Plan,
  from: Instant,
): Term | { readonly uncounted: string } | undefined {
  const { logLag } = ALLOWANCES[cluster.engine];
  if (cluster.engine !== 'tidb' || !logLag || !lossByLog(plan, cluster, from)) return undefined;
  const wait = longestWaitForFull(plan, cluster.engine, from);
  if (wait === undefined)
    return {
      uncounted:
        'the replay of the log is not counted: full backups run less than twice a year, so the log to replay has no bound; add a rule that runs',
    };
  const since = `the log of up to ${speak(wait)} since the newest full`;
  if (cluster.logPerDay === undefined)
    return {
      uncounted: `the replay of ${since} is not counted: give logPerDay of the cluster, how much the log grows in a day`,
    };
  const bytes = (cluster.logPerDay * wait) / days(1);
  const rate = cluster.replayRate ?? logLag.replayBytesPerSecond;
  return { what: `${since}, ${atRate(bytes, rate)}`, length: moving(bytes, rate) };
}
