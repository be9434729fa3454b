import type { Cursor } from '../../../core/engines/driver.ts';
import type { Clearance, LogDriver, LogOrder, LogSpec, LogStep } from '../../../core/engines/log-driver.ts';
import { HoldfastError, InvariantViolation, LogFailed, reasonOf } from '../../../core/errors/registry.ts';
import { logPrefix, type Mark } from '../../../core/log/chain.ts';
import type { Cluster, TidbReach } from '../../../core/plan/installation.ts';
import { between, type Duration, hours, type Instant, instant, iso } from '../../../core/time/instant.ts';
import type { Work } from '../shared/endings.ts';
import { NOT_STARTED, type Standing, standingIn } from '../shared/errand.ts';
import type { Storage } from './argv.ts';
import { logResumeArgv, logStartArgv, logStatusArgv, logStopArgv, logTruncateArgv } from './argv-log.ts';
import { checkpointOf } from './log-checkpoint.ts';
import { markOf, reportOf, statusIn, taskNameOf } from './log-status.ts';
import { familyOf, type TidbPorts, tidbCluster, vaultIn } from './ports.ts';
import { type Errand, follow } from './task.ts';
import { parseTso, type Tso, tsoOf } from './tso.ts';

/** What a truncation holds while it runs; who is killed leaves it, and BR refuses until it is gone. */
const LOCK = 'truncating.lock';
/**
 * BR truncates some 600 GB an hour (br-pitr-guide). A lock that is older than this, while ECS shows no truncation of
 * ours, is nobody's: the tasks that ECS lists are all that could have put it there, but for a person with a BR of his own.
 */
const LOCK_LEFT_BEHIND: Duration = hours(6);

/** The log of a TiDB cluster: BR registers a task, TiKV's stores write it to the vault for ever after. */
export const tidbLog = (ports: TidbPorts): LogDriver => ({
  begin: (spec) => carryOn(ports, spec, NOT_STARTED),
  poll: (spec, cursor) => carryOn(ports, spec, standingIn(cursor)),
  checkpoint: (cluster, region, chain) => checkpointOf(ports, cluster, region, chain),
  worksIn: (cluster, region) => reachIn(ports, cluster, region) !== undefined,
  markAt: (at) => markOf(tsoOf(at)),
  clear: (cluster, region, chain, now) => clear(ports, cluster, region, chain, now),
});

async function carryOn(ports: TidbPorts, spec: LogSpec, standing: Standing): Promise<LogStep> {
  const errand = errandOf(ports, spec);
  try {
    const followed = await follow(ports, errand, standing);
    if (followed.at === 'running')
      return {
        outcome: 'running',
        pollAfterSeconds: followed.pollAfterSeconds,
        doing: followed.doing,
        cursor: cursorOf(followed.standing),
      };
    if (followed.at === 'done') return done(ports, spec, followed.lines);
    const error = new LogFailed(`${errand.work.what} ended, because ${followed.why}`);
    return { outcome: followed.at === 'anew' ? 'gone' : 'failed', reason: reasonOf(error) };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.retryable || error.family === 'defect') throw error;
    if (WAS_DONE[spec.order.do]?.test(error.message)) return { outcome: 'done' };
    const half = spec.order.do === 'start' && HALF_BEGUN.test(error.message);
    return { outcome: half ? 'gone' : 'failed', reason: reasonOf(error) };
  }
}

const cursorOf = ({ task, attempt, looks, unseen, silent }: Standing): Cursor => ({
  task,
  attempt,
  looks,
  unseen,
  silent,
});

/** There is no such task. */
export const WAS_STOPPED = /ErrTaskNotFound|no such task/;

/**
 * How BR refuses what an earlier run did, whose answer was lost. Whose task it is that runs, the next status tells: a start
 * that finds a task is no failure yet.
 */
const WAS_DONE: Readonly<Partial<Record<LogOrder['do'], RegExp>>> = {
  start: /ErrStreamLogTaskExist|allow only one running task/,
  resume: /is active already/,
  stop: WAS_STOPPED,
};

/**
 * BR locks a folder before it writes what the log begins with. One that was killed in between leaves a folder that no
 * start will ever take: the log begins anew in another one.
 */
const HALF_BEGUN = /NoSuchKey/;

