import { describe, expect, it } from 'vitest';
import type { CopyRecord, PointState, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId, restoreId } from '../../core/ids/names.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  later,
  minutes,
  parseInstant,
  seconds,
} from '../../core/time/instant.ts';
import { AWAY, BACKENDS, HOME } from './catalog-backends.ts';

const at = (text: string): Instant => parseInstant(`2026-11-${text}Z`)!;
const THREE = at('21T03:00:00');

function aPoint(scheduledAt: Instant, more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const { cluster = 'orders', rule = 'hourly' } = more;
  return {
    id: recoveryPointId(cluster, rule, scheduledAt),
    cluster,
    engine: 'objects',
    plan: 'gold',
    rule,
    region: HOME,
    state: 'capturing',
    scheduledAt,
    openedAt: later(scheduledAt, seconds(2)),
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-backup:1',
    ...more,
  };
}

const CONTENT = { root: 'ab12', shards: 2, items: 7, bytes: 4_096, newItems: 1, newBytes: 10 };

async function sealed(
  catalog: Catalog,
  scheduledAt: Instant,
  more: Partial<RecoveryPoint> = {},
): Promise<string> {
  const { point } = await catalog.open(aPoint(scheduledAt, more));
  await catalog.advance(point.id, 'captured', { takenAt: scheduledAt });
  await catalog.advance(point.id, 'verified', { content: CONTENT });
  await catalog.advance(point.id, 'sealed', { sealedAt: later(scheduledAt, minutes(5)) });
  await catalog.reviewAt(point.id, later(scheduledAt, days(1)));
  return point.id;
}

async function proven(catalog: Catalog, scheduledAt: Instant, takenAt = scheduledAt): Promise<string> {
  const id = recoveryPointId('orders', 'hourly', scheduledAt);
  const copy: CopyRecord = {
    id,
    cluster: 'orders',
    region: AWAY,
    state: 'copying',
    startedAt: scheduledAt,
    takenAt,
  };
  await catalog.openCopy(copy);
  await catalog.advanceCopy(id, AWAY, 'copied');
  await catalog.advanceCopy(id, AWAY, 'proven', { provenAt: later(takenAt, minutes(9)), root: 'ab12' });
  return id;
}

