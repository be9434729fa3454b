import { Cron as Croner } from 'croner';
import { type Instant, instant } from '../time/instant.ts';
import type { Cron } from './cron.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** No zone is further from UTC than this, and no two changes of its clocks are closer. */
const AWAY = 36 * 3_600_000;

/** True when the name is one that Scheduler's ScheduleExpressionTimezone takes: the IANA database's. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetsOf(timeZone: string): (at: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return (
      Date.UTC(
        part['year']!,
        part['month']! - 1,
        part['day']!,
        part['hour']!,
        part['minute']!,
        part['second']!,
      ) -
      Math.floor(at / 1_000) * 1_000
    );
  };
}

/**
 * Every run of a cron in [from, to), in order. As Scheduler does it: a local time that the clocks skip has no run, and
 * one that they repeat has its run the first time only (scheduler/latest/UserGuide/schedule-types.html, daylight
 * saving time). So an hourly rule in a zone that turns its clocks back has a gap of two hours once a year.
 */
export function runsBetween(cron: Cron, timeZone: string, from: Instant, to: Instant): Instant[] {
  const offset = offsetsOf(timeZone);
  const runs: Instant[] = [];
  // Days and times are counted on a clock on the wall that knows no zone; only then they become instants.
  const dayClock = new Croner(cron.dayPattern, { timezone: 'UTC', paused: true });
  let day = dayClock.nextRun(new Date(from - AWAY - DAY));
  while (day && day.getTime() < to + AWAY) {
    const midnight = day.getTime();
    const before = offset(midnight - AWAY);
    const after = offset(midnight + DAY + AWAY);
    for (const minute of cron.minutesOfDay) {
      const wall = midnight + minute * MINUTE;
      const candidates = before === after ? [before] : [before, after].filter((o) => offset(wall - o) === o);
      if (candidates.length === 0) continue;
      const run = wall - Math.max(...candidates);
      if (run >= from && run < to) runs.push(instant(run));
    }
    day = dayClock.nextRun(day);
  }
  return runs.sort((a, b) => a - b);
}
