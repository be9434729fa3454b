import { describe, expect, it } from 'vitest';
import { planExpiry } from '../../../../core/retention/plan-expiry.ts';
import { at, keptFor, point, retain } from './timeline.ts';

describe('the floor of a region', () => {
  const points = [
    point('2026-11-20T01:00:00Z'),
    point('2026-11-20T02:00:00Z'),
    point('2026-11-20T03:00:00Z'),
    point('2026-11-20T04:00:00Z'),
    point('2026-11-20T05:00:00Z'),
  ];
  const [h1, h2, , , h5] = points.map(({ id }) => id) as [string, string, string, string, string];

  it('keeps the newest that are proven there, where newer copies failed', () => {
    const proven = new Map([['eu-west-1', new Set([h1, h2, h5])]]);
    expect(keptFor(points, { ...retain({ minimumKeep: 2 }), proven }, '2026-11-20T06:00:00Z')).toEqual({
      '2026-11-20T05:00': ['minimum-keep#1', 'minimum-keep:eu-west-1#1'],
      '2026-11-20T04:00': ['minimum-keep#2'],
      '2026-11-20T03:00': [],
      '2026-11-20T02:00': ['minimum-keep:eu-west-1#2'],
      '2026-11-20T01:00': [],
    });
  });

  it('counts each region by itself', () => {
    const proven = new Map([
      ['eu-west-1', new Set([h1])],
      ['eu-central-1', new Set([h2, h5])],
    ]);
    const kept = keptFor(points, { ...retain({ minimumKeep: 1 }), proven }, '2026-11-20T06:00:00Z');
    expect(kept['2026-11-20T01:00']).toEqual(['minimum-keep:eu-west-1#1']);
    expect(kept['2026-11-20T02:00']).toEqual([]);
    expect(kept['2026-11-20T05:00']).toEqual(['minimum-keep#1', 'minimum-keep:eu-central-1#1']);
  });
});

describe('the floor counts by the state that points hold', () => {
  // Seed 20024: the region was dark over 01:30, and the run of that time came after the one of 05:00.
  const points = [
    point('2026-11-20T01:30:00Z', { rule: 'daily', takenAt: at('2026-11-20T05:07:27Z') }),
    point('2026-11-20T05:00:00Z', { takenAt: at('2026-11-20T05:06:26Z') }),
    point('2026-11-20T11:00:00Z', { takenAt: at('2026-11-20T11:02:08Z') }),
  ];

  it('although one of them was due before another that is older', () => {
    const proven = new Map([['eu-west-1', new Set(points.map(({ id }) => id))]]);
    expect(keptFor(points, { ...retain({ minimumKeep: 2 }), proven }, '2026-11-20T12:00:00Z')).toEqual({
      '2026-11-20T11:00': ['minimum-keep#1', 'minimum-keep:eu-west-1#1'],
      '2026-11-20T05:00': [],
      '2026-11-20T01:30': ['minimum-keep#2', 'minimum-keep:eu-west-1#2'],
    });
  });

  it('and the last reasons of all leave in that order too', () => {
    const decisions = points.map((each) => ({ point: each, keep: [] }));
    const limits = { plan: 'gold', minimumKeep: 2, maxExpireShare: 1 };
    const { expire } = planExpiry('orders', decisions, limits, at('2026-11-20T12:00:00Z'));
    expect(expire.map(({ id }) => id)).toEqual(['orders-hourly-20261120t050000z']);
  });
});
