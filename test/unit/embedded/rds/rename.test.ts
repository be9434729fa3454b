import { beforeEach, expect, it } from 'vitest';
import { minutes } from '../../../../core/time/instant.ts';
import { HOME, ORDERS, RdsAccount } from './rds-account.ts';

let account: RdsAccount;
beforeEach(() => {
  account = new RdsAccount();
  account.rds.seedCluster(ORDERS);
});

interface Described {
  readonly DBClusters: readonly [
    { readonly Status: string; readonly DBClusterArn: string; readonly DbClusterResourceId: string },
  ];
}
const described = (id: string) =>
  account.call<Described>('DescribeDBClusters', { DBClusterIdentifier: id }).DBClusters[0];
const rename = {
  DBClusterIdentifier: 'orders',
  NewDBClusterIdentifier: 'Orders-Left',
  ApplyImmediately: true,
};

it('a cluster that is renamed has its old name for minutes, and then the new one alone, with its instances and rows', () => {
  account.write('a', { amount: 1 });
  const { DbClusterResourceId } = described('orders');
  const instances = () =>
    account.call<{ DBInstances: { DBInstanceIdentifier: string; DBClusterIdentifier: string }[] }>(
      'DescribeDBInstances',
      {},
    ).DBInstances;
  const names = instances().map((one) => one.DBInstanceIdentifier);
  account.call('ModifyDBCluster', rename);
  expect(described('orders').Status).toBe('renaming');
  account.advance(minutes(4));
  expect(account.refusal('DescribeDBClusters', { DBClusterIdentifier: 'orders' })).toBe(
    'DBClusterNotFoundFault DBClusterNotFoundFault 404',
  );
  expect(described('orders-left')).toMatchObject({
    ...{ Status: 'available', DbClusterResourceId },
    DBClusterArn: `arn:aws:rds:${HOME}:111122223333:cluster:orders-left`,
  });
  expect(instances().map((one) => one.DBInstanceIdentifier)).toEqual(names);
  expect(new Set(instances().map((one) => one.DBClusterIdentifier))).toEqual(new Set(['orders-left']));
  expect([...account.rows('orders-left').keys()]).toEqual(['order/a']);
});

it('a name that is taken, or about to be, is refused', () => {
  account.rds.seedCluster({ ...ORDERS, clusterId: 'orders-left' });
  expect(account.refusal('ModifyDBCluster', rename)).toBe(
    'DBClusterAlreadyExistsFault DBClusterAlreadyExistsFault 400',
  );
  account.rds.seedCluster({ ...ORDERS, clusterId: 'others' });
  account.call('ModifyDBCluster', { ...rename, NewDBClusterIdentifier: 'orders-away' });
  const again = { ...rename, DBClusterIdentifier: 'others', NewDBClusterIdentifier: 'orders-away' };
  expect(account.refusal('ModifyDBCluster', again)).toBe(
    'DBClusterAlreadyExistsFault DBClusterAlreadyExistsFault 400',
  );
});
