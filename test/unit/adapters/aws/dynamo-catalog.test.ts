import { describe, expect, it } from 'vitest';
import { ITEM_FORMAT } from '../../../../adapters/aws/dynamo-catalog-items.ts';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../../../core/ids/names.ts';
import { days, hours, type Instant, instant, later } from '../../../../core/time/instant.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { CATALOG_TABLE, catalogWorld, HOME } from '../../../conformance/catalog-backends.ts';

const FIRST = instant(Date.UTC(2026, 0, 1));

const pointAt = (scheduledAt: Instant): RecoveryPoint => ({
  id: recoveryPointId('orders', 'hourly', scheduledAt),
  cluster: 'orders',
  engine: 'objects',
  plan: 'gold',
  rule: 'hourly',
  region: HOME,
  state: 'capturing',
  scheduledAt,
  openedAt: scheduledAt,
  execution: 'e',
});

async function sealedPoint(world: ReturnType<typeof catalogWorld>, scheduledAt: Instant): Promise<string> {
  const { point } = await world.catalog.open(pointAt(scheduledAt));
  await world.catalog.advance(point.id, 'captured', { takenAt: scheduledAt });
  await world.catalog.advance(point.id, 'verified');
  await world.catalog.advance(point.id, 'sealed', { sealedAt: scheduledAt });
  return point.id;
}

const stored = (world: ReturnType<typeof catalogWorld>): Record<string, Record<string, unknown>>[] =>
  world.dynamodb.items(CATALOG_TABLE.name, {
    account: '',
    region: HOME,
    principal: '',
    now: world.now,
  }) as Record<string, Record<string, unknown>>[];

describe('what the catalog stores', () => {
  it('names its format, spells instants in ISO 8601 and keys in words', async () => {
    const world = catalogWorld();
    await sealedPoint(world, FIRST);
    expect(stored(world)[0]).toMatchObject({
      pk: { S: 'cluster#orders' },
      sk: { S: 'point#20260101t000000z#hourly' },
      format: { N: String(ITEM_FORMAT) },
      takenAt: { S: '2026-01-01T00:00:00Z' },
      due: { S: 'review#eu-west-1' },
      dueAt: { N: String(FIRST / 1000) },
    });
  });

  it('lets a failed point go 400 days after its schedule, and no other', async () => {
    const world = catalogWorld();
    await world.catalog.open(pointAt(FIRST));
    await world.catalog.advance(pointAt(FIRST).id, 'failed', {
      reason: { name: 'CaptureFailed', message: 'no' },
    });
    const kept = await sealedPoint(world, later(FIRST, hours(1)));
    expect(world.dynamodb.sweepTtl(later(FIRST, days(401)))).toBe(0);
    expect(world.dynamodb.sweepTtl(later(FIRST, days(403)))).toBe(1);
    expect((await world.catalog.points('orders')).map((point) => point.id)).toEqual([kept]);
  });

  it('has the review of a point in the bin come an hour after its grace', async () => {
    const world = catalogWorld();
    const id = await sealedPoint(world, FIRST);
    const discardAfter = later(FIRST, days(7));
    await world.catalog.advance(id, 'expiring', { discardAfter });
    expect(await world.catalog.due('review', HOME, later(discardAfter, hours(1)), 5)).toEqual([
      { id, cluster: 'orders', dueAt: later(discardAfter, hours(1)) },
    ]);
  });

  it('is not read by a version that does not know its format', async () => {
    const world = catalogWorld();
    await world.catalog.open(pointAt(FIRST));
    const key = { pk: { S: 'cluster#orders' }, sk: { S: 'point#20260101t000000z#hourly' } };
    world.dynamodb.call(
      'UpdateItem',
      {
        TableName: CATALOG_TABLE.name,
        Key: key,
        UpdateExpression: 'SET #f = :next',
        ExpressionAttributeNames: { '#f': 'format' },
        ExpressionAttributeValues: { ':next': { N: String(ITEM_FORMAT + 1) } },
      },
      { account: '', region: HOME, principal: '', now: world.now },
    );
    await expect(world.catalog.point(pointAt(FIRST).id)).rejects.toMatchObject({
      name: 'InvariantViolation',
      message: expect.stringContaining(`has format ${ITEM_FORMAT + 1}, this version reads 1, 2, 3, 4`),
    });
  });
});

