import type { Instant } from '../../core/time/instant.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  });
  formats.set(zone, made);
  return made;
}

/** `2026-11-21 03:00:01` in a zone of the IANA's list or an offset such as `+08:00`. */
export function localTime(at: Instant, zone: string): string {
  const part = Object.fromEntries(
    format(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${part['year']}-${part['month']}-${part['day']} ${part['hour']}:${part['minute']}:${part['second']}`;
}

/** `2026-11-21-03-00-01`: as the names of objects and `backup_timestamp` have it. */
export const hyphened = (at: Instant, zone: string): string =>
  localTime(at, zone).replace(' ', '-').replaceAll(':', '-');

export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}
