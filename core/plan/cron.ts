import { Cron as Croner } from 'croner';

/**
 * EventBridge Scheduler's cron: six fields, `minutes hours day-of-month month day-of-week year`, days of the week
 * from 1 (SUN), and a `?` in one of the two day fields (scheduler/latest/UserGuide/schedule-types.html). Croner reads
 * the calendar part once it is put into Croner's own words.
 */
export interface Cron {
  /** Minutes of the day at which it runs, on a day that it runs on. */
  readonly minutesOfDay: readonly number[];
  /** Croner's pattern for the days: midnight of each. */
  readonly dayPattern: string;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words: readonly string[];
  /** Letters with a meaning of their own in this field. */
  readonly special: RegExp | undefined;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59, words: [], special: undefined },
  { name: 'hours', min: 0, max: 23, words: [], special: undefined },
  { name: 'day of month', min: 1, max: 31, words: [], special: /^(\?|L|(\d{1,2})W|LW)$/ },
  { name: 'month', min: 1, max: 12, words: MONTHS, special: undefined },
  { name: 'day of week', min: 1, max: 7, words: DAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199, words: [], special: undefined },
];

/** The numbers that one part of a field (`5`, `MON-FRI`, `0/15`, `*`) names; a sentence when it is not one. */
function numbersOf(part: string, field: Field): readonly number[] | string {
  const m = /^(\*|[A-Z]{3}|\d+)(?:-([A-Z]{3}|\d+))?(?:\/(\d+))?$/.exec(part);
  const allowed = `${field.name} are ${field.min} to ${field.max}`;
  if (!m) return `"${part}" is not a ${field.name} field`;
  const [, first, last, step] = m as unknown as [string, string, string?, string?];
  const value = (text: string): number => {
    const word = field.words.indexOf(text);
    return word >= 0 ? word + field.min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  const from = first === '*' ? field.min : value(first);
  const to = last === undefined ? (first === '*' || step !== undefined ? field.max : from) : value(last);
  const by = step === undefined ? 1 : Number(step);
  if (![from, to].every((n) => n >= field.min && n <= field.max))
    return `"${part}" is out of range: ${allowed}`;
  if (from > to) return `"${part}" runs backwards`;
  if (by < 1) return `"${part}" steps by nothing`;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, n) => from + n * by);
}

function expand(text: string, field: Field): readonly number[] | string {
  const parts = text.split(',').map((part) => numbersOf(part, field));
  const wrong = parts.find((part) => typeof part === 'string');
  return wrong === undefined
    ? [...new Set(parts.flat() as number[])].sort((a, b) => a - b)
    : (wrong as string);
}

/** Croner counts days of the week from 0 and writes "the last Friday" as `5#L`. */
function cronerDayOfWeek(text: string): string {
  if (text === '?') return '*';
  if (text === 'L') return '6';
  if (/^[1-7]L$/.test(text)) return `${Number(text[0]) - 1}#L`;
  if (/^[1-7]#[1-5]$/.test(text)) return `${Number(text[0]) - 1}${text.slice(1)}`;
  return text;
}

const cronerField = (text: string, numbers: readonly number[], shift: number): string =>
  text === '*' ? '*' : numbers.map((n) => n - shift).join(',');

/** Reads an expression; a sentence that says what is wrong with it when it cannot be read. */
export function parseCron(expression: string): Cron | string {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6)
    return `a cron has six fields (minutes hours day-of-month month day-of-week year), this has ${fields.length}; hourly is "0 * * * ? *"`;
  const [, , dayOfMonth, , dayOfWeek] = fields as [string, string, string, string, string, string];
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    return 'one of day-of-month and day-of-week is "?" and the other says the day, as in "0 3 * * ? *" or "0 3 ? * MON-FRI *"';
  const numbers: (readonly number[])[] = [];
  for (const [n, field] of FIELDS.entries()) {
    const text = fields[n]!.toUpperCase();
    const read = field.special?.test(text) ? [] : expand(text, field);
    if (typeof read === 'string') return read;
    numbers.push(read);
  }
  const part = (n: number, shift = 0): string => {
    const text = fields[n]!.toUpperCase();
    return FIELDS[n]!.special?.test(text)
      ? n === 4
        ? cronerDayOfWeek(text)
        : text.replace('?', '*')
      : cronerField(text, numbers[n]!, shift);
  };
  const dayPattern = `0 0 0 ${part(2)} ${part(3)} ${part(4, 1)} ${part(5)}`;
  try {
    new Croner(dayPattern, { paused: true });
  } catch (error) {
    return `the days cannot be read: ${(error as Error).message}`;
  }
  return {
    minutesOfDay: numbers[1]!.flatMap((hour) => numbers[0]!.map((minute) => hour * 60 + minute)),
    dayPattern,
  };
}
