import type { quarantineRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { setAside } from '../../shared/end-capture.ts';
import { knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';

/** Sets the capture aside with the verdict, or with the error that kept it from being sealed. */
export async function quarantine(
  { capture, verdict, error }: Input<typeof quarantineRecoveryPoint>,
  ports: Pick<TaskPorts, 'catalog' | 'announcer'>,
): Promise<Output<typeof quarantineRecoveryPoint>> {
  const point = await knownPoint(ports.catalog, capture.recoveryPointId);
  await setAside(point, reasonGathered({ work: capture, verdict, error }, 'CaptureFailed'), ports);
  return {};
}
