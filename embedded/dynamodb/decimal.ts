/**
 * DynamoDB's numbers: decimals of up to 38 digits between 1E-130 and 9.99…E+125, never floating point.
 * (Supported data types and naming rules, read 2026-11.)
 */
export const DIGITS_MAX = 38;
export const MAGNITUDE_MAX = 125;
export const MAGNITUDE_MIN = -130;

/** `digits` × 10^`exponent`; `digits` carries the sign and has no trailing zero. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/;
/** What Number holds exactly: most numbers take this way. */
const SMALL_INTEGER = /^(0|-?[1-9]\d{0,14})$/;

function parse(text: string): Decimal | undefined {
  const found = NUMBER.exec(text);
  if (!found || !(found[2] || found[3])) return undefined;
  const fraction = found[3] ?? '';
  const digits = BigInt(`${found[2]}${fraction}`) * (found[1] === '-' ? -1n : 1n);
  return reduce(digits, Number(found[4] ?? 0) - fraction.length);
}

function reduce(from: bigint, by: number): Decimal {
  let digits = from;
  let exponent = by;
  if (digits === 0n) return { digits, exponent: 0 };
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  return { digits, exponent };
}

const lengthOf = (digits: bigint): number => (digits < 0n ? -digits : digits).toString().length;

function print({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString();
  const point = text.length + exponent;
  if (point > DIGITS_MAX + 2 || point < -DIGITS_MAX)
    return `${sign}${text}E${exponent >= 0 ? '+' : ''}${exponent}`;
  if (exponent >= 0) return `${sign}${text}${'0'.repeat(exponent)}`;
  if (point > 0) return `${sign}${text.slice(0, point)}.${text.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${text}`;
}

/** The text that DynamoDB gives back for a number: `007.10` is `7.1`. Undefined when it is none; a string says why not. */
export function canonical(text: string): { readonly text: string } | { readonly wrong: string } {
  if (SMALL_INTEGER.test(text)) return { text };
  const decimal = parse(text.trim());
  if (!decimal) return { wrong: `The parameter cannot be converted to a numeric value: ${text}` };
  if (decimal.digits === 0n) return { text: '0' };
  const length = lengthOf(decimal.digits);
  if (length > DIGITS_MAX)
    return { wrong: 'Attempting to store more than 38 significant digits in a Number' };
  const magnitude = length + decimal.exponent - 1;
  if (magnitude > MAGNITUDE_MAX)
    return {
      wrong: 'Number overflow. Attempting to store a number with magnitude larger than supported range',
    };
  if (magnitude < MAGNITUDE_MIN)
    return {
      wrong: 'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    };
  return { text: print(decimal) };
}

/** Compares two canonical numbers. Rounding keeps order, so only what rounds to the same is compared exactly. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const rough = Number(a) - Number(b);
  if (rough !== 0) return rough;
  const [left, right] = aligned(parse(a)!, parse(b)!);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `a + sign·b`, as text that still has to pass `canonical`. */
export function add(a: string, b: string, sign: 1 | -1): string {
  if (SMALL_INTEGER.test(a) && SMALL_INTEGER.test(b)) return String(Number(a) + sign * Number(b));
  const x = parse(a)!;
  const y = parse(b)!;
  const [left, right] = aligned(x, y);
  return print(reduce(left + BigInt(sign) * right, Math.min(x.exponent, y.exponent)));
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [a.digits * 10n ** BigInt(a.exponent - exponent), b.digits * 10n ** BigInt(b.exponent - exponent)];
}
