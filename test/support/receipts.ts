import { createHash, verify as cryptoVerify } from 'node:crypto';
import { signedText } from '../../core/receipts/canonical.ts';
import type { Receipt, ReceiptBody } from '../../core/receipts/receipt.ts';
import type { Verifier } from '../../core/receipts/verify-chain.ts';
import { keyObjectOf, publicKeyOf, sign } from '../../embedded/kms/signing.ts';

/** A key pair of the embedded KMS without the KMS. */
export class Signer {
  readonly arn: string;
  readonly #material: Buffer;

  constructor(name: string) {
    this.arn = `arn:aws:kms:eu-west-1:111122223333:key/${name}`;
    this.#material = createHash('sha256').update(name).digest();
  }

  get pem(): string {
    return keyObjectOf(publicKeyOf(this.#material)).export({ format: 'pem', type: 'spki' }).toString();
  }

  sign(body: ReceiptBody): Receipt {
    const digest = createHash('sha256').update(signedText(body)).digest();
    return {
      body,
      hash: digest.toString('hex'),
      signature: sign(this.#material, digest).toString('base64'),
    };
  }
}

export const verifier: Verifier = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  verify: (text, signature, pem) =>
    cryptoVerify('sha256', Buffer.from(text), pem, Buffer.from(signature, 'base64')),
};
