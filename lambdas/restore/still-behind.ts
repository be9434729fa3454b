import type { TaskPorts } from '../shared/ports.ts';
import { isBehind } from './resolve-restore/behind.ts';
import type { Resolved } from './restore-spec.ts';

/**
 * A restore by difference, or a refill, may wait for hours, and outlive the move that began it: before each step that writes it is looked
 * at again whether what it writes over is no truth of today.
 *
 * @throws InvalidInput when it is
 */
export async function requireStillBehind(
  { mode, cluster }: Pick<Resolved, 'mode' | 'cluster'>,
  ports: Pick<TaskPorts, 'configuration' | 'groups' | 'region'>,
): Promise<void> {
  if (mode !== 'difference' && mode !== 'refill') return;
  const { installation } = await ports.configuration.read();
  await isBehind(cluster, mode, installation, ports);
}
