import { InvalidInput } from '../../../core/errors/registry.ts';
import type { Epoch, Group } from '../../../core/groups/group.ts';
import type { Move, MoveMember } from '../../../core/groups/move.ts';
import { type FailoverWish, planFailover } from '../../../core/groups/plan.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import { between, type Instant, inSeconds } from '../../../core/time/instant.ts';
import type { failoverRequest } from '../../../workflows/contracts/failover.ts';
import { clusterNamed, instantOf } from '../../shared/lookups.ts';
import type { FailoverPorts } from '../ports.ts';
import { situationOf } from './situation.ts';

interface Again {
  readonly move: Move;
  readonly group: Group;
  readonly installation: Installation;
  readonly epoch: Epoch | undefined;
  readonly request: Pick<ReturnType<typeof failoverRequest.parse>, 'to' | 'without'>;
}

/**
 * Of a failover that is gone on with, a member whose restore failed may be wanted at another instant, and has to be where
 * what was chosen for it cannot be restored any more: otherwise neither it nor the layers after it would ever come back.
 *
 * @throws InvalidInput for a wish that comes too late, GroupNotRecoverable where nothing else can be chosen
 */
export async function replanFailed(
  { move, group, installation, epoch, request }: Again,
  ports: Pick<FailoverPorts, 'region' | 'catalog' | 'groups'>,
  now: Instant,
): Promise<void> {
  if (request.without.length > 0 || request.to === 'together')
    throw new InvalidInput(
      `${move.id} is gone on with, and all of its members with it: "without" and "together" are for one that has not begun; for what failed, give "to": an instant, or leave it out`,
      { group: group.name, move: move.id },
    );
  const wish: FailoverWish =
    request.to === 'latest' ? { kind: 'latest' } : { kind: 'instant', at: instantOf(request.to) };
  for (const member of await ports.groups.members(move.group, move.id)) {
    const failed = member.state === 'failed' && member.way === 'restore' && member.servingAt === undefined;
    if (!failed || (wish.kind === 'latest' && (await isThere(member, ports)))) continue;
    const cluster = clusterNamed(installation, member.cluster);
    const plan = planFailover(
      group,
      [await situationOf(cluster, installation, wish, epoch, ports, now)],
      wish,
      now,
    );
    if (plan instanceof Error) throw plan;
    const [planned] = plan.members;
    if (planned?.way !== 'restore' || planned.to === undefined || planned.recoveryPoint === undefined)
      continue;
    await ports.groups.recordMember({
      ...member,
      instant: planned.instant,
      recoveryPoint: planned.recoveryPoint,
      restoreTo: planned.to,
      // What is given up is counted from when the move was asked for, whenever it is chosen.
      lossSeconds: Math.max(0, inSeconds(between(planned.instant, move.askedAt))),
    });
  }
}

async function isThere(
  { recoveryPoint }: MoveMember,
  { catalog, region }: Pick<FailoverPorts, 'catalog' | 'region'>,
): Promise<boolean> {
  if (recoveryPoint === undefined) return true;
  return (await catalog.copy(recoveryPoint, region))?.state === 'proven';
}
