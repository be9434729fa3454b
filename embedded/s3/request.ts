import { NotModelled } from '../service.ts';
import type { Headers } from './bucket.ts';

/** Members that several requests share. */
export const HEADERS = [
  'ContentType',
  'ContentEncoding',
  'ContentDisposition',
  'ContentLanguage',
  'CacheControl',
  'Metadata',
] as const;
export const LOCK = ['ObjectLockMode', 'ObjectLockRetainUntilDate', 'ObjectLockLegalHoldStatus'] as const;
export const SSE = ['ServerSideEncryption', 'SSEKMSKeyId', 'BucketKeyEnabled'] as const;
/** A body as the SDK takes it, without copying its bytes: who puts an object must not write into its buffer after. */
export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new NotModelled('s3', 'a streaming body');
}

export function headersOf(input: { readonly [Name in (typeof HEADERS)[number]]?: unknown }): Headers {
  const headers: Record<string, unknown> = {};
  for (const name of HEADERS) if (input[name] !== undefined) headers[name] = input[name];
  return headers;
}
