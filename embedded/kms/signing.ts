import { createECDH, createHmac, createPublicKey, type KeyObject } from 'node:crypto';

/**
 * ECDSA on P-256 whose nonce follows from key and digest, so that the same seed signs the same receipts and runs can be
 * compared. OpenSSL multiplies points (a Diffie-Hellman key pair of any scalar shows its point); what is left is
 * arithmetic modulo the order. The nonce is an HMAC in the spirit of RFC 6979 and not its construction. The signatures
 * are genuine and anyone's verifier takes them; the timing is not guarded, so this signs nothing outside of a double.
 */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const CURVE = 'prime256v1';
const SCALAR_BYTES = 32;
/** `04`, x, y: a point as it is written out in full. */
const POINT_BYTES = 1 + 2 * SCALAR_BYTES;

/** An uncompressed point, and what stands before it in an SPKI of a P-256 key (RFC 5480). */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

const whole = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const written = (scalar: bigint): Buffer =>
  Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
const modulo = (n: bigint): bigint => ((n % ORDER) + ORDER) % ORDER;

/** By Fermat: the order is a prime. */
function inverse(n: bigint): bigint {
  let result = 1n;
  let square = modulo(n);
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % ORDER;
    square = (square * square) % ORDER;
  }
  return result;
}

function pointOf(scalar: bigint): Buffer {
  const pair = createECDH(CURVE);
  pair.setPrivateKey(written(scalar));
  const point = pair.getPublicKey();
  if (point.length !== POINT_BYTES) throw new Error(`a point of ${CURVE} has ${POINT_BYTES} bytes`);
  return point;
}

const xOf = (scalar: bigint): bigint => modulo(whole(pointOf(scalar).subarray(1, 1 + SCALAR_BYTES)));

/** Any material becomes a scalar from 1 to one less than the order. */
const scalarOf = (material: Uint8Array): bigint => (whole(material) % (ORDER - 1n)) + 1n;

/** The public key in DER, as GetPublicKey answers it (SubjectPublicKeyInfo). */
export const publicKeyOf = (material: Uint8Array): Buffer =>
  Buffer.concat([SPKI_HEAD, pointOf(scalarOf(material))]);

export const keyObjectOf = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });

/** @param digest SHA-256 of the message. @returns the signature in DER, as KMS answers it (RFC 3279, section 2.2.3) */
export function sign(material: Uint8Array, digest: Uint8Array): Buffer {
  const nonce = scalarOf(createHmac('sha256', material).update(digest).digest());
  const r = xOf(nonce);
  const s = modulo(inverse(nonce) * (whole(digest) + r * scalarOf(material)));
  return sequence(integer(r), integer(s));
}

/** Whoever has the private scalar needs no sum of points to verify: both multiples are of the same base. */
export function verify(material: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const read = read2(Buffer.from(signature));
  if (!read) return false;
  const [r, s] = read;
  if (r <= 0n || s <= 0n || r >= ORDER || s >= ORDER) return false;
  const sum = modulo(inverse(s) * (whole(digest) + r * scalarOf(material)));
  return sum !== 0n && xOf(sum) === r;
}

const tlv = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, content.length]), content]);
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));

/** Shortest form, and a zero in front where the first bit would mean a minus. */
function integer(n: bigint): Buffer {
  const hex = n.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return tlv(0x02, bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Two integers in a sequence, written as `sign` writes them; undefined for anything else. */
function read2(der: Buffer): readonly [bigint, bigint] | undefined {
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength, 6 + rLength + sLength);
  if (r.length === 0 || s.length === 0) return undefined;
  const again = sequence(integer(whole(r)), integer(whole(s)));
  return again.equals(der) ? [whole(r), whole(s)] : undefined;
}
