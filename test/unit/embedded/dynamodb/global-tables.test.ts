import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, days, hours, instant, milliseconds, seconds } from '../../../../core/time/instant.ts';
import { World } from '../../../../embedded/clock/world.ts';
import type { StreamRecord } from '../../../../embedded/dynamodb/global-table.ts';
import { DynamoDb } from '../../../../embedded/dynamodb/service.ts';
import { callIn, key, NOON, oneTable, TABLE } from './table-under-test.ts';

const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1'];

function world(lag: (world: World) => Duration = () => seconds(1), seed = 1) {
  const clock = new World(instant(NOON), seed);
  const dark = new Set<string>();
  const stream: StreamRecord[] = [];
  const db = new DynamoDb({
    replication: {
      after: (delay, work) => clock.after(delay, work),
      lag: () => lag(clock),
      isDark: (region) => dark.has(region),
    },
    onStream: (record) => stream.push(record),
  });
  db.createTable({ ...TABLE, replicas: REGIONS });
  const call = (region: string, operation: string, input: object) =>
    db.call(operation, { TableName: 't', ...input }, callIn(region, clock.now())) as { Item?: object };
  const put = (region: string, value: string, pk = 'p') =>
    call(region, 'PutItem', { Item: { ...key(pk), v: { S: value } } });
  const get = (region: string, pk = 'p') =>
    (call(region, 'GetItem', { Key: key(pk) }).Item as { v?: { S: string } } | undefined)?.v?.S;
  const pass = (by: Duration) => clock.runUntil(instant(clock.now() + by));
  return { clock, dark, stream, db, call, put, get, pass };
}

