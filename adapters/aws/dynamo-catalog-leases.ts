import type { Catalog } from '../../core/ports/catalog.ts';
import type { StoredLease } from './dynamo-catalog-conditions.ts';
import { epochSeconds, leaseKey, passedSeconds } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

/** Seconds after its end in which nobody asks for a lease that has run out. */
const GONE_AFTER = 86_400;

/**
 * Leases hold against one replica only, as all conditions do, so the name of a lease says its region. Its end is
 * rounded up and the time that has passed down: a clock a second off gives no lease away too early.
 */
const stored = (name: string, holder: string, until: number): StoredLease => ({
  ...leaseKey(name),
  holder,
  until,
  ttlEpochSeconds: until + GONE_AFTER,
});

export function dynamoLeases(table: CatalogTable): Pick<Catalog, 'lease' | 'release'> {
  return {
    lease: async ({ name, holder, until }, now) =>
      table.take(stored(name, holder, epochSeconds(until)), passedSeconds(now)),
    release: async (name, holder, now) => table.giveBack(stored(name, holder, passedSeconds(now))),
  };
}
