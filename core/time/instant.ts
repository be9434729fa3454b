declare const unit: unique symbol;

/** Milliseconds since the Unix epoch, UTC. The unit is in the type, so seconds cannot slip in. */
export type Instant = number & { readonly [unit]: 'epoch-ms' };

/** Milliseconds. Construct with `hours(4)`, `days(35)`; never a bare number. */
export type Duration = number & { readonly [unit]: 'ms' };

export interface Clock {
  now(): Instant;
}

export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1_000) as Duration;
export const minutes = (n: number): Duration => (n * 60_000) as Duration;
export const hours = (n: number): Duration => (n * 3_600_000) as Duration;
export const days = (n: number): Duration => (n * 86_400_000) as Duration;

export const instant = (epochMs: number): Instant => epochMs as Instant;
export const later = (at: Instant, by: Duration): Instant => (at + by) as Instant;
export const earlier = (at: Instant, by: Duration): Instant => (at - by) as Instant;
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;
export const inSeconds = (d: Duration): number => Math.round(d / 1_000);

/** The start of the whole second that `at` falls in: the grain of S3's LastModified and of RDS's restore times. */
export const wholeSecond = (at: Instant): Instant => (Math.floor(at / 1_000) * 1_000) as Instant;

/** ISO 8601 in UTC; milliseconds are printed only when there are any: `2026-11-21T03:00:00Z`. */
export const iso = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z');

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads an ISO 8601 instant that names its zone. Undefined when it is anything else: a local time is not an instant. */
export function parseInstant(text: string): Instant | undefined {
  if (!ISO_INSTANT.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : (at as Instant);
}

/** A duration as people say it: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. At most two units. */
export function speak(d: Duration): string {
  const s = Math.round(d / 1_000);
  if (s < 0) return `-${speak(-d as Duration)}`;
  if (s < 120) return `${s} s`;
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  const m = Math.round(s / 60);
  if (m < 60) return `${m} min`;
  if (m < 60 * 48) return pair(Math.floor(m / 60), 'h', m % 60, 'min');
  const h = Math.round(m / 60);
  return pair(Math.floor(h / 24), 'd', h % 24, 'h');
}
