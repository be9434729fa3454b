import type { Cursor } from '../../core/engines/driver.ts';
import { ManifestAltered, reasonOf } from '../../core/errors/registry.ts';
import type { TaskPorts } from './ports.ts';

/**
 * A capture or copy that could not read what it was compared with went on without it and left the name in its cursor.
 * That older point is not to be trusted in this region any more, and a person has to know. Repeating it repeats the
 * announcement only.
 */
export async function setAsideBase(
  { catalog, announcer }: Pick<TaskPorts, 'catalog' | 'announcer'>,
  cluster: string,
  region: string,
  cursor: Cursor,
): Promise<void> {
  const id = cursor['unreadable'];
  if (typeof id !== 'string' || id === '') return;
  const reason = reasonOf(
    new ManifestAltered(
      `the manifest of ${id} in ${region} is missing or altered; newer recovery points stand without it; restore ${id} from another region, and look at who wrote to the vault`,
      { recoveryPoint: id, region },
    ),
  );
  const copy = await catalog.copy(id, region);
  if (copy?.state === 'proven') await catalog.advanceCopy(id, region, 'quarantined', { reason });
  await announcer.announce({
    name: 'RecoveryPointQuarantined',
    cluster,
    region,
    recoveryPoint: id,
    reason,
    sentence: `${id} is set aside in ${region}: ${reason.message}`,
  });
}
