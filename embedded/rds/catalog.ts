import type { Instant } from '../../core/time/instant.ts';
import type { RowHistory } from './rows.ts';
import type { DataApiSeed } from './seed.ts';

/**
 * What a database knows of itself lies among its rows, so that snapshots and restores carry it: who may log in, which
 * databases, schemas and tables there are.
 */
export const CATALOG = {
  users: 'pg_catalog.users',
  databases: 'pg_catalog.databases',
  schemas: 'pg_catalog.schemas',
  tables: 'pg_catalog.tables',
} as const;

/** Databases that are there from the beginning. */
const ALWAYS = 'postgres';

export function furnish(
  history: RowHistory,
  { username, password, database }: DataApiSeed,
  at: Instant,
): void {
  history.write({ table: CATALOG.users, id: username, values: { password } }, at);
  for (const id of new Set([ALWAYS, database ?? ALWAYS]))
    history.write({ table: CATALOG.databases, id, values: {} }, at);
}

/** A row of the application's own: not of the catalog, and not of the schema that Holdfast keeps for itself. */
export const isApplications = (key: string): boolean => !/^(pg_catalog|holdfast)\./.test(key);
