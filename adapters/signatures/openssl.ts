import { createPublicKey, verify } from 'node:crypto';
import type { Verifier } from '../../core/receipts/verify-chain.ts';
import { sha256 } from '../engines/shared/sha256.ts';

const ONE_KEY = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/**
 * OpenSSL, by way of Node. A key or signature that it cannot read verifies nothing. Of several keys in one text any will do:
 * whoever keeps the keys keeps the earlier one too when it is replaced.
 */
export const openssl: Verifier = {
  sha256,
  verify: (text, signature, pem) =>
    (pem.match(ONE_KEY) ?? []).some((one) => {
      try {
        const key = createPublicKey(one);
        return verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
      } catch {
        return false;
      }
    }),
};
