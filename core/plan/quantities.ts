import { type Duration, days, hours, minutes, seconds } from '../time/instant.ts';

/** A length of time as people write it: `90s`, `15m`, `36h`, `14d`, `2w`. */
export type DurationText = `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`;

type SizeUnit = 'KB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB';
/** An amount of data: `250 GB`, `1.5TiB`. KB, MB, GB, TB count in thousands, KiB, MiB, GiB, TiB in 1,024s. */
export type SizeText = `${number}${SizeUnit}` | `${number} ${SizeUnit}`;
/** A speed: `200 MB/s`. */
export type RateText = `${SizeText}/s`;

const DURATION_UNITS: Readonly<Record<string, (n: number) => Duration>> = {
  s: seconds,
  m: minutes,
  h: hours,
  d: days,
  w: (n) => days(7 * n),
};

/** Undefined when the text is anything but whole units of one kind. */
export function parseDuration(text: string): Duration | undefined {
  const m = /^(\d+)([smhdw])$/.exec(text);
  return m ? DURATION_UNITS[m[2]!]!(Number(m[1])) : undefined;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Bytes, or undefined when the text is not a size. */
export function parseSize(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/.exec(text);
  return m ? Math.round(Number(m[1]) * SIZE_UNITS[m[2]!]!) : undefined;
}

/** Bytes per second, or undefined when the text is not a rate. */
export const parseRate = (text: string): number | undefined =>
  text.endsWith('/s') ? parseSize(text.slice(0, -2)) : undefined;

/** An amount of data as people say it: `1.5 TB`, `250 GB`, `999 B`. */
export function speakBytes(bytes: number): string {
  const unit = (['TB', 'GB', 'MB', 'KB'] as const).find((name) => bytes >= SIZE_UNITS[name]!);
  if (!unit) return `${Math.round(bytes)} B`;
  const n = bytes / SIZE_UNITS[unit]!;
  return `${n >= 100 ? Math.round(n) : Math.round(n * 10) / 10} ${unit}`;
}
