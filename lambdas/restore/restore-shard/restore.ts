import type { RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { restoreShard } from '../../../workflows/contracts/restore.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { restoreSpec } from '../restore-spec.ts';
import { requireStillBehind } from '../still-behind.ts';

export async function restoreOne(
  { restore, shard }: Input<typeof restoreShard>,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'groups' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof restoreShard>> {
  const { spec, driver } = await restoreSpec(restore, ports, now);
  if (spec.restore.drill) await requireOpen(spec.restore, ports);
  await requireStillBehind(restore, ports);
  await driver.restoreShard(spec, shard);
  return {};
}

/** What a drill writes after its end nobody would remove. */
async function requireOpen(
  { cluster, id }: RestoreRecord,
  { catalog }: Pick<TaskPorts, 'catalog'>,
): Promise<void> {
  const record = await catalog.restore(cluster, id);
  if (record?.state === 'restoring') return;
  throw new RestoreFailed(`${id} was closed while its drill was at work; nothing more is written for it`);
}
