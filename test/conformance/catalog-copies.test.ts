import { describe, expect, it } from 'vitest';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId, restoreId } from '../../core/ids/names.ts';
import { earlier, hours, type Instant, later, seconds } from '../../core/time/instant.ts';
import { AWAY, BACKENDS, HOME } from './catalog-backends.ts';
import { aPoint, at, proven, THREE } from './catalog-records.ts';

describe.each(BACKENDS)('copies, holds and restores in a catalog in %s', (_name, make) => {
  it('brings a copy back from the bin, no longer due for discard', async () => {
    const catalog = make();
    const id = await proven(catalog, THREE);
    const before = await catalog.copy(id, AWAY);
    await catalog.advanceCopy(id, AWAY, 'expiring', { discardAfter: at('28T00:00:00') });
    expect(await catalog.advanceCopy(id, AWAY, 'proven')).toEqual(before);
    expect(await catalog.due('discard', AWAY, at('30T00:00:00'), 10)).toEqual([]);
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

  it('makes anew what was set aside, and nothing of its first proof remains', async () => {
    const catalog = make();
    const id = await proven(catalog, THREE);
    await catalog.advanceCopy(id, AWAY, 'quarantined', {
      reason: { name: 'ManifestIncomplete', message: 'gone' },
    });
    await catalog.advanceCopy(id, AWAY, 'copying', { startedAt: later(THREE, hours(1)) });
    const again = await catalog.copy(id, AWAY);
    expect(again).toMatchObject({ state: 'copying', startedAt: later(THREE, hours(1)) });
    for (const field of ['provenAt', 'root', 'reason']) expect(again).not.toHaveProperty(field);
    expect(await catalog.newestProven('orders', AWAY)).toBeUndefined();
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
    const id = restoreId('orders', THREE, 'an execution');
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