function errandOf(ports: TidbPorts, { cluster, region, order, run }: LogSpec): Errand {
  const { name } = cluster;
  const reach = known(reachIn(ports, cluster, region), `a network for BR of ${name} in ${region}`);
  const work: Work = {
    what: `br log ${order.do} of ${name}`,
    of: 'capture',
    failed: LogFailed,
  };
  return {
    region,
    family: familyOf(cluster),
    reach,
    whose: order.do === 'truncate' ? truncationsOf(name) : `log-${name}`,
    step: `${run}/${order.do}`,
    argv: argvOf(ports, cluster, region, reach, order),
    work,
    said: saidAll(order),
  };
}

const truncationsOf = (cluster: string): string => `log-truncate-${cluster}`;

/** Elsewhere than at home BR runs in the network of the cluster that restores fill: truncating needs the vault only. */
function reachIn(ports: TidbPorts, cluster: Cluster, region: string): TidbReach | undefined {
  const { reach, restoreInto } = tidbCluster(cluster);
  return region === ports.home ? reach : restoreInto[region]?.reach;
}

function argvOf(
  ports: TidbPorts,
  { name }: Cluster,
  region: string,
  reach: TidbReach,
  order: LogOrder,
): string[] {
  switch (order.do) {
    case 'status':
      return logStatusArgv(reach);
    case 'start':
      return logStartArgv(
        reach,
        taskNameOf(name),
        logAt(ports, region, name, order.chain),
        tsoIn(order.from),
      );
    case 'resume':
      return logResumeArgv(reach, taskNameOf(name));
    case 'stop':
      return logStopArgv(reach, taskNameOf(name));
    case 'truncate':
      return logTruncateArgv(logAt(ports, region, name, order.chain), tsoIn(order.until));
  }
}

const known = <T>(value: T | undefined, what: string): T => {
  if (value !== undefined) return value;
  throw new InvariantViolation(`${what} is not known to the tidb driver`);
};

const tsoIn = ({ mark }: Mark): Tso => known(parseTso(mark), `the timestamp ${mark}`);
/** A chain in the vault of a region, as BR is told of it. */
const logAt = (ports: TidbPorts, region: string, cluster: string, chain: string): Storage => ({
  bucket: vaultIn(ports, region),
  prefix: logPrefix(cluster, chain),
  region,
  key: known(ports.vaultKeys[region], `a vault key in ${region}`),
});

/** Of most orders the exit code is all there is: what came of them the next status tells. */
const saidAll =
  (order: LogOrder): Errand['said'] =>
  (lines) =>
    order.do === 'status'
      ? statusIn(lines) !== undefined
      : order.do !== 'truncate' ||
        lines.some((line) => /We are going to truncate|you have truncated/.test(line));

function done(ports: TidbPorts, { cluster, region, order }: LogSpec, lines: readonly string[]): LogStep {
  if (order.do === 'status') {
    const place = { cluster: cluster.name, bucket: vaultIn(ports, region) };
    return { outcome: 'done', report: reportOf(statusIn(lines) ?? '', place) };
  }
  // BR warns of files that it could not delete, and ends with 0.
  const left = order.do === 'truncate' && lines.some((line) => line.includes('are not deleted due to error'));
  return {
    outcome: 'done',
    ...(left && { left: 'some of its files could not be deleted, as its log lists' }),
  };
}

async function clear(
  ports: TidbPorts,
  { name }: Cluster,
  region: string,
  chain: string,
  now: Instant,
): Promise<Clearance> {
  const running = await ports.containers.runningFor(region, truncationsOf(name));
  if (running.length > 0) return { outcome: 'busy', why: `another truncation runs: ${running[0]}` };
  const [store, bucket, key] = [ports.store(region), vaultIn(ports, region), logPrefix(name, chain) + LOCK];
  const { versions } = await store.versions(bucket, key);
  const lock = versions.find((version) => version.key === key);
  if (!lock || lock.deleted) return { outcome: 'free' };
  const since = instant(lock.modifiedAt);
  const found = `s3://${bucket}/${key} of ${iso(since)}`;
  if (between(since, now) < LOCK_LEFT_BEHIND)
    return { outcome: 'busy', why: `${found} says that somebody is at it` };
  await store.hide(bucket, [key]);
  return { outcome: 'free', removed: found };
}
