/**
 * CRC-64/NVME as S3 computes it over a whole object ("Checking object integrity", S3 User Guide), taken up where an
 * earlier stretch ended: an object of terabytes is read in many calls, and the state between two of them is 16 digits.
 */

/** The polynomial's halves, reflected. Two 32-bit halves, because BigInt is slow. */
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

/** Slicing by eight: `[k * 256 + b]` is byte `b` followed by `k` zero bytes. */
const HIGH = new Uint32Array(8 * 256);
const LOW = new Uint32Array(8 * 256);

for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry) {
      high ^= POLYNOMIAL_HIGH;
      low ^= POLYNOMIAL_LOW;
    }
  }
  HIGH[byte] = high;
  LOW[byte] = low;
}
for (let at = 256; at < 8 * 256; at++) {
  const high = HIGH[at - 256]!;
  const low = LOW[at - 256]!;
  const byte = low & 0xff;
  LOW[at] = ((low >>> 8) | (high << 24)) ^ LOW[byte]!;
  HIGH[at] = (high >>> 8) ^ HIGH[byte]!;
}

/** A checksum that has not seen all of its bytes yet, as 16 hexadecimal digits. */
export type RunningCrc64 = string;

export const CRC64_OF_NOTHING: RunningCrc64 = '0'.repeat(16);

/** Goes on with the next bytes. */
export function crc64Over(before: RunningCrc64, bytes: Uint8Array): RunningCrc64 {
  let high = ~Number.parseInt(before.slice(0, 8), 16);
  let low = ~Number.parseInt(before.slice(8), 16);
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const a = low ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    const b = high ^ (bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24));
    const a0 = 1792 + (a & 0xff);
    const a1 = 1536 + ((a >>> 8) & 0xff);
    const a2 = 1280 + ((a >>> 16) & 0xff);
    const a3 = 1024 + (a >>> 24);
    const b0 = 768 + (b & 0xff);
    const b1 = 512 + ((b >>> 8) & 0xff);
    const b2 = 256 + ((b >>> 16) & 0xff);
    const b3 = b >>> 24;
    high = HIGH[a0]! ^ HIGH[a1]! ^ HIGH[a2]! ^ HIGH[a3]! ^ HIGH[b0]! ^ HIGH[b1]! ^ HIGH[b2]! ^ HIGH[b3]!;
    low = LOW[a0]! ^ LOW[a1]! ^ LOW[a2]! ^ LOW[a3]! ^ LOW[b0]! ^ LOW[b1]! ^ LOW[b2]! ^ LOW[b3]!;
  }
  for (; i < bytes.length; i++) {
    const byte = (low ^ bytes[i]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[byte]!;
    high = (high >>> 8) ^ HIGH[byte]!;
  }
  return digits(~high) + digits(~low);
}

const digits = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');

/** As manifests record it: `crc64nvme:<base64 of the big-endian value>`. */
export const crc64Checksum = (whole: RunningCrc64): string =>
  `crc64nvme:${Buffer.from(whole, 'hex').toString('base64')}`;
