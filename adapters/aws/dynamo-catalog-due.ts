import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Catalog, DueEntry } from '../../core/ports/catalog.ts';
import { holds, restores, whole } from './dynamo-catalog-items.ts';
import {
  type CatalogKey,
  dueKey,
  fromEpochSeconds,
  holdKey,
  passedSeconds,
  pointOfKey,
  restoreKey,
  run,
} from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

type RestCatalog = Pick<
  Catalog,
  'due' | 'holds' | 'placeHold' | 'liftHold' | 'openRestore' | 'restore' | 'restores' | 'closeRestore'
>;

/** One page of the index: its entries are keys only, some 150 bytes each. */
const DUE_PAGE_MAX = 1_000;

/** What is due, what is held, and what was restored. */
export function dynamoDue(table: CatalogTable): RestCatalog {
  return {
    due: async (kind, region, by, limit) => {
      const found: DueEntry[] = [];
      const pageSize = Math.min(limit, DUE_PAGE_MAX);
      for await (const item of table.due(dueKey(kind, region), passedSeconds(by), pageSize)) {
        const entry = item as unknown as CatalogKey & { readonly dueAt: number };
        found.push({ ...pointOfKey(entry), dueAt: fromEpochSeconds(entry.dueAt) });
        if (found.length === limit) break;
      }
      return found;
    },

    holds: async (cluster) => {
      const found = [];
      for await (const item of table.query(run(cluster, 'hold#'), 'ascending'))
        found.push(holds.decode(item));
      return found;
    },
    placeHold: async (hold) => {
      const refused = await table.create(whole(holdKey(hold.cluster, hold.name), holds.encode(hold)));
      if (!refused?.found) return;
      const there = holds.decode(refused.found);
      if (there.why === hold.why && there.recoveryPoint === hold.recoveryPoint) return;
      throw new ConcurrentUpdate(
        `${hold.cluster} has a legal hold named ${hold.name} already (${there.why}); choose another name, or lift that one`,
        { cluster: hold.cluster, hold: hold.name },
      );
    },
    // A hold that is not there is lifted: a retry finds it so.
    liftHold: async (cluster, name) => {
      await table.remove(holdKey(cluster, name));
    },

    openRestore: async (restore) => {
      const key = restoreKey(restore.cluster, restore.id);
      const refused = await table.create(whole(key, restores.encode(restore)));
      return refused?.found ? restores.decode(refused.found) : restore;
    },
    restore: async (cluster, id) => {
      const item = await table.get(restoreKey(cluster, id));
      return item && restores.decode(item);
    },
    restores: async (cluster) => {
      const found = [];
      for await (const item of table.query(run(cluster, 'restore#'), 'descending'))
        found.push(restores.decode(item));
      return found;
    },
    closeRestore: async (restore) => {
      const key = restoreKey(restore.cluster, restore.id);
      const refused = await table.replace(whole(key, restores.encode(restore)), ['restoring']);
      const there = refused?.found && restores.decode(refused.found);
      if (!refused || there?.state === restore.state) return;
      throw new ConcurrentUpdate(
        `restore ${restore.id} is ${there?.state ?? 'not in the catalog'} and cannot become ${restore.state}; read it again`,
        { cluster: restore.cluster, restore: restore.id },
      );
    },
  };
}