describe.each(BACKENDS)('a catalog in %s', (_name, make) => {
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

  it('brings a copy back from the bin, no longer due for discard', async () => {
    const catalog = make();
    const id = await proven(catalog, THREE);
    const before = await catalog.copy(id, AWAY);
    await catalog.advanceCopy(id, AWAY, 'expiring', { discardAfter: at('28T00:00:00') });
    expect(await catalog.advanceCopy(id, AWAY, 'proven')).toEqual(before);
    expect(await catalog.due('discard', AWAY, at('30T00:00:00'), 10)).toEqual([]);
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

  it('opens one copy per region, lists and ends them', async () => {
    const catalog = make();
    const older = await proven(catalog, at('21T02:00:00'));
    const id = await proven(catalog, THREE);
    const home: CopyRecord = { id, cluster: 'orders', region: HOME, state: 'copying', startedAt: THREE };
    expect((await catalog.openCopy(home)).first).toBe(true);
    expect((await catalog.openCopy({ ...home, startedAt: later(THREE, hours(1)) })).copy).toEqual(home);
    expect(await catalog.copy(id, HOME)).toEqual(home);
    expect((await catalog.copies('orders', AWAY)).map((copy) => copy.id)).toEqual([id, older]);
    expect((await catalog.copies('orders', AWAY, THREE)).map((copy) => copy.id)).toEqual([id]);
    await catalog.advanceCopy(id, AWAY, 'expiring', { discardAfter: at('22T00:00:00') });
    expect(await catalog.due('discard', AWAY, at('21T23:59:59'), 10)).toEqual([]);
    expect(await catalog.due('discard', AWAY, at('22T00:00:00'), 10)).toEqual([
      { id, cluster: 'orders', dueAt: at('22T00:00:00') },
    ]);
    await catalog.advanceCopy(id, AWAY, 'discarded');
    expect(await catalog.due('discard', AWAY, at('30T00:00:00'), 10)).toEqual([]);
    expect((await catalog.copies('orders', AWAY)).map((copy) => copy.id)).toEqual([older]);
    expect(await catalog.copy(id, AWAY)).toMatchObject({ state: 'discarded', root: 'ab12' });
  });

  it('tries a failed copy again, and refuses to unprove one', async () => {
    const catalog = make();
    const id = await proven(catalog, THREE);
    await expect(catalog.advanceCopy(id, AWAY, 'copied')).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    const copy: CopyRecord = { id, cluster: 'orders', region: HOME, state: 'copying', startedAt: THREE };
    await catalog.openCopy(copy);
    await catalog.advanceCopy(id, HOME, 'failed', { reason: { name: 'CopyFailed', message: 'no' } });
    const again = await catalog.advanceCopy(id, HOME, 'copying', { startedAt: later(THREE, hours(1)) });
    expect(again).toMatchObject({ state: 'copying', startedAt: later(THREE, hours(1)) });
  });

  it('finds proven copies by the state they hold, not by when they were scheduled', async () => {
    const catalog = make();
    const first = await proven(catalog, at('21T01:00:00'));
    const late = await proven(catalog, at('21T02:00:00'), at('21T06:30:00'));
    const last = await proven(catalog, at('21T04:00:00'), earlier(at('21T04:00:00'), seconds(1)));
    await catalog.openCopy({
      id: recoveryPointId('orders', 'hourly', at('21T07:00:00')),
      cluster: 'orders',
      region: AWAY,
      state: 'copying',
      startedAt: THREE,
      takenAt: at('21T07:00:00'),
    });
    const newest = async (by?: Instant) => (await catalog.newestProven('orders', AWAY, by))?.id;
    expect(await newest()).toBe(late);
    expect(await newest(at('21T06:30:00'))).toBe(late);
    expect(await newest(at('21T06:29:59'))).toBe(last);
    expect(await newest(at('21T03:59:59'))).toBe(last);
    expect(await newest(at('21T03:59:58'))).toBe(first);
    expect(await newest(at('21T00:59:59'))).toBeUndefined();
    expect((await catalog.oldestProven('orders', AWAY))?.id).toBe(first);
    expect(await catalog.oldestProven('orders', HOME)).toBeUndefined();
  });

  it('stacks legal holds and lifts them by name', async () => {
    const catalog = make();
    const hold = { name: 'audit-2026', cluster: 'orders', placedAt: THREE, why: 'tax audit' };
    const other = { ...hold, name: 'case-7', recoveryPoint: aPoint(THREE).id };
    await catalog.placeHold(hold);
    await catalog.placeHold(hold);
    await catalog.placeHold(other);
    expect(await catalog.holds('orders')).toEqual([hold, other]);
    await catalog.liftHold('orders', 'audit-2026');
    await catalog.liftHold('orders', 'audit-2026');
    expect(await catalog.holds('orders')).toEqual([other]);
  });

  it('records a restore once and closes it once', async () => {
    const catalog = make();
    const id = restoreId('orders', THREE);
    const open = {
      id,
      cluster: 'orders',
      region: AWAY,
      state: 'restoring',
      instant: THREE,
      target: 's3://restored/orders/',
      startedAt: THREE,
    } as const;
    expect(await catalog.openRestore(open)).toEqual(open);
    expect(await catalog.openRestore({ ...open, target: 'elsewhere' })).toEqual(open);
    const closed = {
      ...open,
      state: 'restored',
      endedAt: at('21T04:00:00'),
      achievedRtoSeconds: 3600,
    } as const;
    await catalog.closeRestore(closed);
    await catalog.closeRestore(closed);
    expect(await catalog.restore('orders', id)).toEqual(closed);
    expect(await catalog.restores('orders')).toEqual([closed]);
    await expect(catalog.closeRestore({ ...open, state: 'failed' })).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
    expect(await catalog.restore('orders', 'none')).toBeUndefined();
  });
});
