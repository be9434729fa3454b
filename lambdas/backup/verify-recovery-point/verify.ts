import type { Content, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { verifyRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { leavePage } from '../../shared/leave-page.ts';
import { clusterNamed, knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';

/** Reads back, compares, and only then says `verified`. A bad capture is an answer here, not an error. */
export async function verify(
  { capture }: Input<typeof verifyRecoveryPoint>,
  ports: Pick<TaskPorts, 'configuration' | 'catalog' | 'drivers' | 'pages'>,
  now: Instant,
): Promise<Output<typeof verifyRecoveryPoint>> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, capture.cluster);
  const point = await knownPoint(ports.catalog, capture.recoveryPointId);
  if (point.state === 'sealed') return { outcome: 'sound' };
  if (point.state !== 'captured' && point.state !== 'verified') throw notCaptured(point);
  const verdict = await ports.drivers(cluster.engine).verify({ cluster, point, now }, capture.cursor);
  if (!verdict.sound) return { outcome: 'unsound', reason: verdict.reason };
  await leavePage({ cluster, point, index: verdict.index, region: point.region }, ports);
  await ports.catalog.advance(point.id, 'verified', { content: contentOf(verdict.index) });
  return { outcome: 'sound' };
}

const contentOf = ({ root, shards, items, bytes, newItems, newBytes }: ManifestIndex): Content => ({
  root,
  shards: shards.length,
  items,
  bytes,
  newItems,
  newBytes,
});

const notCaptured = (point: RecoveryPoint): CaptureFailed =>
  new CaptureFailed(
    `${point.id} is ${point.state} and cannot be verified: ${point.reason?.message ?? 'it was not captured'}`,
    { recoveryPoint: point.id, state: point.state },
  );
