import { CopyFailed } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { copyShard } from '../../../workflows/contracts/copy.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { copySpec } from '../copy-spec.ts';

/** Copies one shard. A child that comes late to a copy that has ended does not move anything any more. */
export async function copyOne(
  request: Input<typeof copyShard>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof copyShard>> {
  const { recoveryPointId: id, region, shard } = request;
  const copy = await ports.catalog.copy(id, region);
  if (copy?.state === 'copied' || copy?.state === 'proven') return {};
  if (copy?.state !== 'copying')
    throw new CopyFailed(
      `the copy of ${id} to ${region} is ${copy?.state ?? 'not in the catalog'}; shard ${shard} of it is not copied any more`,
      { recoveryPoint: id, shard },
    );
  const { spec, driver } = await copySpec(request, ports, now);
  await driver.copyShard(spec, shard);
  return {};
}
