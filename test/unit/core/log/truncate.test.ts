import { describe, expect, it } from 'vitest';
import type { CopyRecord, RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { beginsAfter, fullsNeeding, truncationOf } from '../../../../core/log/truncate.ts';
import { iso } from '../../../../core/time/instant.ts';
import { point } from '../retention/timeline.ts';
import { chainOf, clock, full } from './chains.ts';

const RUNNING = chainOf('02:00', '12:00');
const BROKEN = chainOf('02:00', '12:00', { state: 'broken' });
const fulls = (...times: string[]) => times.map(full);

describe('a log', () => {
  it('is truncated up to the oldest full in it that is kept, and no further', () => {
    expect(truncationOf(RUNNING, fulls('09:00', '04:00', '01:00', '13:00'))).toEqual({
      kind: 'until',
      until: clock('04:00'),
      neededBy: full('04:00').id,
    });
  });

  it.each([
    ['with a full at its very beginning', RUNNING, fulls('02:00', '05:00'), 'begins with'],
    ['that grows and has no full in it', RUNNING, fulls('01:00'), 'it still grows'],
    ['that grows towards the first full', RUNNING, fulls('01:00', '12:01'), 'it still grows'],
    ['that ended and is all there is', BROKEN, [], 'no full behind it is kept'],
    ['that ended after the last full', BROKEN, fulls('01:00'), 'no full behind it is kept'],
  ])('%s loses nothing', (_, chain, kept, why) => {
    expect(truncationOf(chain, kept)).toEqual({ kind: 'nothing', why: expect.stringContaining(why) });
    expect(beginsAfter(chain, truncationOf(chain, kept))).toBe(chain.from);
  });

  it('that has ended goes as a whole once no full lies in it and a newer one is kept', () => {
    const truncation = truncationOf(BROKEN, fulls('01:00', '12:01'));
    expect(truncation.kind).toBe('whole');
    expect(beginsAfter(BROKEN, truncation)).toBe(clock('12:00'));
    expect(truncationOf(BROKEN, fulls('12:00', '12:01'))).toMatchObject({
      kind: 'until',
      until: clock('12:00'),
    });
  });
});

describe('the fulls that a region’s log is kept for', () => {
  const at = (hour: number, more: Partial<RecoveryPoint> = {}) => point(clock(`0${hour}:00`), more);
  const copy = (hour: number, state: CopyRecord['state']): CopyRecord => {
    const { id, cluster, openedAt } = at(hour);
    return { id, cluster, region: 'eu-west-1', state, startedAt: openedAt };
  };
  const needed = (points: readonly RecoveryPoint[], here: readonly CopyRecord[] = []) =>
    fullsNeeding(points, here).map(({ takenAt }) => iso(takenAt).slice(11, 16));

  it('are all that are not discarded there: kept, in the bin, and not copied yet', () => {
    const points = [at(1), at(2, { state: 'expiring' }), at(3), at(4), at(5)];
    const here = [copy(1, 'discarded'), copy(2, 'expiring'), copy(3, 'proven'), copy(4, 'failed')];
    expect(needed(points, here)).toEqual(['02:00', '03:00', '04:00', '05:00']);
  });

  it('are no incrementals, and nothing that failed', () => {
    expect(
      needed([at(1, { kind: 'incremental' }), at(2, { state: 'failed' }), at(3, { kind: 'full' })]),
    ).toEqual(['03:00']);
  });

  it('are those under way too, from shortly before they were opened, until they say their instant', () => {
    const { takenAt: _, ...begun } = at(3, { state: 'capturing' });
    expect(needed([begun, at(4, { state: 'captured' }), at(5, { state: 'quarantined' })])).toEqual([
      '02:55',
      '04:00',
      '05:00',
    ]);
  });
});
