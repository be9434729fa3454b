import type { Instant } from '../../../core/time/instant.ts';
import type { restoreShard } from '../../../workflows/contracts/restore.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { restoreSpec } from '../restore-spec.ts';

export async function restoreOne(
  { restore, shard }: Input<typeof restoreShard>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof restoreShard>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  await driver.restoreShard(spec, shard);
  return {};
}
