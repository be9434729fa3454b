import type { Catalog } from '../../core/ports/catalog.ts';
import { epochSeconds, leaseKey, passedSeconds } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

/**
 * Leases hold against one replica only, as all conditions do, so the name of a lease says its region. Its end is
 * rounded up and the time that has passed down: a clock a second off gives no lease away too early.
 */
export function dynamoLeases(table: CatalogTable): Pick<Catalog, 'lease' | 'release'> {
  return {
    lease: async ({ name, holder, until }, now) =>
      table.take({ ...leaseKey(name), holder, until: epochSeconds(until) }, passedSeconds(now)),
    release: async (name, holder) => table.giveBack(leaseKey(name), holder),
  };
}
