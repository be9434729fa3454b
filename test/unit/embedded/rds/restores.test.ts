import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { days, hours, instant, minutes } from '../../../../core/time/instant.ts';
import { ELSEWHERE, HOME, keyIn, ORDERS, RdsAccount } from './rds-account.ts';

let account: RdsAccount;
beforeEach(() => {
  account = new RdsAccount();
  account.rds.seedCluster(ORDERS);
});

interface Cluster {
  readonly Status: string;
  readonly EngineVersion: string;
  readonly EarliestRestorableTime?: Date;
  readonly LatestRestorableTime?: Date;
  readonly EngineLifecycleSupport?: string;
}
const cluster = (id: string, region = HOME): Cluster =>
  account.call<{ DBClusters: Cluster[] }>('DescribeDBClusters', { DBClusterIdentifier: id }, region)
    .DBClusters[0]!;

const fromSnapshot = {
  DBClusterIdentifier: 'again',
  SnapshotIdentifier: 'nightly',
  Engine: 'aurora-postgresql',
  EngineVersion: '16.6',
};
const pointInTime = (at: number) => ({
  DBClusterIdentifier: 'again',
  SourceDBClusterIdentifier: 'orders',
  RestoreToTime: new Date(at),
});

describe('a restore from a snapshot', () => {
  beforeEach(() => {
    account.taken('nightly');
  });

  it('is being created for minutes, without restorable times, and has no instances', () => {
    account.call('RestoreDBClusterFromSnapshot', fromSnapshot);
    expect(cluster('again').Status).toBe('creating');
    expect(cluster('again').EarliestRestorableTime).toBeUndefined();
    expect(account.refusal('CreateDBInstance', instanceOf('again'))).toMatch(/^InvalidDBClusterStateFault/);
    account.advance(minutes(30));
    expect(cluster('again').Status).toBe('available');
    expect(cluster('again').EarliestRestorableTime).toBeInstanceOf(Date);
    expect(account.refusal('CreateDBInstance', instanceOf('again'))).toBe('accepted');
  });

  it('is refused the second time, because the name is taken', () => {
    account.call('RestoreDBClusterFromSnapshot', fromSnapshot);
    expect(account.refusal('RestoreDBClusterFromSnapshot', fromSnapshot)).toMatch(
      /^DBClusterAlreadyExistsFault/,
    );
  });

  it("takes the region's default version and paid support when nothing is said", () => {
    const { EngineVersion: _, ...silent } = fromSnapshot;
    account.call('RestoreDBClusterFromSnapshot', silent);
    expect(cluster('again').EngineVersion).not.toBe('16.6');
    expect(cluster('again').EngineLifecycleSupport).toBe('open-source-rds-extended-support');
  });

  it.each([
    [{ DBSubnetGroupName: 'nowhere' }, /^DBSubnetGroupNotFoundFault DBSubnetGroupNotFoundFault 404/],
    [
      { DBClusterParameterGroupName: 'nowhere' },
      /^DBClusterParameterGroupNotFoundFault DBClusterParameterGroupNotFound 404/,
    ],
    [{ VpcSecurityGroupIds: ['sg-elsewhere'] }, /^InvalidParameterValue/],
    [{ KmsKeyId: keyIn(ELSEWHERE) }, /^KMSKeyNotAccessibleFault/],
    [{ EngineVersion: '9.9' }, /^InvalidParameterCombination/],
    [{ EngineVersion: '15.10' }, /^InvalidParameterCombination/],
    [{ Engine: 'aurora-mysql' }, /^InvalidRestoreFault/],
    [{ SnapshotIdentifier: 'unknown' }, /^DBClusterSnapshotNotFoundFault/],
    [{ BacktrackWindow: 60 }, /^NotModelled/],
  ])('with %j is refused', (change, error) => {
    expect(account.refusal('RestoreDBClusterFromSnapshot', { ...fromSnapshot, ...change })).toMatch(error);
  });

  it('goes its own way from there: later writes on either side stay on that side', () => {
    account.call('RestoreDBClusterFromSnapshot', fromSnapshot);
    account.advance(hours(1));
    account.write('of-orders', { total: 1 });
    account.write('of-again', { total: 2 }, 'again');
    expect([...account.rows('orders').keys()]).toEqual(['order/of-orders']);
    expect([...account.rows('again').keys()]).toEqual(['order/of-again']);
  });
});

