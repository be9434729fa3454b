import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOfTso, parseTso, printTso, tsoOf } from '../../adapters/engines/tidb/tso.ts';
import { instant } from '../../core/time/instant.ts';

const tso = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** From 1970 to the year 4199: what fits beside 18 bits and is a date in JavaScript. */
const ms = fc.integer({ min: 0, max: 2 ** 46 - 1 }).map(instant);

test('a timestamp that is printed and read is the same, to its last digit', () => {
  fc.assert(fc.property(tso, (t) => parseTso(printTso(t)) === t));
});

test('its instant is the millisecond that it lies in, rounded down', () => {
  fc.assert(
    fc.property(ms, fc.bigInt({ min: 0n, max: (1n << 18n) - 1n }), (at, counter) => {
      expect(instantOfTso(tsoOf(at) + counter)).toBe(at);
      expect(instantOfTso(tsoOf(at) + (1n << 18n))).toBe(at + 1);
    }),
  );
});

test('timestamps are in the order of their instants', () => {
  fc.assert(fc.property(ms, ms, (a, b) => a < b === tsoOf(a) < tsoOf(b)));
});

test.each([
  '',
  '-1',
  '1.5',
  '4e17',
  '0x10',
  ' 1',
  '1\n',
  'null',
  "field 'X' not found",
  '18446744073709551616',
])('%o is no timestamp', (text) => {
  expect(parseTso(text)).toBeUndefined();
});
