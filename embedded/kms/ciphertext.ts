import { createCipheriv, createDecipheriv } from 'node:crypto';
import { invalidCiphertext } from './errors.ts';
import type { Key } from './store.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

const KEY_ID_BYTES = 36;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The context is a set of pairs: their order does not matter. */
function authenticated(context: EncryptionContext | undefined): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs), 'utf8');
}

/** Key id, nonce, tag, AES-256-GCM ciphertext: bound to its key and its context, opaque to callers. */
export function seal(
  key: Key,
  nonce: Buffer,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key.material, nonce);
  cipher.setAAD(authenticated(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id, 'latin1'), nonce, cipher.getAuthTag(), body]);
}

export const newNonce = (bytes: (count: number) => Buffer): Buffer => bytes(NONCE_BYTES);

/** The id of the key that made a ciphertext: KMS reads it from the blob. */
export function keyIdIn(blob: Uint8Array): string {
  if (blob.length < KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES) throw invalidCiphertext();
  return Buffer.from(blob.subarray(0, KEY_ID_BYTES)).toString('latin1');
}

export function open(key: Key, blob: Uint8Array, context: EncryptionContext | undefined): Buffer {
  const nonceEnd = KEY_ID_BYTES + NONCE_BYTES;
  const tagEnd = nonceEnd + TAG_BYTES;
  const cipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(KEY_ID_BYTES, nonceEnd));
  cipher.setAAD(authenticated(context));
  cipher.setAuthTag(blob.subarray(nonceEnd, tagEnd));
  try {
    return Buffer.concat([cipher.update(blob.subarray(tagEnd)), cipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}
