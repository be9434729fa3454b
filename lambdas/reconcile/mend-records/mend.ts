import { isLost } from '../../../core/reconcile/copies.ts';
import type { Difference, Fix } from '../../../core/reconcile/difference.ts';
import type { mendRecords } from '../../../workflows/contracts/reconcile.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { NOTHING_MENDED, readPlan } from '../plan-file.ts';
import { tell } from '../tell.ts';

export type MendPorts = Pick<TaskPorts, 'catalog' | 'machines' | 'vault' | 'announcer' | 'telemetry'>;

type Outcome = 'mended' | 'told' | 'putOff';

/**
 * Carries out what a plan says about copies, and tells the rest. Records are read again before each write, and a copy is
 * started under the name that the plan gave it, so a repetition finds the first.
 */
export async function mend(
  { survey, recorded = NOTHING_MENDED }: Input<typeof mendRecords>,
  ports: MendPorts,
): Promise<Output<typeof mendRecords>> {
  const { differences } = await readPlan(ports.vault, survey.plan);
  const counts = { ...recorded };
  for (const difference of differences) {
    const outcome = await mendOne(difference, ports);
    if (outcome) counts[outcome]++;
  }
  return counts;
}

async function mendOne(difference: Difference, ports: MendPorts): Promise<Outcome | undefined> {
  const { fix } = difference;
  switch (fix.kind) {
    case 'copy':
      return copyAgain(difference, fix.execution, ports);
    case 'set-aside':
      return setAside(difference, fix, ports);
    case 'nobody':
      await tell(ports, 'DifferenceFound', difference, 'no machine mends this by itself now');
      return 'told';
    default:
      return undefined;
  }
}

async function copyAgain(difference: Difference, execution: string, ports: MendPorts): Promise<Outcome> {
  const { recoveryPoint: id, region } = difference;
  if (!(await mayBeCopied(difference, ports))) {
    ports.telemetry.info(`not copied again: ${id} to ${region} stands otherwise now`, { recoveryPoint: id });
    return 'putOff';
  }
  await start(difference, execution, ports);
  await tell(ports, 'DifferenceMended', difference, `it is copied again by ${execution}`);
  return 'mended';
}

async function mayBeCopied({ recoveryPoint: id, region }: Difference, { catalog }: MendPorts) {
  const [point, copy] = await Promise.all([catalog.point(id), catalog.copy(id, region)]);
  return point?.state === 'sealed' && (!copy || copy.state === 'failed' || isLost(copy));
}

/**
 * The copy first, so that nobody counts on it from now on. A repetition finds it set aside, says it again, and starts
 * the copy under the same name.
 */
async function setAside(
  difference: Difference,
  { execution }: Extract<Fix, { kind: 'set-aside' }>,
  ports: MendPorts,
): Promise<Outcome> {
  const { recoveryPoint: id, region, reason } = difference;
  const copy = await ports.catalog.copy(id, region);
  const before = copy?.state === 'quarantined' && copy.reason?.message === reason.message;
  if (copy?.state !== 'proven' && !before) return 'putOff';
  await ports.catalog.advanceCopy(id, region, 'quarantined', { reason });
  const again = execution !== undefined && (await mayBeCopied(difference, ports));
  if (again) await start(difference, execution, ports);
  await tell(
    ports,
    'RecoveryPointQuarantined',
    difference,
    again
      ? `it is set aside and copied again by ${execution}; look at who removed it`
      : 'it is set aside; restore from another region, and look at who removed it',
  );
  return again ? 'mended' : 'told';
}

async function start(
  { cluster, recoveryPoint, region }: Difference,
  execution: string,
  { machines }: MendPorts,
): Promise<void> {
  await machines.start('copy', execution, { cluster, recoveryPointId: recoveryPoint, region });
}
