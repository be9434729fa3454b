import { RestoreDBClusterToPointInTimeCommand } from '@aws-sdk/client-rds';
import { expect, test } from 'vitest';
import { beatsAfter, insertBeat, makeTable, newestNumber } from '../../../../core/heartbeat/statements.ts';
import { hours, type Instant, minutes } from '../../../../core/time/instant.ts';
import { ACCOUNT, arnOf, HOME, START, scene } from './a-data-api.ts';

test('a restore to an instant holds the beats of that instant, behind a Data API that is off at first', async () => {
  const { cloud, say, refusal, rds, until, pass } = scene();
  for (const sql of makeTable('standard')) await say(sql);
  cloud.rds.write('orders', HOME, { table: 'orders', id: '1', values: { amount: 5 } }, cloud.world.now());
  const at: Instant[] = [];
  for (let each = 0; each < 60; each++) {
    await say(insertBeat(cloud.world.now()));
    at.push(cloud.world.now());
    await pass(minutes(1));
  }
  await until(
    rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...{ DBClusterIdentifier: 'again', SourceDBClusterIdentifier: 'orders' },
        RestoreToTime: new Date(at[39]!),
      }),
    ),
  );
  await pass(hours(1));
  const call = (operation: string, input: object) =>
    cloud.rds.call(operation, input, {
      account: ACCOUNT,
      region: HOME,
      principal: 'p',
      now: cloud.world.now(),
    });
  call('CreateDBInstance', {
    ...{ DBInstanceIdentifier: 'again-1', DBClusterIdentifier: 'again' },
    ...{ Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' },
  });
  const resourceArn = arnOf('again');
  expect(await refusal(newestNumber, { resourceArn })).toMatch('HttpEndpointNotEnabledException');
  const enabled = { ResourceArn: resourceArn, HttpEndpointEnabled: true };
  expect(call('EnableHttpEndpoint', { ResourceArn: resourceArn })).toEqual(enabled);
  expect(await refusal(newestNumber, { resourceArn })).toMatch('DatabaseUnavailableException');
  await pass(hours(1));
  const { records } = await say(beatsAfter(0), { resourceArn });
  expect(records?.map(([number]) => number?.longValue)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(call('DescribeDBClusters', { DBClusterIdentifier: 'again' })).toMatchObject({
    DBClusters: [{ HttpEndpointEnabled: true, Status: 'available' }],
  });
  expect((await say(newestNumber)).records).toEqual([[{ longValue: 60 }]]);
  const truth = [['orders/1', { amount: 5 }]];
  expect([...cloud.rds.rowsAt('again', HOME, cloud.world.now())]).toEqual(truth);
  await say(insertBeat(cloud.world.now()), { resourceArn });
  expect((await say(newestNumber, { resourceArn })).records).toEqual([[{ longValue: 41 }]]);
});

test('the endpoint is switched where a cluster has one, and only while nothing else is under way', () => {
  const { cloud } = scene();
  cloud.rds.seedCluster({ region: HOME, clusterId: 'graph', engine: 'neptune', createdAt: START });
  const name = (operation: string, id: string) => {
    try {
      cloud.rds.call(
        operation,
        { ResourceArn: arnOf(id) },
        { account: ACCOUNT, region: HOME, principal: 'p', now: cloud.world.now() },
      );
      return 'accepted';
    } catch (error) {
      return (error as Error).name;
    }
  };
  expect(name('EnableHttpEndpoint', 'orders')).toBe('accepted');
  expect(name('DisableHttpEndpoint', 'orders')).toBe('accepted');
  expect(name('EnableHttpEndpoint', 'orders')).toBe('InvalidResourceStateFault');
  expect(name('EnableHttpEndpoint', 'nobody')).toBe('ResourceNotFoundFault');
  expect(name('EnableHttpEndpoint', 'graph')).toBe('InvalidParameterCombination');
});
