import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksumOf, crc64nvme, md5Of } from '../../../../embedded/s3/checksum.ts';

/** CRC-64/NVME by its definition, bit by bit. */
function byDefinition(bytes: Uint8Array): string {
  let crc = (1n << 64n) - 1n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  }
  const value = Buffer.alloc(8);
  value.writeBigUInt64BE(crc ^ ((1n << 64n) - 1n));
  return value.toString('base64');
}

test('the published check value of CRC-64/NVME comes out', () => {
  expect(Buffer.from(crc64nvme(Buffer.from('123456789')), 'base64').toString('hex')).toBe('ae8b14860a799888');
});

test('any bytes at any alignment give the checksum of the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(7), (bytes, skipped) => {
      const view = bytes.subarray(skipped);
      expect(crc64nvme(view)).toBe(byDefinition(view));
    }),
  );
});

test('a checksum is worked out once per buffer', () => {
  const bytes = Buffer.from('alpha');
  const before = checksumOf('CRC64NVME', bytes);
  // Stored bytes are never written to; this write only shows that they are not read again.
  bytes[0] = 0;
  expect(checksumOf('CRC64NVME', bytes)).toBe(before);
  expect(checksumOf('CRC64NVME', Buffer.from(bytes))).not.toBe(before);
});

test('CRC32, SHA-256 and MD5 have the encodings that S3 answers', () => {
  const bytes = Buffer.from('123456789');
  expect(Buffer.from(checksumOf('CRC32', bytes), 'base64').toString('hex')).toBe('cbf43926');
  expect(checksumOf('SHA256', bytes)).toBe(createHash('sha256').update('123456789').digest('base64'));
  expect(md5Of(bytes)).toBe('25f9e794323b453885f5181f1b624d0b');
});
