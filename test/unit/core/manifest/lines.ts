import { createHash } from 'node:crypto';
import type { ManifestLine } from '../../../../core/manifest/line.ts';
import type { Sha256 } from '../../../../core/manifest/merkle.ts';

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

export const line = (key: string, more: Partial<ManifestLine> = {}): ManifestLine => ({
  key,
  version: 'v1',
  bytes: 1,
  checksum: 'crc64nvme:AAAAAAAAAAA=',
  since: 'orders-hourly-20261121t000000z',
  ...more,
});

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
