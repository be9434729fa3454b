import { describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import {
  baseFor,
  captureInTheWay,
  continuesLineage,
  isWhole,
  parentsOf,
} from '../../../../core/catalog/rules-lineage.ts';
import { at, keptFor, point, retain } from '../retention/timeline.ts';

/** Opened in this order, one after the other. */
const [p1, p2, p3] = [1, 2, 3].map((hour) => point(`2026-11-21T0${hour}:00:00Z`)) as [
  RecoveryPoint,
  RecoveryPoint,
  RecoveryPoint,
];
describe('the lineage', () => {
  it('goes by when captures were opened: a trigger delivered hours late comes last', () => {
    const late = point('2026-11-21T00:00:00Z', { openedAt: at('2026-11-21T05:00:00Z') });
    expect(baseFor([late, p1, p2])?.id).toBe(late.id);
  });

  it('lets one capture of a cluster run at a time', () => {
    const open = point('2026-11-21T05:00:00Z', { state: 'captured' });
    expect(captureInTheWay([p1, open], { ...open, id: 'orders-daily-20261121t050000z' })?.id).toBe(open.id);
    expect(captureInTheWay([p1, open], open)).toBeUndefined();
  });

  it('is broken by a point that another one was sealed in front of', () => {
    const open = point('2026-11-21T05:00:00Z', { state: 'verified', base: p2.id });
    expect(continuesLineage(open, [p1, p2, open])).toBe(true);
    expect(continuesLineage(open, [p1, p2, p3, open])).toBe(false);
    const first = point('2026-11-21T00:00:00Z', { state: 'verified' });
    expect(continuesLineage(first, [first])).toBe(true);
  });

  it('begins anew on a side that is the true one again, where points share nothing', () => {
    const tidb = { engine: 'tidb', epoch: 3 } as const;
    const before = { ...p1, engine: 'tidb' } as const;
    const back = { ...point('2026-11-21T05:00:00Z', { state: 'verified' }), ...tidb };
    expect(continuesLineage(back, [before, back])).toBe(true);
    // In its own epoch it takes its turn as any other.
    expect(continuesLineage(back, [before, { ...p2, ...tidb }, back])).toBe(false);
    // Of a bucket's points those of all epochs name what is stored once.
    expect(continuesLineage({ ...back, engine: 'objects' }, [p1, back])).toBe(false);
  });
});

describe('what a point cannot be restored without', () => {
  const incremental = { ...p2, kind: 'incremental' as const, base: p1.id };

  it('is its base when it is incremental, and nothing when it is whole, whatever it was compared with', () => {
    expect([parentsOf(incremental), isWhole(incremental)]).toEqual([[p1.id], false]);
    for (const whole of [
      { ...p2, base: p1.id },
      { ...p2, base: p1.id, kind: 'full' as const },
    ])
      expect([parentsOf(whole), isWhole(whole)]).toEqual([[], true]);
  });

  it('is kept with it: F1 stays for I2, which is kept, and goes without', () => {
    const now = '2026-11-21T04:00:00Z';
    const kept = (points: readonly RecoveryPoint[]) =>
      keptFor(points, retain({ keepLast: 1 }), now, parentsOf);
    expect(kept([p1, incremental])['2026-11-21T01:00']).toEqual([`needed-by:${p2.id}`]);
    expect(kept([p1, { ...p2, base: p1.id }])['2026-11-21T01:00']).toEqual([]);
  });
});