describe('a restore to a point in time', () => {
  it('brings back the rows of any instant that the window covers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5 }), fc.boolean()), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (writes, share) => {
          const own = new RdsAccount();
          own.rds.seedCluster(ORDERS);
          const start = own.now;
          const truth: { at: number; id: string; values: { n: number } | null }[] = [];
          for (const [n, [gap, id, present]] of writes.entries()) {
            own.advance(minutes(gap / 1_000));
            const values = present ? { n } : null;
            own.write(`${id}`, values);
            truth.push({ at: own.now, id: `order/${id}`, values });
          }
          const at = Math.floor(start + share * (own.now - start));
          own.advance(minutes(10)).call('RestoreDBClusterToPointInTime', pointInTime(at));
          const expected = new Map<string, { n: number }>();
          for (const write of truth.filter((one) => one.at <= at))
            if (write.values) expected.set(write.id, write.values);
            else expected.delete(write.id);
          expect(own.rows('again')).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused outside of the window, and says what the window is', () => {
    const refusals = [days(8), minutes(-1)].map((ago) =>
      account.refusal('RestoreDBClusterToPointInTime', pointInTime(account.now - ago)),
    );
    expect(refusals).toEqual(Array(2).fill('InvalidParameterValue InvalidParameterValue 400'));
  });

  it('takes either a time or the latest', () => {
    const { RestoreToTime, ...neither } = pointInTime(account.now - hours(1));
    expect(account.refusal('RestoreDBClusterToPointInTime', neither)).toMatch(/^InvalidParameterCombination/);
    expect(
      account.refusal('RestoreDBClusterToPointInTime', {
        ...neither,
        RestoreToTime,
        UseLatestRestorableTime: true,
      }),
    ).toMatch(/^InvalidParameterCombination/);
    expect(
      account.refusal('RestoreDBClusterToPointInTime', { ...neither, UseLatestRestorableTime: true }),
    ).toBe('accepted');
  });

  it('reaches back as far as the retention says, and a longer retention brings nothing back', () => {
    const earliest = () => cluster('orders').EarliestRestorableTime!.getTime();
    expect(earliest()).toBe(account.now - days(7));
    const retain = (BackupRetentionPeriod: number) => ({
      DBClusterIdentifier: 'orders',
      BackupRetentionPeriod,
      ApplyImmediately: true,
    });
    const before = earliest();
    account.call('ModifyDBCluster', retain(35));
    expect(earliest()).toBe(before);
    account.advance(minutes(10));
    expect([0, 36].map((n) => account.refusal('ModifyDBCluster', retain(n)))).toEqual(
      Array(2).fill('InvalidParameterValue InvalidParameterValue 400'),
    );
  });

  it('has a latest time at most five minutes old', () => {
    for (let i = 0; i < 30; i++) {
      const lag = account.advance(minutes(0.7)).now - cluster('orders').LatestRestorableTime!.getTime();
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThanOrEqual(minutes(5));
    }
  });
});

describe('the embedded RDS', () => {
  it('gives the same answers for the same seed and others for another', () => {
    const run = (seed: number): string => {
      const own = new RdsAccount(seed);
      own.rds.seedCluster(ORDERS);
      own.take('nightly');
      return own.advance(minutes(10)).snapshot('nightly').SnapshotCreateTime!.toISOString();
    };
    expect(run(7)).toBe(run(7));
    expect(new Set([1, 2, 3, 4, 5].map(run)).size).toBeGreaterThan(1);
  });

  it('keeps a parameter group within its region and its default group as it is', () => {
    account.rds.seedCluster({
      ...ORDERS,
      clusterId: 'tuned',
      parameterGroup: { name: 'tuned', parameters: { work_mem: '64' } },
    });
    const describe = { DBClusterParameterGroupName: 'tuned', Source: 'user' };
    expect(account.call('DescribeDBClusterParameters', describe)['Parameters']).toMatchObject([
      { ParameterName: 'work_mem', ParameterValue: '64' },
    ]);
    expect(account.refusal('DescribeDBClusterParameters', describe, ELSEWHERE)).toBe(
      'DBParameterGroupNotFoundFault DBParameterGroupNotFound 404',
    );
    expect(
      account.refusal('ModifyDBClusterParameterGroup', {
        DBClusterParameterGroupName: 'default.aurora-postgresql16',
        Parameters: [],
      }),
    ).toMatch(/^InvalidDBParameterGroupStateFault/);
  });

  it('refuses to rewrite the past', () => {
    account.write('1', { total: 1 });
    const before = instant(account.now - 1);
    expect(() =>
      account.rds.write('orders', HOME, { table: 'order', id: '1', values: null }, before),
    ).toThrow('the past is fixed');
  });

  it('knows no other operations', () => {
    expect(account.refusal('StartExportTask', {})).toBe('NotModelled');
  });
});

const instanceOf = (clusterId: string) => ({
  DBInstanceIdentifier: `${clusterId}-1`,
  DBInstanceClass: 'db.r6g.large',
  Engine: 'aurora-postgresql',
  DBClusterIdentifier: clusterId,
});