describe('what the catalog costs', () => {
  it('an expiry run reads what is due, however much exists', async () => {
    const world = catalogWorld();
    for (let i = 0; i < 300; i++) await sealedPoint(world, later(FIRST, hours(i)));
    world.dynamodb.usage.reset();
    expect(await world.catalog.due('review', HOME, later(FIRST, hours(4)), 100)).toHaveLength(5);
    expect(world.dynamodb.usage.of()).toMatchObject({ requests: 1, itemsRead: 5, readUnits: 0.5 });
  });

  it('a change of state is one request', async () => {
    const world = catalogWorld();
    await world.catalog.open(pointAt(FIRST));
    world.dynamodb.usage.reset();
    await world.catalog.advance(pointAt(FIRST).id, 'captured', { takenAt: FIRST });
    expect(world.dynamodb.usage.of().requests).toBe(1);
  });
});

describe('when the world fails', () => {
  it('a change whose answer was lost is found done by the retry', async () => {
    const world = catalogWorld();
    const id = await sealedPoint(world, FIRST);
    let lost = 0;
    world.after = ({ operation }) => {
      if (lost === 0 && (operation === 'UpdateItem' || operation === 'TransactWriteItems')) {
        lost++;
        throw new AwsError('TimeoutError', 'the connection was cut', { status: 0 });
      }
    };
    const discardAfter = later(FIRST, days(7));
    const bin = () => world.catalog.advance(id, 'expiring', { discardAfter });
    await expect(bin()).rejects.toMatchObject({ name: 'ServiceUnavailable', retryable: true });
    expect(await bin()).toMatchObject({ state: 'expiring', discardAfter });
    lost = 0;
    await expect(world.catalog.advance(id, 'discarded')).rejects.toMatchObject({
      name: 'ServiceUnavailable',
    });
    expect(await world.catalog.advance(id, 'discarded')).toMatchObject({ id, state: 'discarded' });
    expect(stored(world)).toHaveLength(1);
  });

  it('a point that changes while it is being discarded stays', async () => {
    const world = catalogWorld();
    const id = await sealedPoint(world, FIRST);
    await world.catalog.advance(id, 'expiring', { discardAfter: later(FIRST, days(7)) });
    world.before = ({ operation, call }) => {
      if (operation !== 'TransactWriteItems') return;
      world.dynamodb.call(
        'UpdateItem',
        {
          TableName: CATALOG_TABLE.name,
          Key: { pk: { S: 'cluster#orders' }, sk: { S: 'point#20260101t000000z#hourly' } },
          UpdateExpression: 'SET #s = :sealed',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':sealed': { S: 'sealed' } },
        },
        call,
      );
    };
    await expect(world.catalog.advance(id, 'discarded')).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
      message: expect.stringContaining('is sealed'),
    });
    expect((await world.catalog.point(id))?.state).toBe('sealed');
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400, 'Throttled'],
    ['InternalServerError', 500, 'ServiceUnavailable'],
    ['AccessDeniedException', 400, 'PermissionMissing'],
    ['ResourceNotFoundException', 400, 'ResourceMissing'],
    ['TransactionConflictException', 400, 'ConcurrentUpdate'],
    ['ValidationException', 400, 'InvariantViolation'],
  ])('%s becomes %s %s', async (name, status, fault) => {
    const world = catalogWorld();
    world.before = () => {
      throw new AwsError(name, 'no', { status });
    };
    await expect(world.catalog.points('orders')).rejects.toMatchObject({ name: fault, cause: { name } });
  });
});
