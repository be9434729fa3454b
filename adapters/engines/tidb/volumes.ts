import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { earlier, instant, speak } from '../../../core/time/instant.ts';
import * as ebs from '../ebs/capture.ts';
import { keptPlanned } from '../ebs/configuration.ts';
import { type EbsPorts, manifestIn } from '../ebs/ports.ts';
import { NOT_STARTED, type Standing, standingIn } from '../shared/errand.ts';
import { captureOf } from './endings.ts';
import { familyOf, type TidbPorts, tidbCluster } from './ports.ts';
import { type Errand, follow } from './task.ts';
import type { Tso } from './tso.ts';
import { ownOf } from './volumes-meta.ts';
import { movedBefore, pauseArgv, stillAt } from './volumes-pause.ts';

/** EC2 is called as for any other cluster on EBS; containers run BR. */
export interface VolumePorts extends TidbPorts, Pick<EbsPorts, 'ec2'> {}

/** What BR says between its first timestamp and the word that all is ready: a few lines for each store and look. */
const LINES = 2_000;
const SOON_SECONDS = 10;
/** Looks at a run of BR that has ended, so that its log has arrived. */
const LOOKS_AFTER = 3;

/**
 * A run of BR keeps the cluster still (`pause`), all sets of snapshots are begun while it does (`take`), it is told to end
 * (`resume`), and EBS completes the snapshots (`complete`). Only what was begun between its "All ready." and a look that
 * found it still running is one set.
 */
export const beginVolumes = (ports: VolumePorts, spec: CaptureSpec): Promise<Step> =>
  keepStill(ports, spec, NOT_STARTED);

export function pollVolumes(ports: VolumePorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  switch (cursor['step']) {
    case 'take':
      return take(ports, spec, cursor);
    case 'resume':
      return resume(ports, spec, cursor);
    case 'complete':
      return complete(ports, spec, cursor);
    default:
      return keepStill(ports, spec, standingIn(cursor));
  }
}

const waitFor = (doing: string, pollAfterSeconds: number, cursor: Cursor) =>
  ({ outcome: 'running', doing, pollAfterSeconds, cursor }) as const;

/** A step of EBS's with a cursor of this one's. */
const within = (step: Step, own: Cursor): Step =>
  step.outcome === 'failed' ? step : { ...step, cursor: { ...step.cursor, ...own } };

function errandOf(ports: VolumePorts, spec: CaptureSpec): Errand {
  const cluster = tidbCluster(spec.cluster);
  const { id } = spec.point;
  return {
    region: ports.home,
    family: familyOf(cluster),
    reach: cluster.reach,
    whose: id,
    step: 'pause',
    argv: pauseArgv(cluster.reach),
    work: captureOf(`br operator pause-gc-and-schedulers for ${id}`),
    said: () => true,
  };
}

async function keepStill(ports: VolumePorts, spec: CaptureSpec, standing: Standing): Promise<Step> {
  const errand = errandOf(ports, spec);
  const followed = await follow(ports, errand, standing);
  if (followed.at !== 'running')
    throw new CaptureFailed(
      `${errand.work.what} was to run until it is told to end, and ended by itself; look at the log of its task, and take the recovery point again`,
    );
  const next = followed.standing;
  const cursor = { step: 'pause', ...next };
  if (followed.waiting)
    return { ...waitFor(followed.doing, followed.pollAfterSeconds, cursor), outcome: 'waiting' };
  if (next.task === '' || next.task !== standing.task)
    return waitFor(followed.doing, followed.pollAfterSeconds, cursor);
  const resolved = stillAt(await ports.containers.output(errand.region, errand.family, next.task, LINES));
  if (resolved === undefined) return waitFor(`${errand.work.what}: not all is paused`, SOON_SECONDS, cursor);
  return takeAll(ports, spec, next, resolved);
}

/** A crash after this began brings another run here, maybe: what was begun in one pause is not mixed with another's. */
async function takeAll(
  ports: VolumePorts,
  spec: CaptureSpec,
  standing: Standing,
  resolved: Tso,
): Promise<Step> {
  const before = await keptPlanned(manifestIn(ports, spec.point.region, spec.point));
  if (before && before.own?.facts['pause'] !== standing.attempt)
    throw new CaptureFailed(
      `the run of br that kept ${spec.cluster.name} still ended while snapshots of ${spec.point.id} were begun, so they are no set; take the recovery point again`,
    );
  const own = ownOf(tidbCluster(spec.cluster), resolved, standing.attempt);
  const step = await ebs.beginCapture(ports, spec, own);
  const { task } = standing;
  return soon(within(step, { step: 'take', task, since: spec.now }));
}

