import { describe, expect, it } from 'vitest';
import { keptFor, point, retain } from './timeline.ts';

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
