import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { standbys as codec, whole } from './dynamo-catalog-items.ts';
import { standbyKey } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

export function dynamoStandbys(table: CatalogTable): Pick<Catalog, 'standby' | 'recordStandby'> {
  return {
    standby: async (cluster, region) => {
      const item = await table.get(standbyKey(cluster, region));
      return item && codec.decode(item);
    },
    recordStandby: async (standby, before) => {
      const { cluster, region } = standby;
      const item = whole(standbyKey(cluster, region), codec.encode(standby));
      const { mode, modeSince, seenAt } = before ? codec.encode(before) : {};
      const refused = before
        ? await table.replaceUnlessMoved(item, { mode, modeSince, seenAt })
        : await table.create(item);
      if (refused)
        throw new ConcurrentUpdate(
          `the record of the standby of ${cluster} in ${region} was written by somebody else; read it again`,
          { cluster, region },
        );
    },
  };
}
