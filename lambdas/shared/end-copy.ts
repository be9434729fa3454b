import type { Reason } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { TaskPorts } from './ports.ts';

interface CopyOf {
  readonly cluster: string;
  readonly recoveryPointId: RecoveryPointId;
  readonly region: string;
}

/**
 * Ends a copy that did not come to a proof. One that is proven stays proven: what failed came after, or is an older
 * execution than the one that proved it. Nothing is removed, so that another try finds what is there.
 */
export async function endCopy(
  { cluster, recoveryPointId: id, region }: CopyOf,
  reason: Reason,
  ports: Pick<TaskPorts, 'catalog' | 'announcer'>,
): Promise<void> {
  const copy = await ports.catalog.copy(id, region);
  if (copy?.state === 'copying' || copy?.state === 'copied')
    await ports.catalog.advanceCopy(id, region, 'failed', { reason });
  const standing =
    copy?.state === 'proven' || copy?.state === 'expiring'
      ? `${id} is ${copy.state} in ${region} all the same`
      : `${id} is not protected in ${region}; try again with ${again(cluster, id, region)} on holdfast-copy`;
  await ports.announcer.announce({
    name: 'CopyFailed',
    cluster,
    region,
    recoveryPoint: id,
    reason,
    sentence: `a copy of ${id} to ${region} failed: ${reason.message}; ${standing}`,
  });
}

const again = (cluster: string, id: RecoveryPointId, region: string): string =>
  JSON.stringify({ cluster, recoveryPointId: id, region });
