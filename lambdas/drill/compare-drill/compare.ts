import { judge } from '../../../core/drills/judge.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import type { compareDrill } from '../../../workflows/contracts/drill.ts';
import { restoreSpec } from '../../restore/restore-spec.ts';
import { planFor } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';

/** What differs is an answer here, and no error. */
export async function compare(
  { drill, restore }: Input<typeof compareDrill>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof compareDrill>> {
  const record = await ports.catalog.restore(restore.cluster, restore.restoreId);
  if (record?.state !== 'restored')
    throw new RestoreFailed(`${restore.restoreId} is ${record?.state ?? 'unknown'} and was to be restored`);
  const { spec, driver } = await restoreSpec(restore, ports, now);
  const { installation } = await ports.configuration.read();
  const { objectives } = planFor(installation, spec.cluster);
  const inspection = await driver.inspect?.(spec, drill.drillId);
  const checks = judge({ restore: record, point: spec.point, inspection, objectives });
  return { comparedAt: iso(now), checks: checks.map((check) => ({ ...check })) };
}
