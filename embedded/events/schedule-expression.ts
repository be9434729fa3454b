import { Cron } from 'croner';
import { type Instant, instant } from '../../core/time/instant.ts';
import { AwsError, NotModelled } from '../service.ts';
import { instantOf, wallOf } from './wall-clock.ts';

/** When a schedule runs. */
export interface Occurrences {
  /** The first run after an instant; undefined when there is none. */
  next(after: Instant): Instant | undefined;
}

interface Frame {
  readonly timeZone: string;
  readonly createdAt: Instant;
  readonly startDate: Instant | undefined;
}

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Reads `rate(…)`, `cron(…)` or `at(…)` (scheduler/latest/UserGuide/schedule-types.html). */
export function occurrences(expression: string, frame: Frame): Occurrences {
  const [, kind, inner] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(inner!, frame);
  if (kind === 'cron') return cron(inner!, frame);
  if (kind === 'at') return once(inner!, frame);
  throw invalid(expression);
}

/** Starts at the start date; without one, at once. A day is 24 hours, whatever the clocks do. */
function rate(inner: string, { createdAt, startDate }: Frame): Occurrences {
  const [, n, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  const step = Number(n) * (UNITS[unit as keyof typeof UNITS] ?? 0);
  if (!(step > 0)) throw invalid(`rate(${inner})`);
  const first = startDate ?? createdAt;
  return {
    next: (after) => instant(after < first ? first : first + (Math.floor((after - first) / step) + 1) * step),
  };
}

function once(inner: string, { timeZone }: Frame): Occurrences {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner) ? Date.parse(`${inner}Z`) : Number.NaN;
  const at = Number.isNaN(wall) ? undefined : instantOf(wall, timeZone);
  if (at === undefined) throw invalid(`at(${inner})`);
  return { next: (after) => (after < at ? at : undefined) };
}

/**
 * The library reads the fields on a clock on the wall that knows no zone; then wall times become instants. A time that
 * the clocks skip does not run, and one that they repeat runs once.
 */
function cron(inner: string, { timeZone }: Frame): Occurrences {
  const clock = new Cron(cronerPattern(inner), { utcOffset: 0, paused: true });
  return {
    next: (after) => {
      let wall = clock.nextRun(new Date(wallOf(after, timeZone)));
      while (wall) {
        const at = instantOf(wall.getTime(), timeZone);
        if (at !== undefined && at > after) return at;
        wall = clock.nextRun(wall);
      }
      return undefined;
    },
  };
}

const LAST_VALUES = ['59', '23', '31', '12', '7', '2199'];

/** From AWS's six fields to the library's seven, which begin with the seconds. */
function cronerPattern(inner: string): string {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== 6 || (fields[2] === '?') === (fields[4] === '?')) throw invalid(`cron(${inner})`);
  const translated = fields.map((text, position) => {
    const field = text
      .toUpperCase()
      .replace('?', '*')
      // AWS steps from a number to the end of the field; the library wants the range.
      .replace(/(^|,)(\d+)\//g, `$1$2-${LAST_VALUES[position]}/`);
    return position === 4 ? dayOfWeek(field) : field;
  });
  try {
    const pattern = `0 ${translated.join(' ')}`;
    new Cron(pattern, { paused: true });
    return pattern;
  } catch {
    throw invalid(`cron(${inner})`);
  }
}

/** AWS counts days of the week from 1 (SUN), the library from 0; the last Friday is `6L` there and `5#L` here. */
function dayOfWeek(field: string): string {
  if (field === 'L') return '6';
  const [, lastOf] = /^([1-7])L$/.exec(field) ?? [];
  if (lastOf) return `${Number(lastOf) - 1}#L`;
  const [, nth, which] = /^([1-7])#([1-5])$/.exec(field) ?? [];
  if (nth) return `${Number(nth) - 1}#${which}`;
  if (/[LW#]/.test(field.replace(/WED/g, ''))) throw new NotModelled('events', `the day of week ${field}`);
  return field.replace(
    /(^|[,-])([1-7])(?=$|[,\-/])/g,
    (_, before: string, day: string) => `${before}${Number(day) - 1}`,
  );
}

const invalid = (expression: string): AwsError =>
  new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
