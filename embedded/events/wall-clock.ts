import { type Instant, instant } from '../../core/time/instant.ts';

/** No zone changes its clocks twice within this time, and none is further from UTC. */
const AWAY = 26 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    const time = { hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...numeric, ...time });
    formats.set(timeZone, format);
  }
  return format;
}

/** What a clock on a wall of the zone shows, counted as if it hung in UTC. */
export function wallOf(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return at;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (at - Math.floor(at / 1_000) * 1_000);
}

/** The first instant at which the clock shows this; undefined when the clocks skip it. */
export function instantOf(wall: number, timeZone: string): Instant | undefined {
  if (timeZone === 'UTC') return instant(wall);
  const offsets = [wall - AWAY, wall + AWAY].map((near) => wallOf(near, timeZone) - near);
  const candidates = offsets.map((offset) => wall - offset).filter((at) => wallOf(at, timeZone) === wall);
  return candidates.length === 0 ? undefined : instant(Math.min(...candidates));
}
