import { drillId } from '../../../core/ids/names.ts';
import { type Instant, wholeSecond } from '../../../core/time/instant.ts';
import { drillRequest } from '../../../workflows/contracts/drill.ts';
import type { TaskPorts } from '../../shared/ports.ts';
import { reasonOfEnd, type Stopped } from './stopped.ts';

/** A drill that was cut off has ended, so that the next sweep removes what is left of it and need not wait for its deadline. */
export async function closeDrill(
  stopped: Stopped,
  ports: Pick<TaskPorts, 'region' | 'drills' | 'announcer'>,
  now: Instant,
): Promise<string> {
  const request = drillRequest.safeParse(stopped.input);
  if (!request.success) return 'nothing';
  const { cluster } = request.data;
  const id = drillId(cluster, wholeSecond(stopped.startedAt), stopped.execution);
  const drill = await ports.drills.drill(cluster, id);
  const reason = reasonOfEnd(stopped, 'DrillOverdue', 'DrillFailed');
  const again = drill?.reason?.name === reason.name && drill.reason.message === reason.message;
  if (!drill || (drill.state !== 'drilling' && !again)) return 'nothing';
  if (drill.state === 'drilling')
    await ports.drills.recordDrill({ ...drill, state: 'failed', endedAt: now, reason });
  await ports.announcer.announce({
    name: 'DrillFailed',
    cluster,
    region: ports.region,
    reason,
    sentence: `the drill ${id} of ${drill.recoveryPoint ?? cluster} in ${ports.region} failed: ${reason.message}; what it restored is swept within the hour`,
    facts: { drill: id },
    ...(drill.recoveryPoint !== undefined && { recoveryPoint: drill.recoveryPoint }),
  });
  return `${id}: failed`;
}
