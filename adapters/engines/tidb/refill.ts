import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { HoldfastError, RestoreFailed, TargetNotUsable } from '../../../core/errors/registry.ts';
import type { ToolReport } from '../../../core/log/supervise.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { NOT_STARTED, type Standing, standingIn } from '../shared/errand.ts';
import { REFUSALS } from './abandon.ts';
import { logStatusArgv, logStopArgv } from './argv-log.ts';
import { WAS_STOPPED } from './log.ts';
import { reportOf, statusIn, taskNameOf } from './log-status.ts';
import { familyOf, type TidbDriverPorts, tidbCluster, vaultIn } from './ports.ts';
import { databasesIn, dropped, say } from './sql.ts';
import { type Errand, follow } from './task.ts';

/**
 * What precedes a run of BR that fills the cluster which is protected: `look` whether its log is backed up, `stop` that,
 * because BR restores into no cluster whose log it backs up (checkTaskExists in br/pkg/task/stream.go), and `empty` it.
 * `made`: there is room.
 */
const ROOM = ['look', 'stop', 'empty', 'made'] as const;
type Room = (typeof ROOM)[number];

/** Databases that are dropped in one session: each takes a second or two, and a function waits a minute for an answer. */
const DROPPED_AT_ONCE = 20;
const SOON_SECONDS = 5;

const roomIn = ({ room }: Cursor): Room | undefined => ROOM.find((one) => one === room);

/** The place that a refill empties, and no other is. */
export const ownPlace = ({ cluster, region }: Pick<RestoreSpec, 'cluster' | 'region'>): Place => ({
  cluster: cluster.name,
  region,
  end: 'source',
});

/** Undefined once there is room, which the cursor says; a step before that. */
export async function makeRoom(
  ports: TidbDriverPorts,
  spec: RestoreSpec,
  cursor: Cursor = {},
): Promise<Step | undefined> {
  switch (roomIn(cursor) ?? 'look') {
    case 'look':
      return look(ports, spec, standingIn(cursor));
    case 'stop':
      return stop(ports, spec, standingIn(cursor));
    case 'empty':
      return empty(ports, spec);
    case 'made':
      return undefined;
  }
}

const next = (room: Room, doing: string, pollAfterSeconds = 1): Step => ({
  outcome: 'running',
  pollAfterSeconds,
  doing,
  cursor: { ...NOT_STARTED, room },
});

const runs = (room: Room, doing: string, pollAfterSeconds: number, standing: Standing): Step => ({
  outcome: 'running',
  pollAfterSeconds,
  doing,
  cursor: { ...standing, room },
});

async function look(ports: TidbDriverPorts, spec: RestoreSpec, standing: Standing): Promise<Step> {
  const errand = errandOf(spec, 'status', (lines) => statusIn(lines) !== undefined);
  const followed = await follow(ports, errand, standing);
  if (followed.at === 'running')
    return runs('look', followed.doing, followed.pollAfterSeconds, followed.standing);
  if (followed.at !== 'done') throw new RestoreFailed(`${errand.work.what} ended: ${followed.why}`);
  const place = { cluster: spec.cluster.name, bucket: vaultIn(ports, spec.region) };
  return hasLog(spec, reportOf(statusIn(followed.lines) ?? '', place))
    ? next('stop', 'its log is backed up, which is stopped')
    : next('empty', 'nothing backs its log up');
}

/** Whether Holdfast's own task runs there. Somebody else's is left alone, and nothing is dropped. */
function hasLog({ cluster, region }: RestoreSpec, report: ToolReport): boolean {
  if (report.status === 'no-task') return false;
  if (report.status === 'unknown')
    throw new RestoreFailed(
      `whether the log of ${cluster.name} is backed up in ${region} is not known, so nothing was dropped there: ${report.reason.message}`,
    );
  if (report.task.chain !== undefined) return true;
  throw new TargetNotUsable(
    `${cluster.name} in ${region} has the log task ${report.task.name}, which is not Holdfast's, and BR restores into no cluster with one: stop it; nothing was dropped`,
    { cluster: cluster.name, region },
  );
}

/** What comes next of that log is the restore itself, which no log holds: a new one begins once home is the true side. */
async function stop(ports: TidbDriverPorts, spec: RestoreSpec, standing: Standing): Promise<Step> {
  const errand = errandOf(spec, 'stop', () => true);
  const stopped = next('empty', 'its log is backed up no more');
  try {
    const followed = await follow(ports, errand, standing);
    if (followed.at === 'running')
      return runs('stop', followed.doing, followed.pollAfterSeconds, followed.standing);
    if (followed.at !== 'done') throw new RestoreFailed(`${errand.work.what} ended: ${followed.why}`);
    return stopped;
  } catch (error) {
    if (error instanceof HoldfastError && !error.retryable && WAS_STOPPED.test(error.message)) return stopped;
    throw error;
  }
}

function errandOf(
  { cluster, region, restore }: RestoreSpec,
  order: 'status' | 'stop',
  said: Errand['said'],
): Errand {
  const { name, reach } = tidbCluster(cluster);
  return {
    region,
    family: familyOf(cluster),
    reach,
    whose: restore.id,
    step: `log ${order}`,
    argv: order === 'status' ? logStatusArgv(reach) : logStopArgv(reach, taskNameOf(name)),
    work: { what: `br log ${order} of ${name} for ${restore.id}`, of: 'restore', failed: RestoreFailed },
    said,
  };
}

/**
 * Drops what is there, as often as there is something, and asks before each time whether that is still wanted. A run of BR
 * never begins in the same step: whoever repeats this finds nothing that BR has made.
 */
async function empty(ports: TidbDriverPorts, spec: RestoreSpec): Promise<Step> {
  const { cluster, mayEmpty } = spec;
  invariant(mayEmpty, 'nothing is dropped where nobody can be asked whether it may be', {
    restore: spec.restore.id,
  });
  await mayEmpty();
  const at = ownPlace(spec);
  const there = await databasesIn(ports, at);
  if (there.length === 0) return next('made', `${cluster.name} is empty`);
  await say(ports, at, there.slice(0, DROPPED_AT_ONCE).map(dropped)).catch((error: unknown) => {
    throw afterDropping(error);
  });
  return next('empty', `what ${cluster.name} held is dropped: ${there.length} databases`, SOON_SECONDS);
}

/** A refusal is one no more when something was dropped before it: by its name all would be taken to be as it was. */
export const afterDropping = (error: unknown): unknown =>
  error instanceof HoldfastError && REFUSALS.has(error.name)
    ? new RestoreFailed(`${error.message}; what the cluster held may be dropped by now`, error.facts, {
        cause: error,
      })
    : error;
