import { type Duration, days, earlier, type Instant } from '../../core/time/instant.ts';
import { own } from './expressions/paths.ts';
import type { GlobalTable } from './global-table.ts';
import type { Tables } from './tables.ts';
import type { Item } from './values.ts';

/** A TTL further back is taken for a mistake and ignored (Using time to live, read 2026-11). */
const TTL_IGNORED_AFTER: Duration = days(5 * 365);

/** Deletes, in the first region of each table that is not dark, what expired at least `delay` ago. */
export function sweep(
  tables: Tables,
  now: Instant,
  delay: Duration,
  isDark: (region: string) => boolean,
): number {
  let removed = 0;
  for (const table of tables.all()) {
    const region = table.regions.find((name) => !isDark(name));
    if (table.ttlAttribute === undefined || region === undefined) continue;
    const replica = table.replica(region)!;
    const due = [...replica.rows.scan(undefined)].filter(({ item }) => expired(table, item, now, delay));
    for (const { item } of due) {
      table.write(replica, table.schema.keyOf(item), undefined, now, true);
      tables.usage.add(
        { region, table: table.definition.name, operation: 'ttl' },
        // Free where the sweeper deletes; its arrival in other regions is a billed replicated write.
        { itemsWritten: 1 },
      );
    }
    removed += due.length;
  }
  return removed;
}

function expired(table: GlobalTable, item: Item, now: Instant, delay: Duration): boolean {
  const value = own(item, table.ttlAttribute!);
  if (!value || !('N' in value)) return false;
  const at = Number(value.N) * 1_000;
  return at <= earlier(now, delay) && at > earlier(now, TTL_IGNORED_AFTER);
}
