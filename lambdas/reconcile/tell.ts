import type { EventName } from '../../core/catalog/events.ts';
import type { Difference } from '../../core/reconcile/difference.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** One event per difference, with what was done about it as its sentence's end. */
export async function tell(
  { announcer }: Pick<TaskPorts, 'announcer'>,
  name: Extract<EventName, 'DifferenceMended' | 'DifferenceFound' | 'RecoveryPointQuarantined'>,
  { class: difference, cluster, region, recoveryPoint, reason }: Difference,
  done: string,
): Promise<void> {
  await announcer.announce({
    name,
    cluster,
    region,
    recoveryPoint,
    reason,
    sentence: `${WHAT[difference](recoveryPoint, region)}: ${reason.message}; ${done}`,
    facts: { difference },
  });
}

const WHAT: Readonly<Record<Difference['class'], (id: string, region: string) => string>> = {
  'copy-missing': (id, region) => `${id} is not protected in ${region}`,
  'bytes-missing': (id, region) => `${id} counts as protected in ${region} and is not there`,
  'files-unclaimed': (id, region) => `files of ${id} in ${region} are nobody's`,
  'snapshot-unclaimed': (id, region) => `the snapshot of ${id} in ${region} is nobody's`,
  'point-unknown': (id, region) => `the catalog of ${region} does not know ${id}`,
};
