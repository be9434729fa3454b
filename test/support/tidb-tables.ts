import type { TidbCluster } from '../../embedded/tidb/cluster.ts';

/** Two databases of two tables, a dozen rows in each. */
export function fillShop(source: TidbCluster): void {
  const columns = [{ name: 'text', default: '' }];
  for (const database of ['shop', 'stock']) {
    source.createDatabase(database);
    for (const table of ['orders', 'goods']) {
      source.createTable(database, table, columns);
      for (let n = 0; n < 12; n++)
        source.write(database, table, `${n}`, { text: `${database}.${table} ${n}` });
    }
  }
}

/** Rows that come, change and go, tables that come and one that goes; each round does something else. */
export function changeShop(source: TidbCluster, round: number): void {
  source.write('shop', 'orders', '0', { text: `changed in round ${round}` });
  source.write('shop', 'orders', `${5 + round}`, undefined);
  source.write('stock', 'goods', `new in round ${round}`, { text: 'new' });
  source.createTable('stock', `round${round}`, [{ name: 'n', default: 0 }]);
  source.write('stock', `round${round}`, '1', { n: round });
  if (round === 1) source.dropTable('shop', 'goods');
}
