import { UnknownRecoveryPoint } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { tearDownDrill } from '../../../workflows/contracts/drill.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type TakeDownPorts, takeDown } from '../take-down.ts';

const LOOK_SECONDS = 60;

/** Ends with the drill's deadline: from then on the sweep goes on with it, which outlives any machine. */
export async function tearDown(
  { drill: { cluster, drillId } }: Input<typeof tearDownDrill>,
  ports: TakeDownPorts & Pick<TaskPorts, 'drills'>,
  now: Instant,
): Promise<Output<typeof tearDownDrill>> {
  const drill = await ports.drills.drill(cluster, drillId);
  if (!drill)
    throw new UnknownRecoveryPoint(`the catalog of ${ports.region} has no drill ${drillId}`, {
      drill: drillId,
    });
  const torn = await takeDown(drill, ports, now);
  if (torn.gone) return { outcome: 'gone' };
  const { doing } = torn;
  return now > drill.deadline
    ? { outcome: 'overdue', doing }
    : { outcome: 'running', pollAfterSeconds: LOOK_SECONDS, doing };
}