describe('a global table', () => {
  it('shows a write at once where it was made, elsewhere after the lag', async () => {
    const { put, get, pass } = world();
    put('eu-west-1', 'a');
    expect([get('eu-west-1'), get('eu-central-1')]).toEqual(['a', undefined]);
    await pass(milliseconds(999));
    expect(get('eu-central-1')).toBeUndefined();
    await pass(milliseconds(1));
    expect(get('eu-central-1')).toBe('a');
  });

  it('lets two regions both pass a condition, and keeps the later write everywhere', async () => {
    const { call, get, pass } = world();
    const claim = (region: string) =>
      call(region, 'PutItem', {
        Item: { ...key('lease'), v: { S: region } },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    claim('eu-west-1');
    await pass(milliseconds(5));
    claim('eu-central-1');
    await pass(seconds(5));
    expect(REGIONS.map((region) => get(region, 'lease'))).toEqual(Array(3).fill('eu-central-1'));
  });

  it('keeps what it has to send while a region is dark, and sends it when the region is back', async () => {
    const { put, get, pass, dark, db, clock } = world();
    dark.add('eu-central-1');
    put('eu-west-1', 'a');
    put('eu-west-1', 'b');
    await pass(hours(3));
    expect([get('us-east-1'), get('eu-central-1')]).toEqual(['b', undefined]);
    expect(db.held).toBe(2);
    dark.clear();
    db.resume(clock.now());
    await pass(seconds(1));
    expect(get('eu-central-1')).toBe('b');
    expect(db.held).toBe(0);
  });

  it('does not let out what a region wrote just before it went dark', async () => {
    const { put, get, pass, dark } = world();
    put('eu-west-1', 'last words');
    dark.add('eu-west-1');
    await pass(days(1));
    expect(get('eu-central-1')).toBeUndefined();
    put('eu-central-1', 'failed over');
    dark.clear();
    await pass(hours(1));
    get('eu-central-1');
    await pass(hours(1));
    expect(REGIONS.map((region) => get(region))).toEqual(Array(3).fill('failed over'));
  });

  it('does not bring back what was deleted after it was written', async () => {
    let lag = seconds(10);
    const { put, call, get, pass } = world(() => lag);
    put('eu-west-1', 'a');
    lag = seconds(1);
    call('eu-west-1', 'DeleteItem', { Key: key('p') });
    await pass(seconds(20));
    expect(REGIONS.map((region) => get(region))).toEqual([undefined, undefined, undefined]);
  });

  it('keeps a write over the one it saw, also within the same millisecond', async () => {
    const { put, get, pass } = world(() => milliseconds(0));
    put('us-east-1', 'seen');
    await pass(milliseconds(0));
    expect(get('eu-central-1')).toBe('seen');
    put('eu-central-1', 'over it');
    await pass(seconds(1));
    expect(REGIONS.map((region) => get(region))).toEqual(Array(3).fill('over it'));
  });

  it('ends with equal replicas whatever the order, the lags and the dark hours', async () => {
    const step = fc.record({
      region: fc.constantFrom(...REGIONS),
      act: fc.constantFrom('put', 'put', 'delete', 'dark', 'light'),
      pk: fc.constantFrom('p', 'q'),
      pause: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer(), async (steps, seed) => {
        const { put, get, call, pass, dark, db, clock } = world(
          (w) => milliseconds(w.random('lag').between(0, 5)),
          seed,
        );
        for (const [i, { region, act, pk, pause }] of steps.entries()) {
          if (act === 'put') put(region, String(i), pk);
          if (act === 'delete') call(region, 'DeleteItem', { Key: key(pk) });
          if (act === 'dark') dark.add(region);
          if (act === 'light') dark.delete(region);
          await pass(milliseconds(pause));
        }
        await pass(seconds(1));
        dark.clear();
        db.resume(clock.now());
        await pass(seconds(1));
        for (const pk of ['p', 'q']) expect(new Set(REGIONS.map((region) => get(region, pk))).size).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  it('does not exist in a region without a replica', () => {
    expect(() => world().get('ap-south-1')).toThrowError(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  it('describes itself with its other replicas', () => {
    const { call } = world();
    expect(call('eu-central-1', 'DescribeTable', {})).toMatchObject({
      Table: {
        TableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/t',
        GlobalTableVersion: '2019.11.21',
        Replicas: [{ RegionName: 'eu-west-1' }, { RegionName: 'us-east-1' }],
      },
    });
  });
});

describe('streams and time to live', () => {
  it('a stream shows each change with both images, and nothing for a write that changes nothing', async () => {
    const { put, call, stream } = world();
    put('eu-west-1', 'a');
    put('eu-west-1', 'a');
    put('eu-west-1', 'b');
    call('eu-west-1', 'DeleteItem', { Key: key('p') });
    expect(stream.map((r) => [r.eventName, r.oldImage?.['v'], r.newImage?.['v']])).toEqual([
      ['INSERT', undefined, { S: 'a' }],
      ['MODIFY', { S: 'a' }, { S: 'b' }],
      ['REMOVE', { S: 'b' }, undefined],
    ]);
    expect(stream.map((record) => record.sequence)).toEqual([1, 2, 3]);
  });

  it('an expired item is read until the sweeper comes, two days late', () => {
    const { call, db } = oneTable();
    const expiry = NOON / 1000;
    call('PutItem', { Item: { ...key('expired'), ttl: { N: String(expiry) } } });
    call('PutItem', { Item: { ...key('ancient'), ttl: { N: '1000' } } });
    call('PutItem', { Item: { ...key('text'), ttl: { S: String(expiry) } } });
    const noonPlus = (delay: Duration) => instant(NOON + delay);
    expect(db.sweepTtl(noonPlus(hours(47)))).toBe(0);
    expect(call('GetItem', { Key: key('expired') }).Item).toBeDefined();
    expect(db.sweepTtl(noonPlus(hours(48)))).toBe(1);
    expect(call('GetItem', { Key: key('expired') })).toEqual({});
    expect(call('GetItem', { Key: key('ancient') }).Item).toBeDefined();
    expect(call('GetItem', { Key: key('text') }).Item).toBeDefined();
  });

  it('a delete by the sweeper is marked where it swept, and is an ordinary delete elsewhere', async () => {
    const { call, db, stream, pass, clock } = world();
    call('eu-west-1', 'PutItem', { Item: { ...key('p'), ttl: { N: String(NOON / 1000) } } });
    await pass(days(3));
    db.sweepTtl(clock.now());
    await pass(seconds(2));
    const removed = stream.filter((record) => record.eventName === 'REMOVE');
    expect(removed.map((record) => [record.region, record.userIdentity?.principalId])).toEqual([
      ['eu-west-1', 'dynamodb.amazonaws.com'],
      ['eu-central-1', undefined],
      ['us-east-1', undefined],
    ]);
  });

  it('time to live is switched once, and says so', () => {
    const { call } = oneTable();
    const set = (Enabled: boolean) =>
      call('UpdateTimeToLive', { TimeToLiveSpecification: { Enabled, AttributeName: 'ttl' } });
    expect(() => set(true)).toThrow('TimeToLive is already enabled');
    set(false);
    expect(call('DescribeTimeToLive', {}).TimeToLiveDescription.TimeToLiveStatus).toBe('DISABLED');
  });
});
