import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { isStray } from '../../core/groups/stray.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { earlier, milliseconds } from '../../core/time/instant.ts';
import { epochKey } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';
import type { Fences } from './dynamo-fenced-table.ts';
import { epochs } from './dynamo-group-items.ts';

type Newest = Pick<Catalog, 'newestSealed' | 'newestProven'>;

/** What is newest of a grouped cluster is so of its true side: what the other one captured meanwhile is passed over. */
export function ofTrueSide(
  catalog: Newest & Pick<Catalog, 'point' | 'points'>,
  table: CatalogTable,
  fences: Fences,
): Newest {
  /** Tells a stray from the others; undefined while the group has never been anywhere but at home. */
  const judge = async (cluster: string) => {
    const fence = await fences(cluster);
    const item = fence && (await table.get(epochKey(fence.group)));
    if (!fence || !item) return undefined;
    const epoch = epochs.decode(item);
    return async (copy: CopyRecord): Promise<boolean> => {
      const point = await catalog.point(copy.id);
      return point !== undefined && isStray(point, epoch, fence.home);
    };
  };
  return {
    newestSealed: async (cluster) => {
      const newest = await catalog.newestSealed(cluster);
      const fence = newest && (await fences(cluster));
      const item = fence && (await table.get(epochKey(fence.group)));
      if (!fence || !item) return newest;
      const epoch = epochs.decode(item);
      if (!isStray(newest, epoch, fence.home)) return newest;
      return (await catalog.points(cluster)).find(
        (point) => point.state === 'sealed' && !isStray(point, epoch, fence.home),
      );
    },
    newestProven: async (cluster, region, atOrBefore) => {
      let found = await catalog.newestProven(cluster, region, atOrBefore);
      const stray = found && (await judge(cluster));
      while (stray && found?.takenAt !== undefined && (await stray(found)))
        found = await catalog.newestProven(cluster, region, earlier(found.takenAt, milliseconds(1)));
      return found;
    },
  };
}
