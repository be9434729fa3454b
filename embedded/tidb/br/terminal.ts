import type { Duration, Instant } from '../../../core/time/instant.ts';

export type Level = 'INFO' | 'WARN' | 'ERROR';
export type Fields = readonly (readonly [key: string, value: string | number | bigint | boolean])[];

/** What the log's text format puts into quotes. */
const SPECIAL = /[\s"=[\]]/;
const quoted = (text: string): string => (SPECIAL.test(text) || text === '' ? JSON.stringify(text) : text);

/** One line of the tool's log in its text format: `[time] [level] [source] ["message"] [key=value]…`. */
export function logLine(at: Instant, level: Level, source: string, message: string, fields: Fields): string {
  const time = new Date(at).toISOString().replace('T', ' ').replaceAll('-', '/').replace('Z', ' +00:00');
  const rest = fields.map(([key, value]) => `[${quoted(key)}=${quoted(String(value))}]`);
  return [`[${time}]`, `[${level}]`, `[${source}]`, `[${quoted(message)}]`, ...rest].join(' ');
}

/** As Go prints a duration: `35.1s`, `2m5s`, `1h0m3.25s`, `30ms`. */
export function printDuration(duration: Duration): string {
  if (duration < 1_000) return `${duration}ms`;
  const seconds = (duration % 60_000) / 1_000;
  const minutes = Math.floor(duration / 60_000) % 60;
  const hours = Math.floor(duration / 3_600_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, four significant digits: `1.1GB`. */
export function printBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${UNITS[unit]}`;
}

export const printSpeed = (bytes: number, took: Duration): string =>
  `${printBytes(took > 0 ? bytes / (took / 1_000) : 0)}/s`;
