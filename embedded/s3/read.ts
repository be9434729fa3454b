import { type Instant, wholeSecond } from '../../core/time/instant.ts';
import type { Bucket, Checksum, ObjectVersion } from './bucket.ts';
import { invalidArgument, invalidRange, methodNotAllowed, noSuchKey, noSuchVersion } from './errors.ts';

/** Archived objects must be restored before they are read. */
const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);
export const isArchived = (version: ObjectVersion): boolean => ARCHIVED.has(version.storageClass);

const VERSION_ID = /^([A-Za-z0-9._]{32}|null)$/;

export function checkVersionId(id: string): void {
  if (!VERSION_ID.test(id)) throw invalidArgument('Invalid version id specified', 'versionId', id);
}

/** The object that a GET, HEAD or copy reads. A delete marker is no object: 404 when current, 405 when named. */
export function findObject(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  if (versionId === undefined) {
    const current = bucket.current(key);
    if (current?.kind !== 'object') throw noSuchKey(key);
    return current;
  }
  checkVersionId(versionId);
  const version = bucket.find(key, versionId);
  if (!version) throw noSuchVersion(key, versionId);
  if (version.kind === 'marker') throw methodNotAllowed();
  return version;
}

/** S3 shows whole seconds. */
export const lastModified = (at: { readonly createdAt: Instant }): Date =>
  new Date(wholeSecond(at.createdAt));

/** A version id is answered wherever versioning is or was on. */
export const versionIdOf = (bucket: Bucket, version: { readonly id: string }) =>
  bucket.versioning ? { VersionId: version.id } : {};

export const printChecksum = (checksum: Checksum) => ({
  [`Checksum${checksum.algorithm}`]: checksum.value,
  ChecksumType: 'FULL_OBJECT' as const,
});

/** `bytes=0-9`, `bytes=10-`, `bytes=-5`, of an object of `size` bytes: first byte and the one after the last. */
export function parseRange(range: string, size: number): { readonly start: number; readonly end: number } {
  const found = /^bytes=(\d*)-(\d*)$/.exec(range);
  if (!found || (found[1] === '' && found[2] === '')) throw invalidRange(range, size);
  const start = found[1] === '' ? Math.max(0, size - Number(found[2])) : Number(found[1]);
  const end = found[1] === '' || found[2] === '' ? size : Math.min(size, Number(found[2]) + 1);
  if (start >= size || start >= end) throw invalidRange(range, size);
  return { start, end };
}
