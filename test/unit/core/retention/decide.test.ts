import { describe, expect, it } from 'vitest';
import { days, hours } from '../../../../core/time/instant.ts';
import { hold, keptFor, point, retain } from './timeline.ts';

describe('counting buckets', () => {
  it('keeps the newest point of each of the last three days', () => {
    const points = [
      point('2026-11-18T23:00:00Z'),
      point('2026-11-19T09:00:00Z'),
      point('2026-11-19T21:00:00Z'),
      point('2026-11-20T12:00:00Z'),
      point('2026-11-21T03:00:00Z'),
    ];
    expect(keptFor(points, retain({ daily: 3 }), '2026-11-21T04:00:00Z')).toEqual({
      '2026-11-21T03:00': ['daily#1'],
      '2026-11-20T12:00': ['daily#2'],
      '2026-11-19T21:00': ['daily#3'],
      '2026-11-19T09:00': [], // a newer point of the same day is kept
      '2026-11-18T23:00': [], // the fourth day
    });
  });

  it('counts days that have a point, so a pause in the backups makes dailies older and not fewer', () => {
    const points = [
      point('2026-11-01T03:00:00Z'),
      point('2026-11-02T03:00:00Z'),
      point('2026-11-21T03:00:00Z'),
    ];
    expect(keptFor(points, retain({ daily: 2 }), '2026-11-21T04:00:00Z')).toEqual({
      '2026-11-21T03:00': ['daily#1'],
      '2026-11-02T03:00': ['daily#2'],
      '2026-11-01T03:00': [],
    });
  });

  it('lets one point be hourly, daily, weekly, monthly and yearly at once', () => {
    const gfs = retain({ hourly: 1, daily: 2, weekly: 2, monthly: 2, yearly: 2 });
    const points = [
      point('2025-12-31T03:00:00Z'),
      point('2026-10-31T03:00:00Z'),
      point('2026-11-15T03:00:00Z'),
      point('2026-11-20T03:00:00Z'),
      point('2026-11-21T03:00:00Z'),
    ];
    expect(keptFor(points, gfs, '2026-11-21T04:00:00Z')).toEqual({
      '2026-11-21T03:00': ['hourly#1', 'daily#1', 'weekly#1', 'monthly#1', 'yearly#1'],
      '2026-11-20T03:00': ['daily#2'],
      '2026-11-15T03:00': ['weekly#2'], // a Sunday: the last day of the ISO week before
      '2026-10-31T03:00': ['monthly#2'],
      '2025-12-31T03:00': ['yearly#2'],
    });
  });

  it('ends weeks on Sunday, and puts the first days of January into the ISO week that they belong to', () => {
    const points = [
      point('2026-12-27T12:00:00Z'), // Sunday of week 52
      point('2026-12-28T12:00:00Z'), // Monday of week 53
      point('2027-01-03T12:00:00Z'), // Sunday of week 53
      point('2027-01-04T12:00:00Z'), // Monday of week 1
    ];
    expect(keptFor(points, retain({ weekly: 3 }), '2027-01-05T00:00:00Z')).toEqual({
      '2027-01-04T12:00': ['weekly#1'],
      '2027-01-03T12:00': ['weekly#2'],
      '2026-12-28T12:00': [],
      '2026-12-27T12:00': ['weekly#3'],
    });
  });

  it('cuts days at midnight of the plan, not of UTC', () => {
    const points = [point('2026-07-01T21:59:00Z'), point('2026-07-01T22:01:00Z')];
    expect(keptFor(points, retain({ daily: 2 }, 'Europe/Berlin'), '2026-07-02T00:00:00Z')).toEqual({
      '2026-07-01T22:01': ['daily#1'],
      '2026-07-01T21:59': ['daily#2'],
    });
    expect(keptFor(points, retain({ daily: 2 }), '2026-07-02T00:00:00Z')).toEqual({
      '2026-07-01T22:01': ['daily#1'],
      '2026-07-01T21:59': [],
    });
  });

  it('counts the hour that the clock shows twice in autumn as two', () => {
    const points = [point('2026-10-25T00:30:00Z'), point('2026-10-25T01:30:00Z')]; // both 02:30 in Berlin
    expect(keptFor(points, retain({ hourly: 2 }, 'Europe/Berlin'), '2026-10-25T02:00:00Z')).toEqual({
      '2026-10-25T01:30': ['hourly#1'],
      '2026-10-25T00:30': ['hourly#2'],
    });
  });

  it('puts a point into the day it was due, though the engine was ready only after midnight', () => {
    const late = point('2026-11-20T23:00:00Z', { takenAt: point('2026-11-21T00:10:00Z').scheduledAt });
    const points = [late, point('2026-11-21T03:00:00Z')];
    expect(keptFor(points, retain({ daily: 2 }), '2026-11-21T04:00:00Z')).toMatchObject({
      '2026-11-20T23:00': ['daily#2'],
    });
  });
});

