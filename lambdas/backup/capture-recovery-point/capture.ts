import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { InvalidInput } from '../../../core/errors/registry.ts';
import { MANUAL, recoveryPointId } from '../../../core/ids/names.ts';
import type { Cluster, Installation, Plan } from '../../../core/plan/installation.ts';
import { engineOfPoints } from '../../../core/plan/volume-group.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  iso,
  later,
  minutes,
  wholeSecond,
} from '../../../core/time/instant.ts';
import type { captureRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { clusterNamed, instantOf, planFor, ruleNamed } from '../../shared/lookups.ts';
import { requireArrived } from '../../shared/on-their-way.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { alreadyTaken, failed, type ProgressOut } from '../../shared/progress.ts';
import { beginInTurn } from '../begin-in-turn.ts';
import { recordStep } from '../record-step.ts';

type CaptureInput = Input<typeof captureRecoveryPoint>;
type CapturePorts = Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'drivers'>;

/**
 * The point is opened before the engine is asked for anything, so whatever a crash leaves behind has a record that says
 * whose it is. A retry of this task finds the point under its own execution and goes on; any other execution finds
 * that the point is taken.
 *
 * @throws FencedOff of a cluster that a failover is bringing here and that does not serve yet
 */
export async function capture(
  input: CaptureInput,
  ports: CapturePorts,
  now: Instant,
): Promise<Output<typeof captureRecoveryPoint>> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, input.request.cluster);
  const plan = planFor(installation, cluster);
  await requireArrived(cluster.name, installation, ports);
  const driver = ports.drivers(cluster.engine);
  const wanted = newPoint(input, cluster, plan, installation, now);
  const { point } = await ports.catalog.open(wanted);
  const of = { cluster: cluster.name, recoveryPointId: point.id };
  if (!IN_FLIGHT.has(point.state)) return { ...of, ...ended(point) };
  if (point.execution !== input.execution) return { ...of, ...alreadyTaken };
  const step = await beginInTurn(ports.catalog, driver, cluster, point, now);
  return { ...of, ...(await recordStep(ports.catalog, point, step)) };
}

function newPoint(
  { request, execution, startedAt }: CaptureInput,
  cluster: Cluster,
  plan: Plan,
  installation: Installation,
  now: Instant,
): RecoveryPoint {
  const started = wholeSecond(instantOf(startedAt));
  const rule = request.rule === undefined ? undefined : ruleNamed(plan, request.rule);
  const scheduledAt =
    rule && request.scheduledAt !== undefined ? whenDue(request.scheduledAt, started) : started;
  const name = rule?.name ?? MANUAL;
  return {
    id: recoveryPointId(cluster.name, name, scheduledAt),
    cluster: cluster.name,
    engine: engineOfPoints(cluster),
    plan: plan.name,
    rule: name,
    region: installation.regions.primary,
    state: 'capturing',
    scheduledAt,
    openedAt: now,
    execution,
    // Whatever does not say so stands on its own.
    ...(rule?.kind === 'incremental' && { kind: rule.kind }),
    ...(rule === undefined && {
      manual: {
        note: request.note ?? '',
        ...(request.keepDays !== undefined && { keepUntil: later(started, days(request.keepDays)) }),
      },
    }),
  };
}

/** A trigger may be late: Scheduler tries for a day. A person may not give today's state the name of another day. */
const LATEST_TRIGGER = hours(26);
const CLOCKS_APART = minutes(5);

function whenDue(text: string, started: Instant): Instant {
  const due = wholeSecond(instantOf(text));
  if (due >= earlier(started, LATEST_TRIGGER) && due <= later(started, CLOCKS_APART)) return due;
  throw new InvalidInput(
    `scheduledAt is ${text}, and a capture that starts at ${iso(started)} holds the state of now; leave rule and scheduledAt out for a manual backup`,
  );
}

/** A point that failed stays failed under its id: doing as if it had been taken would be a lie, so this says what works. */
function ended(point: RecoveryPoint): ProgressOut {
  if (point.state === 'sealed' || point.state === 'expiring') return alreadyTaken;
  return failed({
    name: point.reason?.name ?? 'CaptureFailed',
    message: `${point.id} was tried before and is ${point.state}: ${point.reason?.message ?? 'no reason was recorded'}; start a manual backup with {"cluster":"${point.cluster}"}`,
  });
}
