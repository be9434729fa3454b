import type { CopyRequest } from '../../core/ports/object-store.ts';

/**
 * `x-amz-copy-source`: URL-encoded, the slashes of the key left as they are. S3 reads a bare `+` here as a space, so
 * everything that is not plain must be encoded (CopyObject, S3 API Reference).
 */
export function copySource({ bucket, key, version }: CopyRequest['from']): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const at = version === undefined ? '' : `?versionId=${encodeURIComponent(version)}`;
  return `${bucket}/${path}${at}`;
}

/**
 * A key as listings with `EncodingType=url` show it. XML cannot carry every character that a key may have, so listings
 * are always asked for in this form; it is form encoding, in which a space is a `+`. The SDK leaves the decoding to us.
 */
export const listedKey = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));

/** ETags come in quotes in most answers and without them in some. */
export const unquoted = (etag: string | undefined): string => (etag ?? '').replace(/^"(.*)"$/, '$1');

interface Answered {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const answered = (error: unknown): Answered | undefined =>
  error instanceof Error ? (error as Error & Answered) : undefined;

const status = (error: unknown): number | undefined => answered(error)?.$metadata?.httpStatusCode;

/** Answers to HEAD have no body, so the status decides. 405: the version that was named is a delete marker. */
export const isMissing = (error: unknown): boolean =>
  answered(error)?.name !== 'NoSuchBucket' && (status(error) === 404 || status(error) === 405);

export const isPrecondition = (error: unknown): boolean =>
  answered(error)?.name === 'PreconditionFailed' || status(error) === 412;
