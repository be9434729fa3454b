import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * Checksums of whole objects, as base64 over the big-endian value ("Checking object integrity", S3 User Guide).
 * Bytes never change once they are stored and copies share them, so each Buffer is hashed once and remembered.
 */
export type ChecksumName = 'CRC32' | 'CRC64NVME' | 'SHA256';

/** CRC-64/NVME, reflected: the polynomial's halves. */
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

/** Slicing by eight: `tables[k * 256 + b]` is byte `b` followed by `k` zero bytes. Two 32-bit halves, as BigInt is slow. */
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

/** CRC-64/NVME of `bytes`, as S3 reports it. */
export function crc64nvme(bytes: Uint8Array): string {
  let high = ~0;
  let low = ~0;
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
  const value = Buffer.alloc(8);
  value.writeInt32BE(~high, 0);
  value.writeInt32BE(~low, 4);
  return value.toString('base64');
}

const compute: Readonly<Record<ChecksumName | 'MD5', (bytes: Uint8Array) => string>> = {
  CRC64NVME: crc64nvme,
  CRC32: (bytes) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(bytes), 0);
    return value.toString('base64');
  },
  SHA256: (bytes) => createHash('sha256').update(bytes).digest('base64'),
  MD5: (bytes) => createHash('md5').update(bytes).digest('hex'),
};

const remembered = new WeakMap<Uint8Array, Map<ChecksumName | 'MD5', string>>();

function once(algorithm: ChecksumName | 'MD5', bytes: Uint8Array): string {
  const known = remembered.get(bytes) ?? new Map<ChecksumName | 'MD5', string>();
  remembered.set(bytes, known);
  const value = known.get(algorithm) ?? compute[algorithm](bytes);
  known.set(algorithm, value);
  return value;
}

/** A checksum over the whole object, base64. */
export const checksumOf = (algorithm: ChecksumName, bytes: Uint8Array): string => once(algorithm, bytes);

/** Lower-case hex: the ETag of an object that was put in one piece and is not under a KMS key. */
export const md5Of = (bytes: Uint8Array): string => once('MD5', bytes);
