import { describe, expect, it } from 'vitest';
import { hours, iso, minutes } from '../../../../core/time/instant.ts';
import { type CalendarUnit, isTimeZone, nextUnitStart, unitOf, zoneOf } from '../../../../core/time/zone.ts';
import { at } from '../retention/timeline.ts';

const next = (zone: string, unit: CalendarUnit, when: string) =>
  iso(nextUnitStart(zoneOf(zone), unit, at(when)));
const same = (zone: string, unit: CalendarUnit, a: string, b: string) =>
  unitOf(zoneOf(zone), unit, at(a)) === unitOf(zoneOf(zone), unit, at(b));

describe('the offset of a zone', () => {
  it('follows summer time to the second at which it changes', () => {
    const berlin = zoneOf('Europe/Berlin');
    expect(berlin.offsetAt(at('2026-03-29T00:59:59Z'))).toBe(hours(1));
    expect(berlin.offsetAt(at('2026-03-29T01:00:00Z'))).toBe(hours(2));
    expect(berlin.offsetAt(at('2026-10-25T00:59:59Z'))).toBe(hours(2));
    expect(berlin.offsetAt(at('2026-10-25T01:00:00Z'))).toBe(hours(1));
  });

  it('is right where the clock changes by half an hour, at half an hour', () => {
    const island = zoneOf('Australia/Lord_Howe');
    expect(island.offsetAt(at('2026-04-04T14:59:59Z'))).toBe(hours(11));
    expect(island.offsetAt(at('2026-04-04T15:00:00Z'))).toBe(minutes(630));
    expect(island.offsetAt(at('2026-10-03T15:29:59Z'))).toBe(minutes(630));
    expect(island.offsetAt(at('2026-10-03T15:30:00Z'))).toBe(hours(11));
  });

  it('may be a quarter of an hour, and negative', () => {
    expect(zoneOf('Asia/Kathmandu').offsetAt(at('2026-01-01T00:00:00Z'))).toBe(minutes(345));
    expect(zoneOf('America/Sao_Paulo').offsetAt(at('2026-01-01T00:00:00Z'))).toBe(-hours(3));
    expect(zoneOf('UTC').offsetAt(at('2026-01-01T00:00:00Z'))).toBe(0);
  });

  it('is right at fractions of a second before 1970', () => {
    expect(zoneOf('Asia/Tokyo').offsetAt(at('1969-12-31T23:59:59.250Z'))).toBe(hours(9));
  });
});

describe('calendar units', () => {
  it('begin on the wall clock: a day of 23 hours in spring, of 25 in autumn', () => {
    expect(next('Europe/Berlin', 'day', '2026-03-28T23:00:00Z')).toBe('2026-03-29T22:00:00Z');
    expect(next('Europe/Berlin', 'day', '2026-10-24T22:00:00Z')).toBe('2026-10-25T23:00:00Z');
  });

  it('begin weeks on Monday and years in January', () => {
    expect(next('UTC', 'week', '2026-11-21T12:00:00Z')).toBe('2026-11-23T00:00:00Z');
    expect(next('Europe/Berlin', 'month', '2026-11-21T12:00:00Z')).toBe('2026-11-30T23:00:00Z');
    expect(next('America/New_York', 'year', '2026-11-21T12:00:00Z')).toBe('2027-01-01T05:00:00Z');
  });

  it('begin half-hour zones at half past of UTC', () => {
    expect(next('Asia/Kolkata', 'hour', '2026-11-21T12:10:00Z')).toBe('2026-11-21T12:30:00Z');
    expect(same('Asia/Kolkata', 'hour', '2026-11-21T12:29:59Z', '2026-11-21T12:30:00Z')).toBe(false);
  });

  it('put 1 January 2027 into the last ISO week of 2026', () => {
    expect(same('UTC', 'week', '2026-12-28T00:00:00Z', '2027-01-03T23:59:59Z')).toBe(true);
    expect(same('UTC', 'week', '2027-01-03T23:59:59Z', '2027-01-04T00:00:00Z')).toBe(false);
  });

  it('survive midnights that a zone skips', () => {
    // São Paulo put its clock forward at midnight: 4 November 2018 began at 01:00.
    expect(next('America/Sao_Paulo', 'day', '2018-11-03T12:00:00Z')).toBe('2018-11-04T03:00:00Z');
  });
});

it('knows a time zone from a mistake', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Atlantis')).toBe(false);
  expect(isTimeZone('')).toBe(false);
});
