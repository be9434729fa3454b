import * as z from 'zod';
import { type Duration, speak } from '../time/instant.ts';
import { parseDuration, parseRate, parseSize } from './quantities.ts';

/** The kinds of field that a configuration has. Each says in its own words what to write instead. */

export const text = (change: string): z.ZodString => z.string({ error: change });

export const matching = (pattern: RegExp, change: string): z.ZodString =>
  z.string({ error: change }).regex(pattern, change);

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `write ${values.map((v) => `"${v}"`).join(' or ')}` });

const counted = (least: number, what: string): string => `give ${what}, a whole number of at least ${least}`;

export const count = (least: number, what: string): z.ZodInt =>
  z.int({ error: counted(least, what) }).min(least, counted(least, what));

const share = 'give a share above 0 and up to 1, such as 0.5';
export const fraction = (): z.ZodNumber => z.number({ error: share }).gt(0, share).max(1, share);

export function duration(least: Duration, most: Duration) {
  const change = `give a duration from ${speak(least)} to ${speak(most)}, such as "15m", "36h" or "14d"`;
  return z.string({ error: change }).transform((value, context): Duration => {
    const parsed = parseDuration(value);
    if (parsed !== undefined && parsed >= least && parsed <= most) return parsed;
    context.addIssue({ code: 'custom', message: change });
    return z.NEVER;
  });
}

function quantity(parse: (value: string) => number | undefined, change: string) {
  return z.string({ error: change }).transform((value, context): number => {
    const parsed = parse(value);
    if (parsed !== undefined && parsed > 0) return parsed;
    context.addIssue({ code: 'custom', message: change });
    return z.NEVER;
  });
}
export const size = () => quantity(parseSize, 'give a size, such as "250 GB" or "1.5 TiB"');
export const rate = () => quantity(parseRate, 'give a speed, such as "200 MB/s"');

/** An object that knows its settings: a misspelt one is named, with those that there are. */
export const settings = <Shape extends z.ZodRawShape>(what: string, shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `not a setting of ${what}; the settings are ${Object.keys(shape).join(', ')}`
        : `give ${what} as an object with ${Object.keys(shape).join(', ')}`,
  });
