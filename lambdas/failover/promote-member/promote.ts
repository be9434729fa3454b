import { standbyHost } from '../../../core/groups/landing.ts';
import { reachOf } from '../../../core/standby/record.ts';
import { between, type Instant, inSeconds } from '../../../core/time/instant.ts';
import type { promoteMember } from '../../../workflows/contracts/failover.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { promoteStandby } from '../../standby/operations.ts';
import type { StandbyPorts } from '../../standby/ports.ts';
import { knownMove } from '../moves.ts';
import type { FailoverPorts } from '../ports.ts';
import { serves } from '../serves.ts';

/** What a standby certainly has is known best at the moment it is cut loose. */
export async function promote(
  { failover, member: { cluster: name } }: Input<typeof promoteMember>,
  ports: Pick<FailoverPorts, 'groups'> & StandbyPorts,
  now: Instant,
): Promise<Output<typeof promoteMember>> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, name);
  const move = await knownMove(failover, ports);
  const standby = await promoteStandby(cluster, ports, now);
  const instant = reachOf(standby);
  const target = standbyHost(cluster);
  await serves(
    move,
    name,
    {
      target,
      servingAt: now,
      ...(instant !== undefined && {
        instant,
        lossSeconds: Math.max(0, inSeconds(between(instant, move.askedAt))),
      }),
    },
    ports,
  );
  return { target };
}
