import { describe, expect, test } from 'vitest';
import { forecastOf } from '../../../core/objectives/forecast.ts';
import { days, earlier, later, minutes, seconds } from '../../../core/time/instant.ts';
import { newRestore, type Resolved } from '../../../lambdas/restore/restore-spec.ts';
import { clusterOf, GB, NOON, PLAN, pointAt } from '../../support/situations.ts';

const resolved = (more: Partial<Resolved> = {}): Resolved => ({
  restoreId: 'orders-restore-20261120t120000z',
  cluster: 'orders',
  recoveryPointId: pointAt(earlier(NOON, days(1))).id,
  restoresTo: '2026-11-20T11:00:00Z',
  earlierBySeconds: 0,
  nativePointInTime: false,
  target: {},
  approval: { needed: 'no', sentence: '', facts: {}, askedBy: '', fourEyes: false, withinSeconds: 1 },
  ...more,
});

const PARTS: readonly (readonly [string, Partial<Resolved>])[] = [
  ['names a scope', { scope: { tables: ['shop.orders'] } }],
  ['comes out of a bin', { bin: [{ kind: 'table', name: 'shop.orders', id: '7', dropped: '2026-11-20' }] }],
  ['brings the difference over what is there', { mode: 'difference' }],
];

/** As the record stands when it took half a minute, and the cluster is said to have been restored. */
const forecastAfter = (more: Partial<Resolved>) => {
  const begun = newRestore(resolved(more), 'eu-west-1');
  const took = { achievedRtoSeconds: 30, bytes: 100 * GB, endedAt: later(begun.startedAt, seconds(30)) };
  const restores = [{ ...begun, state: 'restored' as const, ...took }];
  return forecastOf(clusterOf('aurora'), PLAN, { points: [pointAt(NOON)], restores }, NOON);
};

describe('a restore of a part', () => {
  test.each(PARTS)('that %s teaches nothing of how long a whole one takes', (_, more) => {
    expect(newRestore(resolved(more), 'eu-west-1').part).toBe(true);
    expect(forecastAfter(more).fit.by).toBe('configured');
    expect(forecastAfter(more).duration).toBeGreaterThan(minutes(40));
  });

  test('is told apart from a whole one, which does', () => {
    expect(newRestore(resolved(), 'eu-west-1')).not.toHaveProperty('part');
    expect(forecastAfter({}).duration).toBe(seconds(30));
    expect(forecastAfter({ mode: 'in-place' }).duration).toBe(seconds(30));
  });
});
