import { describe, expect, it } from 'vitest';
import { futurePoint, previewRetention } from '../../../../core/retention/preview.ts';
import { rulesFor } from '../../../../core/retention/rules.ts';
import { days, iso, later } from '../../../../core/time/instant.ts';
import { at, point, retain } from './timeline.ts';

describe('a preview of the days to come', () => {
  it('says which point goes on which day, and what had kept it', () => {
    const from = at('2026-11-21T12:00:00Z');
    const present = ['2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'].map((w) =>
      point(w),
    );
    const where = { cluster: 'orders', engine: 'objects', region: 'eu-central-1' } as const;
    const future = [1, 2].map((n) =>
      futurePoint(where, { name: 'gold' }, 'daily', later(at('2026-11-21T00:00:00Z'), days(n))),
    );
    const seen = [...previewRetention(present, rulesFor(retain({ daily: 3 })), future, { from, days: 3 })];
    expect(
      seen.map(({ at: when, kept, expires }) => [iso(when).slice(0, 10), kept, expires.map(({ id }) => id)]),
    ).toEqual([
      ['2026-11-21', 3, []],
      ['2026-11-22', 3, ['orders-hourly-20261119t000000z']],
      ['2026-11-23', 3, ['orders-hourly-20261120t000000z']],
      ['2026-11-24', 3, []],
    ]);
    expect(seen[1]!.expires[0]!.lastKeptFor).toEqual(['daily#3']);
  });

  it('shows what a shorter retention would let go at once', () => {
    const from = at('2026-11-21T12:00:00Z');
    const present = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'].map((w) => point(w));
    const [today] = previewRetention(present, rulesFor(retain({ daily: 1 })), [], { from, days: 0 });
    expect(today!.expires).toMatchObject([{ id: 'orders-hourly-20261120t000000z', lastKeptFor: [] }]);
  });
});
