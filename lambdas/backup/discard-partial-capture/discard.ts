import type { Instant } from '../../../core/time/instant.ts';
import type { discardPartialCapture } from '../../../workflows/contracts/backup.ts';
import { childError } from '../../shared/child-error.ts';
import { endCapture } from '../../shared/end-capture.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';
import { openedBy } from '../opened-by.ts';

/**
 * Ends what this execution began. It may have failed before there was a point (an unknown cluster), or have met the
 * point of another execution: then there is nothing to remove, and a person is told all the same.
 */
export async function discard(
  input: Input<typeof discardPartialCapture>,
  ports: Pick<
    TaskPorts,
    'region' | 'configuration' | 'catalog' | 'drivers' | 'announcer' | 'executions' | 'telemetry'
  >,
  now: Instant,
): Promise<Output<typeof discardPartialCapture>> {
  const { state, execution } = input;
  const error = await childError(state.error, execution, ports.executions);
  const reason = reasonGathered({ work: state.capture, error }, 'CaptureFailed');
  const id = state.capture?.recoveryPointId ?? openedBy(input);
  const point = await ports.catalog.point(id);
  if (point?.execution === execution) {
    await endCapture(point, reason, ports, now);
    return {};
  }
  await ports.announcer.announce({
    name: 'BackupFailed',
    cluster: state.cluster,
    region: ports.region,
    reason,
    sentence: `no backup of ${state.cluster} was started: ${reason.message}`,
  });
  return {};
}
