import { describe, expect, it } from 'vitest';
import type { PointState, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import { days, type Instant, later, minutes } from '../../core/time/instant.ts';
import { AWAY, BACKENDS, HOME } from './catalog-backends.ts';
import { aPoint, at, CONTENT, sealed, THREE } from './catalog-records.ts';

describe.each(BACKENDS)('recovery points in a catalog in %s', (_name, make) => {
  it('gives back a point as it was opened, and says who was first', async () => {
    const catalog = make();
    const point = aPoint(THREE, { manual: { note: 'before the migration', keepUntil: at('30T00:00:00') } });
    expect(await catalog.open(point)).toEqual({ point, first: true });
    const second = { ...point, execution: 'another' };
    expect(await catalog.open(second)).toEqual({ point, first: false });
    expect(await catalog.point(point.id)).toEqual(point);
  });

  it('knows no point under an id that was never opened, or that is none', async () => {
    const catalog = make();
    expect(await catalog.point(aPoint(THREE).id)).toBeUndefined();
    expect(await catalog.point('latest')).toBeUndefined();
  });

  it('moves a point along its life and keeps what each state brought', async () => {
    const catalog = make();
    const id = await sealed(catalog, THREE);
    expect(await catalog.point(id)).toEqual({
      ...aPoint(THREE),
      state: 'sealed',
      takenAt: THREE,
      content: CONTENT,
      sealedAt: later(THREE, minutes(5)),
    });
  });

  it('returns a point that is in the state already, without changing it', async () => {
    const catalog = make();
    const id = await sealed(catalog, THREE);
    const again = await catalog.advance(id, 'sealed', { sealedAt: later(THREE, days(1)) });
    expect(again.sealedAt).toBe(later(THREE, minutes(5)));
  });

  it.each<[PointState, PointState]>([
    ['capturing', 'sealed'],
    ['captured', 'sealed'],
    ['captured', 'failed'],
    ['capturing', 'discarded'],
  ])('refuses the step from %s to %s and says where the point is', async (from, to) => {
    const catalog = make();
    const { point } = await catalog.open(aPoint(THREE));
    if (from === 'captured') await catalog.advance(point.id, 'captured');
    await expect(catalog.advance(point.id, to)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
      message: expect.stringContaining(`${point.id} is ${from}`),
    });
    expect((await catalog.point(point.id))?.state).toBe(from);
  });

  it('writes down once what a capture is compared with', async () => {
    const catalog = make();
    const { point } = await catalog.open(aPoint(THREE));
    const [two, one] = ['orders-hourly-20261121t020000z', 'orders-hourly-20261121t010000z'];
    expect((await catalog.continueFrom(point.id, two)).base).toBe(two);
    expect((await catalog.continueFrom(point.id, one)).base).toBe(two);
    expect((await catalog.point(point.id))?.base).toBe(two);
    await expect(catalog.continueFrom(one, two)).rejects.toMatchObject({ name: 'UnknownRecoveryPoint' });
  });

  it('refuses to move what it does not know', async () => {
    const unknown = { name: 'UnknownRecoveryPoint' };
    const { id } = aPoint(THREE);
    await expect(make().advance(id, 'captured')).rejects.toMatchObject(unknown);
    await expect(make().advance(id, 'discarded')).rejects.toMatchObject(unknown);
    await expect(make().advanceCopy(id, AWAY, 'copied')).rejects.toMatchObject(unknown);
  });

  it('lists points newest first, from an instant on, without other clusters and discarded ones', async () => {
    const catalog = make();
    const ids = [];
    for (const hour of [1, 2, 3, 4]) ids.push(await sealed(catalog, at(`21T0${hour}:00:00`)));
    await sealed(catalog, THREE, { cluster: 'orders-eu' });
    await catalog.open(aPoint(THREE, { rule: 'daily' }));
    const discardAfter = at('22T00:00:00');
    await catalog.advance(ids[3]!, 'expiring', { discardAfter });
    await catalog.advance(ids[3]!, 'discarded');
    const listed = (points: readonly RecoveryPoint[]) => points.map((point) => point.id);
    const daily = recoveryPointId('orders', 'daily', THREE);
    expect(listed(await catalog.points('orders'))).toEqual([ids[2], daily, ids[1], ids[0]]);
    expect(listed(await catalog.points('orders', at('21T02:00:00')))).toEqual([ids[2], daily, ids[1]]);
    expect(listed(await catalog.points('orders', at('21T02:00:00.500')))).toEqual([ids[2], daily]);
    expect(listed(await catalog.points('nobody'))).toEqual([]);
  });

  it('finds the newest sealed point behind newer ones that failed', async () => {
    const catalog = make();
    expect(await catalog.newestSealed('orders')).toBeUndefined();
    const id = await sealed(catalog, THREE);
    for (let minute = 10; minute < 30; minute++) {
      const { point } = await catalog.open(aPoint(at(`21T04:${minute}:00`)));
      await catalog.advance(point.id, 'failed', { reason: { name: 'CaptureFailed', message: 'no' } });
    }
    expect((await catalog.newestSealed('orders'))?.id).toBe(id);
  });

  it('finds a discarded point under its id, and never opens it again', async () => {
    const catalog = make();
    const id = await sealed(catalog, THREE);
    await catalog.advance(id, 'expiring', { discardAfter: at('22T00:00:00') });
    const discarded = await catalog.advance(id, 'discarded');
    expect(discarded).toMatchObject({ id, state: 'discarded', content: CONTENT });
    expect(await catalog.advance(id, 'discarded')).toEqual(discarded);
    expect(await catalog.point(id)).toEqual(discarded);
    expect(await catalog.open(aPoint(THREE))).toEqual({ point: discarded, first: false });
    await expect(catalog.advance(id, 'sealed')).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
  });

  it('brings a point back from the bin: due at once, with nothing left of its expiry', async () => {
    const catalog = make();
    const id = await sealed(catalog, THREE);
    const before = await catalog.point(id);
    const reason = { name: 'Expired', message: 'no rule keeps it' };
    await catalog.advance(id, 'expiring', { reason, discardAfter: at('28T00:00:00') });
    await catalog.reviewAt(id, at('28T06:00:00'));
    expect(await catalog.due('review', HOME, at('28T05:00:00'), 10)).toEqual([]);
    expect(await catalog.advance(id, 'sealed')).toEqual(before);
    expect((await catalog.due('review', HOME, at('22T00:00:00'), 10)).map((entry) => entry.id)).toEqual([id]);
  });

  it('says what is due for review, oldest first, up to an instant and a number', async () => {
    const catalog = make();
    const ids = [await sealed(catalog, THREE), await sealed(catalog, at('21T02:00:00'))];
    await sealed(catalog, THREE, { cluster: 'far', region: AWAY });
    await sealed(catalog, at('25T00:00:00'));
    const due = (by: Instant, limit = 10) => catalog.due('review', HOME, by, limit);
    expect(await due(at('22T03:00:00'))).toEqual([
      { id: ids[1], cluster: 'orders', dueAt: at('22T02:00:00') },
      { id: ids[0], cluster: 'orders', dueAt: at('22T03:00:00') },
    ]);
    expect((await due(at('22T02:59:59.999'))).map(({ id }) => id)).toEqual([ids[1]]);
    expect((await due(at('22T03:00:00'), 1)).map(({ id }) => id)).toEqual([ids[1]]);
    await catalog.reviewAt(ids[1]!, at('28T00:00:00'));
    expect((await due(at('22T03:00:00'))).map(({ id }) => id)).toEqual([ids[0]]);
  });

  it('is not asked to review what is neither sealed nor in the bin', async () => {
    const catalog = make();
    const { point } = await catalog.open(aPoint(THREE));
    await expect(catalog.reviewAt(point.id, THREE)).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    const id = await sealed(catalog, at('21T04:00:00'));
    await catalog.advance(id, 'quarantined', { reason: { name: 'RootMismatch', message: 'no' } });
    expect(await catalog.due('review', HOME, at('30T00:00:00'), 10)).toEqual([]);
  });
});
