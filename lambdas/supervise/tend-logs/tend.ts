import { HoldfastError, type Reason, reasonOf } from '../../../core/errors/registry.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import {
  between,
  type Duration,
  type Instant,
  inSeconds,
  instant,
  later,
  minutes,
  seconds,
} from '../../../core/time/instant.ts';
import type { Errand, tendLogs } from '../../../workflows/contracts/supervise.ts';
import { clusterNamed, instantOf } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import type { SupervisePorts, Tended } from '../ports.ts';
import { tellTroubles, troubleOf } from '../tell.ts';
import { keepOn } from './keep.ts';
import { carry } from './order.ts';
import { truncateOn } from './truncate.ts';

/** Longer than two laps and a task's own timeout: whoever holds it and is killed leaves it to the next execution. */
const LEASED: Duration = minutes(20);
/** The first minutes decide about most errands; a truncation takes hours. */
const QUICK_LAPS = 20;
const LAP_SECONDS = { quick: 15, slow: 60 } as const;
/** With the slow lap a day, which is what a truncation may need: 600 GB an hour (contract of BR). */
export const LAPS = 1_440;
/** What may pass stands in the way of one cluster so often; then it is told, and the next execution tries anew. */
const FAULTS_MAX = 5;

/** Of one execution: what its steps have in common. */
export interface Round {
  readonly installation: Installation;
  readonly execution: string;
  readonly startedAt: Instant;
  readonly now: Instant;
}

export async function tend(
  { execution, startedAt, state: { work } }: Input<typeof tendLogs>,
  ports: SupervisePorts,
  now: Instant,
): Promise<Output<typeof tendLogs>> {
  const { installation } = await ports.configuration.read();
  const round: Round = { installation, execution, startedAt: instantOf(startedAt), now };
  const tended = await Promise.all(work.errands.map((errand) => tendOne(errand, round, ports)));
  const errands = tended.filter((errand) => errand !== undefined);
  const lap = work.lap + 1;
  if (errands.length === 0) return { outcome: 'done', lap, errands };
  const least = lap <= QUICK_LAPS ? LAP_SECONDS.quick : LAP_SECONDS.slow;
  const asked = inSeconds(between(now, instant(Math.min(...errands.map(({ dueAt }) => dueAt)))));
  const outcome = lap < LAPS ? 'tend' : 'overdue';
  return { outcome, lap, errands, pollAfterSeconds: Math.max(least, asked) };
}

/** Only one execution is at a cluster's log at a time, and one at its truncation. */
const leaseOf = ({ cluster, does }: Errand, region: string): string =>
  `${does === 'truncate' ? 'truncate-log' : 'supervise'}#${region}#${cluster}`;

/** Carries an errand on. Undefined when there is no more to do, or somebody else is at it. Never throws. */
async function tendOne(errand: Errand, round: Round, ports: SupervisePorts): Promise<Errand | undefined> {
  const { catalog, region } = ports;
  const { execution: holder, now } = round;
  const name = leaseOf(errand, region);
  try {
    if (!(await catalog.lease({ name, holder, until: later(now, LEASED) }, now))) return undefined;
    // The lease is renewed all the same.
    if (errand.dueAt > now) return errand;
    const next = await oneStep(errand, round, ports);
    if (!next) await catalog.release(name, holder, now);
    return next && { ...next, faults: 0 };
  } catch (error) {
    const passing = error instanceof HoldfastError && error.retryable;
    if (passing && errand.faults < FAULTS_MAX)
      return { ...errand, faults: errand.faults + 1, dueAt: later(now, seconds(LAP_SECONDS.slow)) };
    return giveUp(errand, reasonOf(error), round, ports);
  }
}

async function oneStep(errand: Errand, round: Round, ports: SupervisePorts): Promise<Errand | undefined> {
  const cluster = clusterNamed(round.installation, errand.cluster);
  const driver = ports.logs(cluster.engine);
  if (!driver) return undefined;
  const tended: Tended = { cluster, driver };
  const step = await carry(errand, tended, round, ports);
  if (step?.outcome === 'running')
    return { ...errand, cursor: { ...step.cursor }, dueAt: later(round.now, seconds(step.pollAfterSeconds)) };
  const next =
    errand.does === 'truncate'
      ? await truncateOn(errand, step, tended, round, ports)
      : await keepOn(errand, step, tended, round, ports);
  // It begins in the next lap: what was written down before it stands by then.
  return next && { dueAt: 0, thenStart: '', faults: 0, ...next, cluster: errand.cluster };
}

/** The lease stays until it runs out: until then nobody runs into the same wall. */
async function giveUp(
  { cluster, does }: Errand,
  { name, message }: Reason,
  { now }: Round,
  ports: SupervisePorts,
): Promise<undefined> {
  const trouble = troubleOf({ name, message: `br log ${does} of ${cluster} was given up: ${message}` });
  ports.telemetry.error(trouble.message, new Error(message), { cluster });
  await tellTroubles(cluster, [trouble], { askedAt: now, over: 'nothing' }, ports, now).catch(
    (error: unknown) =>
      ports.telemetry.error('a trouble of a log could not be told', error as Error, { cluster }),
  );
  return undefined;
}
