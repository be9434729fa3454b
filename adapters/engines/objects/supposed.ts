import type { Found } from '../../../core/manifest/compare.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';

/*
 * A bucket that was restored holds what the base names, under versions of its own: comparing versions would store all of it
 * anew. So of what has the same key and size it is supposed that the base's item serves, and the child that is given the
 * plan asks S3 for its checksum: one request each, once, when a side of a group begins.
 */

const MARK = 'if:';

/** A line of a plan whose item in the vault serves if the checksum is what the base says. */
export const supposed = (found: Found, line: ManifestLine): ManifestLine => ({
  ...found,
  checksum: `${MARK}${line.checksum}`,
  since: line.since,
});

/** The checksum that has to be found; undefined for a line that supposes nothing. */
export const supposedOf = ({ checksum }: ManifestLine): string | undefined =>
  checksum.startsWith(MARK) ? checksum.slice(MARK.length) : undefined;

/** A line of a plan has no checksum yet when its object is to be copied, or only a supposed one. */
export const isFinal = (line: ManifestLine): boolean =>
  line.checksum !== '' && supposedOf(line) === undefined;

export interface Supposed {
  readonly supposedItems: number;
  readonly supposedBytes: number;
}

export const NOTHING_SUPPOSED: Supposed = { supposedItems: 0, supposedBytes: 0 };

/** How much of a plan may turn out to be new after all. */
export const addSupposed = (
  { supposedItems, supposedBytes }: Supposed,
  lines: readonly ManifestLine[],
): Supposed => {
  const unsure = lines.filter((line) => supposedOf(line) !== undefined);
  return {
    supposedItems: supposedItems + unsure.length,
    supposedBytes: unsure.reduce((bytes, line) => bytes + line.bytes, supposedBytes),
  };
};
