import type { Cursor, RestoreSpec, Verdict } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import { lineageOf } from './lineage.ts';
import type { TidbPorts } from './ports.ts';
import { restoredSize } from './restore.ts';

/**
 * BR compares every table's checksum by itself and ends with 1 when one differs; here its account is compared with that of
 * the capture, where both versions give one. It may have read less than was written: not every system table is restored.
 * Rows cannot be seen from here.
 */
export async function validateRestore(ports: TidbPorts, spec: RestoreSpec, cursor: Cursor): Promise<Verdict> {
  const { cluster, point, region, restore } = spec;
  const lineage = await lineageOf(ports, region, cluster.name, point.id, point.content?.root);
  const index = lineage.at(-1)!.index;
  const sizes = lineage.map(({ index: { statistics } }) => statistics['size']);
  const read = restoredSize(cursor);
  // A part of a snapshot has no size to compare with, and a log adds one of its own.
  if (read === undefined || spec.scope || spec.log || !sizes.every((size) => typeof size === 'number'))
    return { sound: true, index };
  const written = sizes.reduce((sum, size) => sum + size, 0);
  if (read <= written && (read > 0 || written === 0)) return { sound: true, index };
  throw new RestoreFailed(
    `br read ${read} bytes for ${restore.id}, and wrote ${written} when ${point.id} was captured; do not use the target cluster, and restore another recovery point into a new one`,
    { read, written },
  );
}
