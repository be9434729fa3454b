import { describe, expect, test } from 'vitest';
import { parseDuration, parseRate, parseSize, speakBytes } from '../../../../core/plan/quantities.ts';
import { days, hours, minutes, seconds } from '../../../../core/time/instant.ts';

describe('durations', () => {
  test('each unit is read', () => {
    expect(['90s', '15m', '36h', '14d', '2w'].map(parseDuration)).toEqual([
      seconds(90),
      minutes(15),
      hours(36),
      days(14),
      days(14),
    ]);
  });

  test('anything but whole units of one kind is refused', () => {
    for (const text of ['', '15', 'm', '1.5h', '-5m', '15 m', '1h30m', '15min', '5M'])
      expect(parseDuration(text), text).toBeUndefined();
  });
});

describe('sizes and rates', () => {
  test('decimal and binary units differ', () => {
    expect(parseSize('250 GB')).toBe(250e9);
    expect(parseSize('1GiB')).toBe(2 ** 30);
    expect(parseSize('1.5 TB')).toBe(1.5e12);
    expect(parseRate('200 MB/s')).toBe(200e6);
  });

  test('a rate is no size and a size no rate', () => {
    expect(parseSize('200 MB/s')).toBeUndefined();
    expect(parseRate('200 MB')).toBeUndefined();
    expect(parseSize('250')).toBeUndefined();
    expect(parseSize('250 gb')).toBeUndefined();
  });

  test('bytes are spoken in the unit that fits', () => {
    expect([1.5e12, 250e9, 999, 1e3].map(speakBytes)).toEqual(['1.5 TB', '250 GB', '999 B', '1 KB']);
  });
});
