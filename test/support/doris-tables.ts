import type { DorisCluster } from '../../embedded/doris/cluster.ts';

/** Orders in two monthly partitions, items, and a view, in `shop`; people in `crm`. */
export function fillOlap(cluster: DorisCluster): void {
  const single = (name: string) => ({
    ...{ name, kind: 'olap' as const, columns: ['name'], replicationNum: 3 },
    partitions: [{ name }],
  });
  cluster.createDatabase('shop');
  cluster.createDatabase('crm');
  cluster.createTable('shop', {
    ...{
      name: 'orders',
      kind: 'olap',
      columns: ['day', 'amount'],
      partitionColumn: 'day',
      replicationNum: 3,
    },
    partitions: [
      { name: 'p202610', range: { from: '2026-10-01', to: '2026-11-01' } },
      { name: 'p202611', range: { from: '2026-11-01', to: '2026-12-01' } },
    ],
  });
  cluster.createTable('shop', single('items'));
  cluster.createTable('shop', {
    ...{ name: 'dear', kind: 'view', columns: ['day'], partitions: [], replicationNum: 0 },
    query: 'SELECT day FROM orders WHERE amount > 5',
  });
  cluster.createTable('crm', single('people'));
  for (let n = 0; n < 10; n++) {
    cluster.write('shop', 'orders', `o${n}`, { day: `2026-1${n % 2}-1${n}`, amount: n });
    cluster.write('shop', 'items', `i${n}`, { name: `item ${n}` });
    cluster.write('crm', 'people', `p${n}`, { name: `person ${n}` });
  }
}
