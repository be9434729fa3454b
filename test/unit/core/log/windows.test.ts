import { describe, expect, it } from 'vitest';
import {
  logBaseOf,
  logObstacle,
  logWindows,
  newestWindow,
  printWindow,
} from '../../../../core/log/windows.ts';
import { chainOf, clock, full } from './chains.ts';

/** A from 02:00 to 06:00 and B from 08:00 to 12:00, each with a full after an hour; fulls outside too. */
const A = chainOf('02:00', '06:00', { state: 'broken' });
const B = chainOf('08:00', '12:00');
const FULLS = ['11:00', '01:00', '03:00', '05:00', '07:00', '09:00'].map(full);

const printed = (windows = logWindows([B, A], FULLS)) => windows.map(printWindow);
const baseAt = (time: string) => {
  const base = logBaseOf(logWindows([A, B], FULLS), clock(time));
  return base && `${base.full.id.slice(-7, -3)} by ${base.chain.chain.slice(-7, -3)}`;
};

describe('the windows that logs open', () => {
  it('begin with the first full in the chain and end with its checkpoint', () => {
    expect(printed()).toEqual([
      '2026-11-21T03:00:00Z to 2026-11-21T06:00:00Z (log 20261121t020000z, broken)',
      '2026-11-21T09:00:00Z to 2026-11-21T12:00:00Z (log 20261121t080000z)',
    ]);
    expect(newestWindow(logWindows([B, A], FULLS))?.chain).toBe(B);
  });

  it('are none without a full: a log alone restores nothing', () => {
    expect(printed(logWindows([A, B], [full('01:00'), full('07:00')]))).toEqual([]);
  });

  it('begin later once the log is truncated past a full', () => {
    const truncated = { ...A, from: clock('03:01') };
    expect(printed(logWindows([truncated], FULLS))[0]).toContain('2026-11-21T05:00:00Z to');
  });

  it('hold the full at the very beginning and at the very end of a chain', () => {
    expect(printed(logWindows([chainOf('03:00', '05:00')], [full('03:00')]))[0]).toContain('T03:00:00Z to');
    expect(printed(logWindows([chainOf('03:00', '05:00')], [full('05:00')]))[0]).toContain('T05:00:00Z to');
  });
});

describe('an instant', () => {
  it.each([
    ['02:59', undefined],
    ['03:00', '0300 by 0200'],
    ['04:59', '0300 by 0200'],
    ['06:00', '0500 by 0200'],
    ['06:01', undefined],
    ['08:59', undefined],
    ['10:30', '0900 by 0800'],
    ['12:00', '1100 by 0800'],
    ['12:01', undefined],
  ])('%s restores from the newest full of the chain that covers it: %s', (time, expected) => {
    expect(baseAt(time)).toBe(expected);
  });
});

describe('a log that is read again before it is used', () => {
  const point = { id: full('03:00').id, takenAt: clock('03:00') };

  it('leads from a point that lies in it to an instant that it covers', () => {
    expect(logObstacle(A, point, clock('06:00'))).toBeUndefined();
  });

  it.each([
    [
      'was truncated past the point',
      { ...A, from: clock('03:01') },
      point,
      '06:00',
      'resolve the restore again',
    ],
    ['ends before the instant', A, point, '06:01', 'asks for 2026-11-21T06:01:00Z'],
    ['cannot place the point', A, { id: point.id }, '06:00', 'of no known instant'],
  ])('stands in the way when it %s', (_, chain, from, to, says) => {
    expect(logObstacle(chain, from, clock(to))).toMatchObject({
      name: 'WindowNotCovered',
      message: expect.stringContaining(says),
    });
  });
});
