import type { EventName } from '../../core/catalog/events.ts';
import type { Rot } from '../../core/verify/rot.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** One event for one object, with what is done about it as its sentence's end. */
export async function tell(
  { announcer, region }: Pick<TaskPorts, 'announcer' | 'region'>,
  name: Extract<EventName, 'RotFound' | 'RotMended'>,
  { kind, cluster, recoveryPoint, key, reason }: Rot,
  done: string,
): Promise<void> {
  await announcer.announce({
    name,
    cluster,
    region,
    recoveryPoint,
    reason,
    sentence: `${WHAT[kind]} of ${recoveryPoint} in ${region} is not what was captured: ${reason.message}; ${done}`,
    facts: { kind, key },
  });
}

const WHAT: Readonly<Record<Rot['kind'], string>> = {
  index: 'the manifest index',
  shard: 'a shard of the manifest',
  item: 'an item',
};
