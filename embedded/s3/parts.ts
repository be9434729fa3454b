import type { Part, Upload } from './bucket.ts';
import { checksumOf } from './checksum.ts';
import { entityTooSmall, invalidPart, invalidPartOrder, malformedXml } from './errors.ts';

/** S3: parts have 5 MiB at least, the last one excepted; numbers go to 10,000 (S3 User Guide, "Multipart upload limits"). */
export const PART_BYTES_MIN = 5 * 1_024 ** 2;
export const PARTS_MAX = 10_000;

/** A part as a completion names it. */
export interface Named {
  readonly number: number;
  readonly etag: string | undefined;
  readonly crc64nvme: string | undefined;
}

/** The stored parts that a completion names, in its order. */
export function choose(upload: Upload, named: readonly Named[]): readonly Part[] {
  if (named.length === 0) throw malformedXml();
  const parts: Part[] = [];
  for (const { number, etag, crc64nvme } of named) {
    if (parts.length > 0 && parts.at(-1)!.number >= number) throw invalidPartOrder();
    const part = upload.parts.get(number);
    if (!part || etag?.replaceAll('"', '') !== part.etag) throw invalidPart(number);
    if (crc64nvme !== undefined && crc64nvme !== checksumOf('CRC64NVME', part.bytes))
      throw invalidPart(number);
    parts.push(part);
  }
  for (const part of parts.slice(0, -1))
    if (part.bytes.length < PART_BYTES_MIN) throw entityTooSmall(part.number, part.bytes.length);
  return parts;
}

/** Joins parts. Slices of one body that meet again become a view of it: large copies must not double the memory. */
export function assemble(parts: readonly Part[]): Buffer {
  const first = parts[0]!;
  const { whole } = first;
  let end = 0;
  const meet = parts.every((part) => {
    const fits = part.whole === whole && (part === first || part.bytes.byteOffset === end);
    end = part.bytes.byteOffset + part.bytes.length;
    return fits;
  });
  if (!meet) return Buffer.concat(parts.map((part) => part.bytes));
  const start = first.bytes.byteOffset - whole.byteOffset;
  const length = end - first.bytes.byteOffset;
  // The very same Buffer where possible: its checksum is known already.
  return start === 0 && length === whole.length ? whole : whole.subarray(start, start + length);
}
