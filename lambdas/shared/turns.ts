import type { RecoveryPoint, RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { Turns } from '../../core/engines/turns.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { type Duration, type Instant, later, minutes } from '../../core/time/instant.ts';

/**
 * Whoever goes on renews it with every look, and looks come every few minutes at most; whoever was killed is in nobody's
 * way for longer.
 */
const HELD_FOR: Duration = minutes(20);

type Leases = Pick<Catalog, 'lease' | 'release'>;

export const captureTurns = (catalog: Leases, { id, cluster, region }: RecoveryPoint, now: Instant): Turns =>
  turnsOf(catalog, { cluster, region, holder: id }, now);

export const restoreTurns = (catalog: Leases, { id, cluster, region }: RestoreRecord, now: Instant): Turns =>
  turnsOf(catalog, { cluster, region, holder: id }, now);

/** The turns of one capture or restore of a cluster, in the catalog of its region. */
function turnsOf(
  catalog: Leases,
  of: { readonly cluster: string; readonly region: string; readonly holder: string },
  now: Instant,
): Turns {
  const { cluster, region, holder } = of;
  const named = (what: string): string => `turn#${region}#${cluster}#${what}`;
  return {
    take: (what) => catalog.lease({ name: named(what), holder, until: later(now, HELD_FOR) }, now),
    leave: (what) => catalog.release(named(what), holder, now),
  };
}
