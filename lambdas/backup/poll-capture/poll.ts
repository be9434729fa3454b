import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { CaptureOverdue, reasonOf } from '../../../core/errors/registry.ts';
import { MANUAL } from '../../../core/ids/names.ts';
import { turnOf } from '../../../core/objectives/loss.ts';
import type { Plan } from '../../../core/plan/installation.ts';
import { type Duration, hours, type Instant, iso, later, speak } from '../../../core/time/instant.ts';
import type { pollCapture } from '../../../workflows/contracts/backup.ts';
import { clusterNamed, knownPoint, planFor } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { doing, failed, overdue } from '../../shared/progress.ts';
import { captureTurns } from '../../shared/turns.ts';
import { beginInTurn, isWaitingForItsTurn } from '../begin-in-turn.ts';
import { recordStep } from '../record-step.ts';

/** A manual backup has no rule to say when it is overdue. */
const MANUAL_DEADLINE = hours(24);
/** The machine gives up after 26 h; a capture must be called overdue while the machine can still say so itself. */
const LONGEST = hours(25);

/** Asks the engine. A capture that is ready after its deadline is ready: only one that is not can be overdue. */
export async function poll(
  { capture }: Input<typeof pollCapture>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof pollCapture>> {
  const of = { cluster: capture.cluster, recoveryPointId: capture.recoveryPointId };
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, capture.cluster);
  const point = await knownPoint(ports.catalog, capture.recoveryPointId);
  if (!IN_FLIGHT.has(point.state)) return { ...of, ...failed(closedMeanwhile(point)) };
  const driver = ports.drivers(cluster.engine);
  const allowed = allowedFor(planFor(installation, cluster), point);
  const deadline = later(point.openedAt, allowed);
  const step = isWaitingForItsTurn(capture.cursor)
    ? await beginInTurn(ports.catalog, driver, cluster, point, now)
    : await driver.poll(
        { cluster, point, now, deadline, turns: captureTurns(ports.catalog, point, now) },
        capture.cursor,
      );
  const unfinished = step.outcome !== 'ready' && step.outcome !== 'failed';
  if (unfinished && now > deadline) return { ...of, ...overdue(tooLate(point, allowed, doing(step))) };
  return { ...of, ...(await recordStep(ports.catalog, point, step)) };
}

/**
 * The deadline of its rule, and before it the turn of another capture that it may have to wait for. A rule that left the
 * plan while its capture ran gets what a manual one gets.
 */
function allowedFor(plan: Plan, { rule, engine }: RecoveryPoint): Duration {
  const own = rule === MANUAL ? undefined : plan.rules.find(({ name }) => name === rule)?.deadline;
  const turn = turnOf(plan, { name: rule }, engine);
  return Math.min((own ?? MANUAL_DEADLINE) + turn, LONGEST) as Duration;
}

const tooLate = (point: RecoveryPoint, allowed: Duration, state: string) =>
  reasonOf(
    new CaptureOverdue(
      `the capture of ${point.id} began at ${iso(point.openedAt)} and may take ${speak(allowed)}; it was still ${state}; look at the engine, or raise the deadline of rule ${point.rule}`,
    ),
  );

const closedMeanwhile = (point: RecoveryPoint) => ({
  name: point.reason?.name ?? 'CaptureFailed',
  message: `${point.id} became ${point.state} while its capture ran: ${point.reason?.message ?? 'no reason was recorded'}`,
});
