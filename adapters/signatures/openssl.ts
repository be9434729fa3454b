import { createPublicKey, verify } from 'node:crypto';
import type { Verifier } from '../../core/receipts/verify-chain.ts';
import { sha256 } from '../engines/shared/sha256.ts';

/** OpenSSL, by way of Node. A key or signature that it cannot read verifies nothing. */
export const openssl: Verifier = {
  sha256,
  verify: (text, signature, pem) => {
    try {
      const key = createPublicKey(pem);
      return verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  },
};
