import type { Instant } from '../../../core/time/instant.ts';
import type { failRestore } from '../../../workflows/contracts/restore.ts';
import { childError } from '../../shared/child-error.ts';
import { endRestore } from '../../shared/end-restore.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { reasonGathered } from '../../shared/reasons.ts';
import { newRestore } from '../restore-spec.ts';
import { endUnapproved } from './unapproved.ts';

type FailPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'receipts' | 'announcer' | 'executions' | 'telemetry'
>;

/** The task that opens the record may be the one that failed, so a missing record is opened to be closed. */
export async function fail(
  { execution, state, unapproved }: Input<typeof failRestore>,
  ports: FailPorts,
  now: Instant,
): Promise<Output<typeof failRestore>> {
  const { restore, preflight, work, verdict } = state;
  if (unapproved) return endUnapproved({ restore, unapproved, answer: state.approval }, ports, now);
  const error = await childError(state.error, execution, ports.executions);
  const found = await ports.catalog.restore(restore.cluster, restore.restoreId);
  const record = found ?? (await ports.catalog.openRestore(newRestore(restore, ports.region)));
  await endRestore(record, reasonGathered({ work, verdict, error }, 'RestoreFailed'), ports, now, {
    wasBegun: preflight !== undefined || work !== undefined,
    ...(work && { cursor: work.cursor }),
  });
  return {};
}
