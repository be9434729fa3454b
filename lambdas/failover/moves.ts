import { invariant } from '../../core/errors/assert.ts';
import { UnknownGroup } from '../../core/errors/registry.ts';
import type { Group } from '../../core/groups/group.ts';
import type { Move } from '../../core/groups/move.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { listed } from '../shared/lookups.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** @throws UnknownGroup, which names those that are known. */
export function groupNamed({ groups }: Installation, name: string): Group {
  const group = groups.find((one) => one.name === name);
  if (group) return group;
  throw new UnknownGroup(
    `no group is called ${name}; known groups: ${listed(groups.map((one) => one.name))}`,
    { group: name },
  );
}

/** The move that an execution carries out, which its first task has opened. */
export async function knownMove(
  { group, move }: { readonly group: string; readonly move: string },
  { groups }: Pick<TaskPorts, 'groups'>,
): Promise<Move> {
  const found = await groups.move(group, move);
  invariant(found, 'a move is opened before anything else is done for it', { move });
  return found;
}

/** The execution of a machine of this region by its name. */
export function runOf(
  machine: 'backup' | 'failover' | 'restore',
  name: string,
  { machineArns }: Pick<TaskPorts, 'machineArns'>,
): string {
  const arn = machineArns[machine];
  invariant(arn, 'MACHINES names every machine of the region', { machine });
  return `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
}
