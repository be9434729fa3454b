import { describe, expect, it } from 'vitest';
import type { CopyRecord, CopyState, RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import {
  baseFor,
  captureInTheWay,
  clearToDiscard,
  continuesLineage,
} from '../../../../core/catalog/rules-lineage.ts';
import { at, point } from '../retention/timeline.ts';

/** Opened in this order, one after the other. */
const [p1, p2, p3, p4] = [1, 2, 3, 4].map((hour) => point(`2026-11-21T0${hour}:00:00Z`)) as [
  RecoveryPoint,
  RecoveryPoint,
  RecoveryPoint,
  RecoveryPoint,
];
const copyOf = ({ id, cluster, openedAt }: RecoveryPoint, state: CopyState): CopyRecord => ({
  id,
  cluster,
  region: 'eu-west-1',
  state,
  startedAt: openedAt,
});
const clearance = (of: RecoveryPoint, copies: readonly CopyRecord[], points = [p1, p2, p3, p4]) => {
  const answer = clearToDiscard(of, points, copies);
  return answer.outcome === 'clear' ? answer.neighbours.map(({ id }) => id) : `wait for ${answer.for}`;
};

describe('the lineage', () => {
  it('goes by when captures were opened: a trigger delivered hours late comes last', () => {
    const late = point('2026-11-21T00:00:00Z', { openedAt: at('2026-11-21T05:00:00Z') });
    expect(baseFor([late, p1, p2])?.id).toBe(late.id);
  });

  it('lets one capture of a cluster run at a time', () => {
    const open = point('2026-11-21T05:00:00Z', { state: 'captured' });
    expect(captureInTheWay([p1, open], 'orders-daily-20261121t050000z')?.id).toBe(open.id);
    expect(captureInTheWay([p1, open], open.id)).toBeUndefined();
  });

  it('is broken by a point that another one was sealed in front of', () => {
    const open = point('2026-11-21T05:00:00Z', { state: 'verified', base: p2.id });
    expect(continuesLineage(open, [p1, p2, open])).toBe(true);
    expect(continuesLineage(open, [p1, p2, p3, open])).toBe(false);
    const first = point('2026-11-21T00:00:00Z', { state: 'verified' });
    expect(continuesLineage(first, [first])).toBe(true);
  });
});

describe('before items are removed from a region', () => {
  it('the nearest points that have their items there are compared with', () => {
    const copies = [
      copyOf(p1, 'proven'),
      copyOf(p2, 'discarded'),
      copyOf(p3, 'expiring'),
      copyOf(p4, 'proven'),
    ];
    expect(clearance(p3, copies)).toEqual([p1.id, p4.id]);
    expect(clearance(p1, copies)).toEqual([p3.id]); // in the bin, and can be taken out again
    expect(clearance(p4, copies)).toEqual([p3.id]);
  });

  it('a capture that is compared with the point is waited for', () => {
    const open = point('2026-11-21T05:00:00Z', { state: 'capturing', base: p4.id });
    const copies = [copyOf(p3, 'proven'), copyOf(p4, 'expiring')];
    expect(clearance(p4, copies, [p3, p4, open])).toBe(`wait for ${open.id}`);
    expect(clearance(p3, copies, [p3, p4, open])).toEqual([p4.id]);
  });

  it('a copy under way that may count on its items is waited for, one behind a proven point is not', () => {
    expect(clearance(p1, [copyOf(p1, 'expiring'), copyOf(p2, 'copying')])).toBe(`wait for ${p2.id}`);
    expect(clearance(p1, [copyOf(p1, 'expiring'), copyOf(p2, 'proven'), copyOf(p3, 'copying')])).toEqual([
      p2.id,
    ]);
  });

  it('the last point of a region has no neighbours', () => {
    expect(clearance(p1, [copyOf(p1, 'expiring')])).toEqual([]);
  });
});
