import { beforeEach, describe, expect, it } from 'vitest';
import { instant, minutes, seconds } from '../../../../core/time/instant.ts';
import { ORDERS, RdsAccount } from './rds-account.ts';

let account: RdsAccount;
beforeEach(() => {
  account = new RdsAccount();
  account.rds.seedCluster(ORDERS);
});

describe('a cluster snapshot', () => {
  it('is being created until the clock has moved, and only then has a time', () => {
    account.take('nightly');
    expect(account.snapshot('nightly')).toMatchObject({ Status: 'creating', PercentProgress: 0 });
    expect(account.snapshot('nightly').SnapshotCreateTime).toBeUndefined();
    const seen = account.advance(minutes(10)).snapshot('nightly');
    expect(seen).toMatchObject({ Status: 'available', PercentProgress: 100 });
    expect(seen.SnapshotCreateTime).toBeInstanceOf(Date);
  });

  it('never completes by being looked at', () => {
    account.take('nightly');
    for (let i = 0; i < 50; i++) expect(account.snapshot('nightly').Status).toBe('creating');
  });

  it('progresses from 0 to 100 without going back', () => {
    account.take('nightly');
    const seen = Array.from(
      { length: 60 },
      () => account.advance(seconds(10)).snapshot('nightly').PercentProgress,
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(100);
    expect(new Set(seen).size).toBeGreaterThan(3);
  });

  it('is stored under its name in lower case, so that two spellings collide', () => {
    account.take('Nightly-A');
    expect(account.snapshot('NIGHTLY-a').DBClusterSnapshotIdentifier).toBe('nightly-a');
    expect(
      account.refusal('CreateDBClusterSnapshot', {
        DBClusterSnapshotIdentifier: 'nightly-A',
        DBClusterIdentifier: 'orders',
      }),
    ).toBe('DBClusterSnapshotAlreadyExistsFault DBClusterSnapshotAlreadyExistsFault 400');
  });

  it.each(['1st', 'ends-', 'two--hyphens', 'under_score', '', 'x'.repeat(64)])(
    'cannot be called %j',
    (name) => {
      expect(
        account.refusal('CreateDBClusterSnapshot', {
          DBClusterSnapshotIdentifier: name,
          DBClusterIdentifier: 'orders',
        }),
      ).toBe('InvalidParameterValue InvalidParameterValue 400');
    },
  );

  it('holds the rows of its instant, whatever is written while it is being created', () => {
    account.write('1', { total: 10 });
    account.take('nightly');
    for (let i = 0; i < 30; i++) {
      account.advance(seconds(5));
      account.write('1', { total: 11 + i });
    }
    const at = account.advance(minutes(10)).snapshot('nightly').SnapshotCreateTime!;
    account.call('RestoreDBClusterFromSnapshot', {
      DBClusterIdentifier: 'again',
      SnapshotIdentifier: 'nightly',
      Engine: 'aurora-postgresql',
      EngineVersion: '16.6',
    });
    expect(account.rows('again')).toEqual(account.rds.rowsAt('orders', 'eu-west-1', instant(at.getTime())));
    expect(account.rows('again')).not.toEqual(account.rows('orders'));
  });

  it('survives the deletion of its cluster', () => {
    account.take('last');
    account.call('DeleteDBInstance', { DBInstanceIdentifier: 'orders-1' });
    account.call('DeleteDBCluster', { DBClusterIdentifier: 'orders', SkipFinalSnapshot: true });
    account.advance(minutes(10));
    expect(account.refusal('DescribeDBClusters', { DBClusterIdentifier: 'orders' })).toBe(
      'DBClusterNotFoundFault DBClusterNotFoundFault 404',
    );
    expect(account.snapshot('last').Status).toBe('available');
  });

  it('is refused while the cluster is busy, and taken afterwards', () => {
    account.rds.occupyCluster(
      'orders',
      'eu-west-1',
      'backing-up',
      account.now,
      instant(account.now + 60_000),
    );
    const request = { DBClusterSnapshotIdentifier: 'nightly', DBClusterIdentifier: 'orders' };
    expect(account.refusal('CreateDBClusterSnapshot', request)).toBe(
      'InvalidDBClusterStateFault InvalidDBClusterStateFault 400',
    );
    account.advance(minutes(1));
    expect(account.refusal('CreateDBClusterSnapshot', request)).toBe('accepted');
  });

  it('is refused when a hundred are there, under the wire code of the quota', () => {
    for (let i = 0; i < 100; i++) account.take(`nightly-${i}`);
    expect(
      account.refusal('CreateDBClusterSnapshot', {
        DBClusterSnapshotIdentifier: 'one-more',
        DBClusterIdentifier: 'orders',
      }),
    ).toBe('SnapshotQuotaExceededFault SnapshotQuotaExceeded 400');
  });

  it('cannot be deleted while it is being created, and takes its time to go afterwards', () => {
    account.take('nightly');
    const request = { DBClusterSnapshotIdentifier: 'nightly' };
    expect(account.refusal('DeleteDBClusterSnapshot', request)).toBe(
      'InvalidDBClusterSnapshotStateFault InvalidDBClusterSnapshotStateFault 400',
    );
    account.advance(minutes(10)).call('DeleteDBClusterSnapshot', request);
    expect(account.snapshot('nightly').Status).toBe('deleting');
    account.advance(minutes(1));
    expect(account.refusal('DescribeDBClusterSnapshots', request)).toBe(
      'DBClusterSnapshotNotFoundFault DBClusterSnapshotNotFoundFault 404',
    );
  });

  it.each([
    ['fails', 'failed'],
    ['hangs', 'creating'],
  ] as const)('that was laid to %s is %s a day later', (fate, status) => {
    account.rds.spoilSnapshot('eu-west-1', 'nightly', fate);
    account.take('nightly');
    expect(account.advance(minutes(1_440)).snapshot('nightly').Status).toBe(status);
  });

  it('that was laid to vanish is gone', () => {
    account.rds.spoilSnapshot('eu-west-1', 'nightly', 'vanishes');
    account.take('nightly');
    account.advance(minutes(10));
    expect(account.refusal('DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: 'nightly' })).toMatch(
      /^DBClusterSnapshotNotFoundFault/,
    );
  });
});

describe('listing snapshots', () => {
  it('comes in pages of the size asked for, each snapshot once, also those of other engines', () => {
    account.rds.seedCluster({ ...ORDERS, clusterId: 'graph', engine: 'neptune', engineVersion: '1.3.4.0' });
    for (let i = 0; i < 45; i++) account.take(`nightly-${i}`, i % 2 ? 'graph' : 'orders');
    const names: string[] = [];
    let marker: string | undefined;
    let pages = 0;
    do {
      const page = account.call<{
        DBClusterSnapshots: { DBClusterSnapshotIdentifier: string }[];
        Marker?: string;
      }>('DescribeDBClusterSnapshots', { MaxRecords: 20, ...(marker ? { Marker: marker } : {}) });
      names.push(...page.DBClusterSnapshots.map((snapshot) => snapshot.DBClusterSnapshotIdentifier));
      marker = page.Marker;
      pages++;
    } while (marker);
    expect(pages).toBe(3);
    expect(new Set(names).size).toBe(45);
  });

  it('filters by engine and by cluster', () => {
    account.rds.seedCluster({ ...ORDERS, clusterId: 'graph', engine: 'neptune', engineVersion: '1.3.4.0' });
    account.take('a');
    account.take('b', 'graph');
    const listed = (input: object) =>
      account
        .call<{ DBClusterSnapshots: { DBClusterSnapshotIdentifier: string }[] }>(
          'DescribeDBClusterSnapshots',
          input,
        )
        .DBClusterSnapshots.map((snapshot) => snapshot.DBClusterSnapshotIdentifier);
    expect(listed({ Filters: [{ Name: 'engine', Values: ['neptune'] }] })).toEqual(['b']);
    expect(listed({ DBClusterIdentifier: 'Orders' })).toEqual(['a']);
  });

  it.each([
    { SnapshotType: 'automated' },
    { IncludeShared: true },
    { Filters: [{ Name: 'x', Values: ['y'] }] },
  ])('fails loudly for %j, which is not modelled', (input) => {
    account.take('a');
    expect(account.refusal('DescribeDBClusterSnapshots', input)).toBe('NotModelled');
  });
});