/** The cluster takes no split and no change of peers meanwhile: nobody is to wait longer than needed. */
const soon = (step: Step): Step =>
  'pollAfterSeconds' in step
    ? { ...step, pollAfterSeconds: Math.min(step.pollAfterSeconds, SOON_SECONDS) }
    : step;

const taskIn = ({ task }: Cursor): string => {
  invariant(typeof task === 'string' && task !== '', 'the cursor names the run that keeps the cluster still');
  return task;
};

async function take(ports: VolumePorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  const task = taskIn(cursor);
  const own = { step: 'take', task, since: cursor['since'] ?? spec.now };
  const step = await ebs.pollCapture(ports, spec, cursor);
  if (step.outcome === 'failed') return step;
  const begun = await ebs.allBegun(ports, spec);
  // In this order: what is seen running now, and was not told to end, was running when the last snapshot was begun.
  const state = await ports.containers.look(ports.home, task);
  const runs = state.state === 'running' && state.doing === 'running';
  if (!runs && state.state !== 'unknown')
    throw wentOn(spec, 'it ended, or was told to, before all snapshots were seen to be begun');
  // A lap of its own tells BR to end: a lap may run twice, and would find it ending.
  if (begun && runs)
    return waitFor('all snapshots are begun', 1, { ...step.cursor, ...own, step: 'resume', looks: 0 });
  if (instant(Number(own.since)) < earlier(spec.now, ebs.SPREAD_MAX))
    throw wentOn(
      spec,
      `not all snapshots were begun in ${speak(ebs.SPREAD_MAX)}, and longer it is not kept still`,
    );
  // All are begun and may even be complete: what is waited for is the look at BR.
  if (step.outcome === 'ready')
    return waitFor('looking for the run of br', SOON_SECONDS, { ...step.cursor, ...own });
  return soon(within(step, own));
}

const wentOn = ({ cluster, point }: CaptureSpec, why: string): CaptureFailed =>
  new CaptureFailed(
    `br was to keep ${cluster.name} still until all snapshots of ${point.id} were begun, and ${why}; they are no set: take the recovery point again`,
    { recoveryPoint: point.id },
  );

/** Until BR has ended nobody knows whether it kept its leases: it says so when it gives them back. */
async function resume(ports: VolumePorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  const task = taskIn(cursor);
  const looks = Number(cursor['looks'] ?? 0);
  if (looks === 0)
    await ports.containers.stop(ports.home, task, `all snapshots of ${spec.point.id} are begun`);
  const state = await ports.containers.look(ports.home, task);
  if (state.state === 'running') return waitFor('the cluster goes on', SOON_SECONDS, cursor);
  if (looks < LOOKS_AFTER)
    return waitFor('the cluster goes on', SOON_SECONDS, { ...cursor, looks: looks + 1 });
  const lines = await ports.containers.output(ports.home, familyOf(spec.cluster), task, LINES);
  const moved = movedBefore(lines);
  if (moved !== undefined) throw wentOn(spec, `it may not have been: ${moved}`);
  // An hour after its end ECS shows a task no more: then nobody can say how it ended.
  if (state.state === 'unknown') throw wentOn(spec, 'ecs shows its task no more');
  if (state.exitCode !== 0)
    throw wentOn(spec, `it ended with exit code ${state.exitCode ?? 'none'} (${state.why || state.code})`);
  return complete(ports, spec, cursor);
}

async function complete(ports: VolumePorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> {
  return within(await ebs.pollCapture(ports, spec, cursor, { over: true }), { step: 'complete' });
}

/** Lets the cluster go on, and removes what was begun. */
export async function abandonVolumes(ports: VolumePorts, spec: CaptureSpec): Promise<void> {
  const { id } = spec.point;
  for (const task of await ports.containers.runningFor(ports.home, id))
    await ports.containers.stop(ports.home, task, `${id} is abandoned`);
  await ebs.abandonCapture(ports, spec);
}
