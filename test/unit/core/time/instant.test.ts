import { describe, expect, it } from 'vitest';
import { days, hours, iso, minutes, parseInstant, seconds, speak } from '../../../../core/time/instant.ts';

describe('reading an instant', () => {
  it('takes every way to name the zone', () => {
    for (const text of [
      '2026-11-21T03:00:00Z',
      '2026-11-21T03:00Z',
      '2026-11-21T04:00:00+01:00',
      '2026-11-20T22:00:00.000-05:00',
    ]) {
      expect(iso(parseInstant(text)!)).toBe('2026-11-21T03:00:00Z');
    }
  });

  it.each(['2026-11-21T03:00:00', '2026-11-21', '21.11.2026 03:00', '2026-13-01T00:00:00Z', 'now', ''])(
    'refuses %j: a local time is not an instant',
    (text) => expect(parseInstant(text)).toBeUndefined(),
  );
});

it('prints milliseconds only when there are any', () => {
  expect(iso(parseInstant('2026-11-21T03:00:00.250Z')!)).toBe('2026-11-21T03:00:00.250Z');
});

it.each([
  [seconds(45), '45 s'],
  [minutes(12), '12 min'],
  [minutes(200), '3 h 20 min'],
  [hours(47), '47 h'],
  [hours(52), '2 d 4 h'],
  [days(35), '35 d'],
] as const)('says %d ms as people do', (duration, says) => {
  expect(speak(duration)).toBe(says);
});
