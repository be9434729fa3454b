/**
 * One item of a recovery point: an object version, or an engine's raw snapshot.
 *
 * Where its bytes lie in a vault follows from `since` and `key` (see `layout.ts`): an item is stored once, under
 * the recovery point that first captured it, and later points that find it unchanged name it with the same `since`.
 * The points that name one stored item are therefore always consecutive, which is what makes it safe to discard a
 * point by comparing it with its two neighbours only (docs/adr/0004).
 */
export interface ManifestLine {
  readonly key: string;
  /** The source's version id; for a raw snapshot, the identity of its source. */
  readonly version: string;
  readonly bytes: number;
  /** `crc64nvme:<base64>` for objects, `attributes:<sha256 hex>` for raw snapshots that expose no bytes. */
  readonly checksum: string;
  /** The recovery point under which this item is stored. Not part of the Merkle root: it is a place, not content. */
  readonly since: string;
}

/** One line of a shard file: a JSON array, tens of bytes once compressed. */
export const printLine = (line: ManifestLine): string =>
  JSON.stringify([line.key, line.version, line.bytes, line.checksum, line.since]);

/** The reverse of `printLine`; undefined when the text is not a line. */
export function parseLine(text: string): ManifestLine | undefined {
  try {
    return lineOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A line from its parsed row; undefined when the row is none. */
export function lineOf(row: unknown): ManifestLine | undefined {
  if (!Array.isArray(row) || row.length !== 5) return undefined;
  const [key, version, bytes, checksum, since] = row as unknown[];
  const sound =
    typeof key === 'string' &&
    typeof version === 'string' &&
    typeof bytes === 'number' &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0 &&
    typeof checksum === 'string' &&
    typeof since === 'string';
  return sound ? { key, version, bytes, checksum, since } : undefined;
}

/**
 * The order of keys in S3 listings and in every manifest: by UTF-8 bytes. JavaScript compares UTF-16 units, which
 * differs where a surrogate pair meets a character above U+D7FF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
