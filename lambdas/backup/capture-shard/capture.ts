import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { captureShard } from '../../../workflows/contracts/backup.ts';
import { clusterNamed, knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';

/** Captures one shard. A child that comes late to a point that has ended must not write into it any more. */
export async function captureOne(
  { cluster: name, recoveryPointId, shard }: Input<typeof captureShard>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<Output<typeof captureShard>> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, name);
  const point = await knownPoint(ports.catalog, recoveryPointId);
  if (point.state === 'failed' || point.state === 'quarantined')
    throw new CaptureFailed(
      `${point.id} is ${point.state}; shard ${shard} of it is not captured any more, start another backup`,
      { recoveryPoint: point.id, shard },
    );
  // Captured or later: every shard was seen finished, and this is a second delivery of one of them.
  if (point.state !== 'capturing') return {};
  await ports.drivers(cluster.engine).captureShard({ cluster, point, now }, shard);
  return {};
}
