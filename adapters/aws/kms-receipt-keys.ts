import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { invariant } from '../../core/errors/assert.ts';
import { HoldfastError } from '../../core/errors/registry.ts';
import type { ReceiptKeys } from '../../core/ports/receipts.ts';
import { keyIdOf } from '../../core/receipts/canonical.ts';
import { orFault } from './faults.ts';

/**
 * The keys of a region as KMS shows them: what lies in a vault could have been put there.
 * @param alias ARN of the alias of the key that signs here
 */
export const kmsReceiptKeys = (kms: KMSClient, alias: string): ReceiptKeys => ({
  async publicKeys(keyArns) {
    const { arn, pem } = await shownKey(kms, alias);
    const keys = new Map([[keyIdOf(arn), pem]]);
    for (const other of keyArns) {
      if (keys.has(keyIdOf(other))) continue;
      const shown = await shownIfKnown(kms, other);
      if (shown) keys.set(keyIdOf(other), shown.pem);
    }
    return keys;
  },
});

/** Of a key that may not be read, or is none: what names it is no receipt of this region. */
async function shownIfKnown(kms: KMSClient, arn: string): Promise<{ readonly pem: string } | undefined> {
  try {
    return await shownKey(kms, arn);
  } catch (error) {
    if (error instanceof HoldfastError && !error.retryable) return undefined;
    throw error;
  }
}

/** The public half, and the key's own ARN, which an alias would not keep. */
export async function shownKey(
  kms: KMSClient,
  key: string,
): Promise<{ readonly arn: string; readonly pem: string }> {
  const { KeyId, PublicKey } = await orFault(() => kms.send(new GetPublicKeyCommand({ KeyId: key })));
  invariant(KeyId && PublicKey, 'KMS answers GetPublicKey with a key', { key });
  const lines = Buffer.from(PublicKey)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return { arn: KeyId, pem: `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n` };
}