describe('keep-last, keep-within and the floor', () => {
  const points = [
    point('2026-11-20T00:00:00Z'),
    point('2026-11-20T12:00:00Z'),
    point('2026-11-21T00:00:00Z'),
  ];

  it('keeps the newest points whatever their age', () => {
    expect(keptFor(points, retain({ keepLast: 2 }), '2027-11-21T00:00:00Z')).toEqual({
      '2026-11-21T00:00': ['keep-last#1'],
      '2026-11-20T12:00': ['keep-last#2'],
      '2026-11-20T00:00': [],
    });
  });

  it('keeps what is younger than keepWithin, and lets go at the very instant it is reached', () => {
    expect(keptFor(points, retain({ keepWithin: hours(24) }), '2026-11-21T12:00:00Z')).toEqual({
      '2026-11-21T00:00': ['keep-within'],
      '2026-11-20T12:00': [],
      '2026-11-20T00:00': [],
    });
  });

  it('keeps the newest point although every age rule has passed', () => {
    const keeping = retain({ keepWithin: days(1), minimumKeep: 1 });
    expect(keptFor(points, keeping, '2030-01-01T00:00:00Z')['2026-11-21T00:00']).toEqual(['minimum-keep#1']);
  });

  it('fills the floor with sealed points only', () => {
    const failed = point('2026-11-22T00:00:00Z', { state: 'quarantined' });
    const inTheBin = point('2026-11-21T12:00:00Z', { state: 'expiring' });
    expect(
      keptFor([...points, failed, inTheBin], retain({ minimumKeep: 1 }), '2026-11-22T01:00:00Z'),
    ).toEqual({
      '2026-11-21T00:00': ['minimum-keep#1'],
      '2026-11-20T12:00': [],
      '2026-11-20T00:00': [],
    });
  });
});

describe('restraints', () => {
  const old = point('2020-01-01T00:00:00Z');
  const recent = point('2026-11-21T00:00:00Z');
  const now = '2026-11-21T12:00:00Z';

  it('keeps every point of a cluster under a hold, with each hold by its name', () => {
    const keeping = { ...retain({}), holds: [hold('litigation-7'), hold('audit')] };
    expect(keptFor([old], keeping, now)).toEqual({
      '2020-01-01T00:00': ['legal-hold:litigation-7', 'legal-hold:audit'],
    });
  });

  it('keeps only the point that a hold names, and none of another cluster', () => {
    const elsewhere = { ...hold('other'), cluster: 'billing' };
    const keeping = { ...retain({}), holds: [hold('exhibit-a', old.id), elsewhere] };
    expect(keptFor([old, recent], keeping, now)).toEqual({
      '2026-11-21T00:00': [],
      '2020-01-01T00:00': ['legal-hold:exhibit-a'],
    });
  });

  it('keeps a point while the vault lock would refuse to let go of it', () => {
    const keeping = { ...retain({}), lockedFor: days(7) };
    expect(keptFor([old, recent], keeping, now)).toEqual({
      '2026-11-21T00:00': ['vault-lock'],
      '2020-01-01T00:00': [],
    });
  });

  it('keeps what a person asked for until the day they named, or for good', () => {
    const forGood = point('2020-01-01T00:00:00Z', { manual: { note: 'before the migration' } });
    const ended = point('2026-01-01T00:00:00Z', {
      manual: { note: 'release 4', keepUntil: old.scheduledAt },
    });
    const running = point('2026-02-01T00:00:00Z', {
      manual: { note: 'release 5', keepUntil: point('2027-01-01T00:00:00Z').scheduledAt },
    });
    expect(keptFor([forGood, ended, running], retain({}), now)).toEqual({
      '2026-02-01T00:00': ['manual'],
      '2026-01-01T00:00': [],
      '2020-01-01T00:00': ['manual'],
    });
  });

  it('does not let a manual point take the place of a scheduled one', () => {
    const manual = point('2026-11-21T06:00:00Z', { rule: 'manual', manual: { note: 'just in case' } });
    expect(keptFor([recent, manual], retain({ keepLast: 1, daily: 1 }), now)).toEqual({
      '2026-11-21T06:00': ['manual'],
      '2026-11-21T00:00': ['keep-last#1', 'daily#1'],
    });
  });

  it('expires nothing of a cluster that the configuration no longer names', () => {
    expect(keptFor([old, recent], { plan: undefined, holds: [] }, now)).toEqual({
      '2026-11-21T00:00': ['no-plan'],
      '2020-01-01T00:00': ['no-plan'],
    });
  });
});

describe('what others need', () => {
  it('keeps the point that a capture in flight is compared with', () => {
    const base = point('2026-11-21T00:00:00Z');
    const open = point('2026-11-21T01:00:00Z', { state: 'capturing', base: base.id });
    expect(keptFor([base, open], retain({}), '2026-11-21T01:05:00Z')).toEqual({
      '2026-11-21T00:00': ['needed-by:orders-hourly-20261121t010000z'],
    });
  });

  it('lets go of it once that capture is sealed', () => {
    const base = point('2026-11-21T00:00:00Z');
    const sealed = point('2026-11-21T01:00:00Z', { base: base.id });
    expect(keptFor([base, sealed], retain({ keepLast: 1 }), '2026-11-21T01:05:00Z')).toMatchObject({
      '2026-11-21T00:00': [],
    });
  });

  // F1 I1 I2 | F2: F1 and I1 stay while I2 is kept, although no rule keeps them.
  it('keeps a full and every incremental up to a kept one, and nothing beside the chain', () => {
    const [full, first, second, other] = [
      '2026-11-01T00:00:00Z',
      '2026-11-02T00:00:00Z',
      '2026-11-03T00:00:00Z',
      '2026-11-04T00:00:00Z',
    ].map((when) => point(when)) as [
      ReturnType<typeof point>,
      ReturnType<typeof point>,
      ReturnType<typeof point>,
      ReturnType<typeof point>,
    ];
    const parents = new Map([
      [first.id, [full.id]],
      [second.id, [first.id]],
    ]);
    const keeping = { ...retain({}), holds: [hold('exhibit-a', second.id)] };
    expect(
      keptFor([full, first, second, other], keeping, '2026-12-01T00:00:00Z', (p) => parents.get(p.id) ?? []),
    ).toEqual({
      '2026-11-04T00:00': [],
      '2026-11-03T00:00': ['legal-hold:exhibit-a'],
      '2026-11-02T00:00': [`needed-by:${second.id}`],
      '2026-11-01T00:00': [`needed-by:${first.id}`],
    });
  });
});
