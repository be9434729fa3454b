import { copyName } from '../../../core/ids/names.ts';
import { clusterOf, planOf } from '../../../core/plan/installation.ts';
import type { startCopies } from '../../../workflows/contracts/backup.ts';
import { knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';

/** Starts one copy per target region. A region that cannot be reached does not keep the others waiting. */
export async function start(
  { capture }: Input<typeof startCopies>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'machines'>,
): Promise<Output<typeof startCopies>> {
  const { installation } = await ports.configuration.read();
  const { id, cluster: name, region: home } = await knownPoint(ports.catalog, capture.recoveryPointId);
  const cluster = clusterOf(installation, name);
  const plan = cluster && planOf(installation, cluster);
  const regions = (plan?.copyTo ?? []).filter((region) => region !== home);
  const started = await Promise.allSettled(
    regions.map((region) =>
      ports.machines.start('copy', copyName(id, region), { cluster: name, recoveryPointId: id, region }),
    ),
  );
  throwWorst(
    `of ${id}, copies were not started`,
    regions.map((region, n) => [region, started[n]!] as const),
  );
  return { regions };
}
