import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CRC64_OF_NOTHING, crc64Checksum, crc64Over } from '../../core/manifest/crc64nvme.ts';

test('a checksum that is taken up again and again is that of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (stretches) => {
      const running = stretches.reduce(crc64Over, CRC64_OF_NOTHING);
      expect(running).toMatch(/^[0-9a-f]{16}$/);
      expect(running).toBe(crc64Over(CRC64_OF_NOTHING, Buffer.concat(stretches)));
    }),
  );
});

test('it is written as manifests write it', () => {
  // The published check value of CRC-64/NVME, ae8b14860a799888, in base64.
  const running = crc64Over(crc64Over(CRC64_OF_NOTHING, Buffer.from('1234')), Buffer.from('56789'));
  expect(crc64Checksum(running)).toBe('crc64nvme:rosUhgp5mIg=');
});
