import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { readIndex, readLines } from '../shared/manifest-io.ts';
import { type ObjectsPorts, placeOf, vaultKey } from './ports.ts';

/**
 * Which of these vault keys no manifest of the keepers names. The manifests stream by, so that ten million lines take no
 * more memory than the keys in question. For engines whose items are snapshots the lines name no file at all.
 */
export async function unnamed(
  ports: ObjectsPorts,
  region: string,
  cluster: string,
  keys: ReadonlySet<string>,
  keepers: readonly RecoveryPointId[],
): Promise<ReadonlySet<string>> {
  const left = new Set(keys);
  for (const keeper of keepers) {
    if (left.size === 0) break;
    const place = placeOf(ports, region, cluster, keeper);
    const { shards } = await readIndex(place);
    for await (const line of readLines(place, shards)) left.delete(vaultKey(ports, cluster, line));
  }
  return left;
}
