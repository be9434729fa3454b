import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hours, instant, later, minutes } from '../../../../core/time/instant.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { PlacementDriver } from '../../../../embedded/tidb/pd.ts';
import { dateOf, instantOf, parseTso, TsoClock, tsoOf } from '../../../../embedded/tidb/tso.ts';

const AT = instant(Date.UTC(2026, 0, 1));

test('a timestamp is milliseconds in the upper and a counter in the lower 18 bits', () => {
  expect(tsoOf(AT)).toBe(BigInt(AT) * 262_144n);
  expect(instantOf(tsoOf(AT, 5n))).toBe(AT);
  expect(dateOf(tsoOf(AT))).toBe('2026-01-01 00:00:00.000 +0000');
});

test('flags take integers and datetimes; a missing zone is told', () => {
  expect(parseTso('449700000000000000', true)).toBe(449_700_000_000_000_000n);
  expect(parseTso('2026-01-01 08:00:00+0800', true)).toBe(tsoOf(AT));
  expect(parseTso('2026-01-01 00:00:00 +00:00', true)).toBe(tsoOf(AT));
  expect(parseTso('2026-01-01 00:00:00', true)).toBe('no zone');
  expect(parseTso('2026-01-01 00:00:00', false)).toBe(tsoOf(AT));
  expect(parseTso('tomorrow', false)).toBeUndefined();
  expect(parseTso('99999999999999999999999', false)).toBeUndefined();
});

test('timestamps grow whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2 }), (readings) => {
      let reading = 0;
      const clock = new TsoClock(() => instant(AT + reading));
      const given = readings.map((next) => {
        reading = next;
        return clock.next();
      });
      for (const [index, ts] of given.entries()) {
        expect(ts).toBeGreaterThan(given[index - 1] ?? 0n);
        expect(instantOf(ts)).toBe(AT + Math.max(...readings.slice(0, index + 1)));
      }
    }),
  );
});

describe('GC', () => {
  async function pd(isDark: () => boolean = () => false) {
    const world = new World(AT, 1);
    return { world, pd: new PlacementDriver({ clock: world, isDark }) };
  }

  test('leaves the last ten minutes, and looks every ten minutes', async () => {
    const { world, pd: driver } = await pd();
    await world.runUntil(later(AT, (hours(3) + minutes(4)) as never));
    expect(instantOf(driver.gcSafepoint())).toBe(later(AT, hours(3)) - minutes(10));
  });

  test('stops at a service safepoint while that lives', async () => {
    const { world, pd: driver } = await pd();
    const ts = driver.tso();
    expect(driver.keep('br', ts, minutes(60))).toBe(true);
    await world.runUntil(later(AT, minutes(59)));
    expect(driver.gcSafepoint()).toBe(ts - 1n);
    expect([...driver.serviceSafepoints.keys()]).toEqual(['br']);
    await world.runUntil(later(AT, hours(2)));
    expect(driver.gcSafepoint()).toBeGreaterThan(ts);
    expect(driver.keep('br', ts, minutes(60))).toBe(false);
    expect(driver.serviceSafepoints.size).toBe(0);
  });

  test('rests while its ratio is negative, and in the dark', async () => {
    let dark = false;
    const { world, pd: driver } = await pd(() => dark);
    const before = driver.gcSafepoint();
    driver.setGcRatio('-1.0');
    await world.runUntil(later(AT, hours(1)));
    expect(driver.gcSafepoint()).toBe(before);
    driver.setGcRatio('1.1');
    dark = true;
    await world.runUntil(later(AT, hours(2)));
    expect(driver.gcSafepoint()).toBe(before);
    dark = false;
    await world.runUntil(later(AT, hours(3)));
    expect(instantOf(driver.gcSafepoint())).toBe(later(AT, hours(3)) - minutes(10));
  });
});
