import type { Action } from '../changes.ts';
import type { DorisCluster } from '../cluster.ts';
import type { Database } from '../contents.ts';

/**
 * Repeats one entry of a binlog in the standby's database. Repeating it twice is the same as once. Throws `SqlRefused`
 * for what the standby does not take; answers false for what only a new full sync brings over.
 */
export function replay(cluster: DorisCluster, database: Database, action: Action): boolean {
  const { catalog } = cluster;
  const table = action.kind === 'create-table' ? undefined : database.tables.get(action.table);
  switch (action.kind) {
    case 'create-table':
      if (!database.tables.has(action.table.name)) {
        const properties = { ...action.table.properties, is_being_synced: 'true' };
        catalog.createTable(database, { ...action.table, properties });
      }
      return true;
    case 'drop-table':
      catalog.dropTable(database, action.table, true, false);
      return true;
    case 'add-partition':
      if (!table) return false;
      if (!table.partitions.has(action.partition.name))
        catalog.addPartition(database, table, action.partition);
      return true;
    case 'drop-partition':
      if (!table) return false;
      catalog.dropPartition(database, table, action.partition, true, false);
      return true;
    case 'row':
      if (!table) return false;
      catalog.write(database, table, action.key, action.row);
      return true;
    case 'other':
      return false;
  }
}
