import { type Instant, instant } from './instant.ts';

/** The calendar units that retention counts in. Weeks are ISO weeks: they begin on Monday. */
export type CalendarUnit = 'hour' | 'day' | 'week' | 'month' | 'year';

const QUARTER = 900_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** A time zone of the IANA database, with its offsets remembered. */
export interface Zone {
  readonly name: string;
  /** Local time minus UTC at this instant, in milliseconds. */
  offsetAt(at: Instant): number;
}

/** False for anything that `timeZone` in a plan may not be. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const zones = new Map<string, Zone>();

/**
 * The zone of this name. The same object each time: it remembers what `Intl` was asked, which takes some microseconds
 * per question. That is a memory of constants, so callers stay functions of their inputs.
 * @throws RangeError when there is no such zone; `isTimeZone` is checked where configuration is read.
 */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone: Zone = { name, offsetAt: name === 'UTC' ? () => 0 : remember(name) };
  zones.set(name, zone);
  return zone;
}

/**
 * Offsets change at quarter hours of UTC at the finest (Lord Howe changes at a half hour), and not twice within a day.
 * So a day whose two ends agree has one offset, and only days of a change are looked at by the quarter.
 */
function remember(name: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const ask = (at: number): number => {
    const field: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const part of format.formatToParts(at)) field[part.type] = Number(part.value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
  const atMidnight = memo((day) => ask(day * DAY));
  const atQuarter = memo((quarter) => ask(quarter * QUARTER));
  return (at) => {
    const day = Math.floor(at / DAY);
    const offset = atMidnight(day);
    return offset === atMidnight(day + 1) ? offset : atQuarter(Math.floor(at / QUARTER));
  };
}

function memo(ask: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    let answer = known.get(n);
    if (answer === undefined) {
      answer = ask(n);
      known.set(n, answer);
    }
    return answer;
  };
}

/**
 * Which calendar unit an instant falls into: equal for two instants exactly when they share it, and greater for a
 * later one. Days, weeks, months and years follow the wall clock, so a day may have 23 or 25 hours. An hour that the
 * wall clock shows twice is two hours.
 */
export function unitOf(zone: Zone, unit: CalendarUnit, at: Instant): number {
  const offset = zone.offsetAt(at);
  const local = at + offset;
  switch (unit) {
    case 'hour':
      return Math.floor(local / HOUR) * HOUR - offset;
    case 'day':
      return Math.floor(local / DAY);
    case 'week':
      // Day 0, 1 January 1970, was a Thursday: three days into its ISO week.
      return Math.floor((Math.floor(local / DAY) + 3) / 7);
    case 'month': {
      const date = new Date(local);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
    case 'year':
      return new Date(local).getUTCFullYear();
  }
}

/** When the unit after the one that `at` falls into begins. */
export function nextUnitStart(zone: Zone, unit: CalendarUnit, at: Instant): Instant {
  if (unit === 'hour') return instant(unitOf(zone, unit, at) + HOUR);
  return fromLocal(zone, localStart(unit, unitOf(zone, unit, at) + 1));
}

function localStart(unit: Exclude<CalendarUnit, 'hour'>, n: number): number {
  switch (unit) {
    case 'day':
      return n * DAY;
    case 'week':
      return (n * 7 - 3) * DAY;
    case 'month':
      return Date.UTC(Math.floor(n / 12), n % 12, 1);
    case 'year':
      return Date.UTC(n, 0, 1);
  }
}

/** The instant of a wall-clock time. A time that the clock skips is read with the offset before the change. */
function fromLocal(zone: Zone, local: number): Instant {
  const guess = local - zone.offsetAt(instant(local - DAY));
  const offset = zone.offsetAt(instant(guess));
  const at = instant(local - offset);
  return zone.offsetAt(at) === offset ? at : instant(guess);
}
