import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC64_OF_NOTHING, crc64Checksum, crc64Over } from '../../core/manifest/crc64nvme.ts';

/**
 * Checksums of whole objects, as base64 over the big-endian value ("Checking object integrity", S3 User Guide).
 * Bytes never change once they are stored and copies share them, so each Buffer is hashed once and remembered.
 */
export type ChecksumName = 'CRC32' | 'CRC64NVME' | 'SHA256';

/** CRC-64/NVME of `bytes`, as S3 reports it. */
export const crc64nvme = (bytes: Uint8Array): string =>
  crc64Checksum(crc64Over(CRC64_OF_NOTHING, bytes)).slice('crc64nvme:'.length);

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
