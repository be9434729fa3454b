import { describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { originOf } from '../../../../core/receipts/origin.ts';
import { time } from '../../../support/task-world.ts';

const ID = 'orders-hourly-20261121t020000z';
const POINT = {
  id: ID,
  takenAt: time('2026-11-21T02:00:03Z'),
  content: { root: 'ab12' },
} as RecoveryPoint;
const instant = time('2026-11-21T02:41:00Z');

describe('a receipt says where something was restored from', () => {
  test('the point and its root, and to when', () => {
    expect(originOf({ recoveryPoint: ID, instant }, POINT)).toEqual({
      ...{ recoveryPoint: ID, root: 'ab12', restoredTo: '2026-11-21T02:41:00Z' },
    });
  });

  test('the log that led from the point to the instant', () => {
    expect(originOf({ recoveryPoint: ID, chain: '20261101t000000z', instant }, POINT).log).toEqual({
      chain: '20261101t000000z',
      from: '2026-11-21T02:00:03Z',
      until: '2026-11-21T02:41:00Z',
    });
  });

  test('what left the catalog with its point is said to be unknown', () => {
    expect(originOf({ recoveryPoint: ID, chain: '20261101t000000z', instant }, undefined)).toMatchObject({
      recoveryPoint: ID,
      log: { chain: '20261101t000000z', until: '2026-11-21T02:41:00Z' },
      unknown: [
        `the root of ${ID}, which the catalog does not know`,
        expect.stringContaining('the log 20261101t000000z was to be applied'),
      ],
    });
    expect(originOf({ recoveryPoint: ID, root: 'cd34' }, undefined)).toEqual({
      recoveryPoint: ID,
      root: 'cd34',
    });
  });

  test('without a point there is nothing to know of one', () => {
    expect(originOf({}, undefined)).toEqual({});
  });
});
