import { RestoreFailed } from '../../../core/errors/registry.ts';
import { landingOf } from '../../../core/groups/landing.ts';
import { restoresOf } from '../../../core/ids/names.ts';
import { type Instant, later, seconds } from '../../../core/time/instant.ts';
import type { adoptRestore } from '../../../workflows/contracts/failover.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { knownMove, runOf } from '../moves.ts';
import { reasonNested } from '../nested.ts';
import type { FailoverPorts } from '../ports.ts';
import { memberOf, serves } from '../serves.ts';

type Ports = Pick<FailoverPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'machineArns'>;

/**
 * The record of the restore is the truth: that its execution could not be started again, because it had ended, or that
 * its end was not heard of, says nothing.
 */
export async function adopt(
  { failover, member, state }: Input<typeof adoptRestore>,
  ports: Ports,
  now: Instant,
): Promise<Output<typeof adoptRestore>> {
  const move = await knownMove(failover, ports);
  const known = await memberOf(move, member.cluster, ports);
  if (known.servingAt !== undefined) return { target: known.target ?? member.cluster };
  const begun = restoresOf(member.cluster, runOf('restore', member.run, ports));
  const restore = (await ports.catalog.restores(member.cluster)).find(({ id }) => id.startsWith(begun));
  if (restore?.state !== 'restored') {
    const why = restore?.reason ?? (state.error && reasonNested(state.error));
    throw new RestoreFailed(
      why ? `${why.name}: ${why.message}` : `the restore ${member.run} of ${member.cluster} left no record`,
      { cluster: member.cluster, run: member.run },
    );
  }
  const { installation } = await ports.configuration.read();
  const { called = restore.target } = landingOf(clusterNamed(installation, member.cluster), ports.region);
  await serves(
    move,
    member.cluster,
    {
      target: called,
      restoreId: restore.id,
      servingAt:
        restore.achievedRtoSeconds === undefined
          ? now
          : later(restore.startedAt, seconds(restore.achievedRtoSeconds)),
    },
    ports,
  );
  return { target: called };
}
