import { createHash } from 'node:crypto';
import type { GetPublicKeyCommandInput, SignCommandInput, VerifyCommandInput } from '@aws-sdk/client-kms';
import type { Call } from '../service.ts';
import { invalidSignature, invalidUsage, unsupported, validation } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import { publicKeyOf, sign, verify } from './signing.ts';
import type { Key, KeyStore } from './store.ts';

/** The one algorithm of ECC_NIST_P256 (Sign, KMS API Reference). */
const ALGORITHM = 'ECDSA_SHA_256';
/** KMS: a raw message has at most 4,096 bytes (Sign, KMS API Reference). */
const MESSAGE_BYTES_MAX = 4_096;
const DIGEST_BYTES = 32;

type Signed = Pick<SignCommandInput, 'KeyId' | 'Message' | 'MessageType' | 'SigningAlgorithm'>;

function signer(store: KeyStore, { KeyId, SigningAlgorithm }: Signed, call: Call): Key {
  const key = store.resolve(call.region, KeyId ?? '', call.now);
  key.mustBeEnabled();
  if (key.usage !== 'SIGN_VERIFY')
    throw invalidUsage(`${key.arn} key usage is ${key.usage} which is not valid for signing.`);
  if (SigningAlgorithm !== ALGORITHM)
    throw invalidUsage(
      `Algorithm ${SigningAlgorithm} is incompatible with key spec ${key.spec.keySpec ?? 'SYMMETRIC_DEFAULT'}.`,
    );
  return key;
}

function digestOf({ Message = new Uint8Array(), MessageType = 'RAW' }: Signed): Uint8Array {
  if (MessageType === 'DIGEST') {
    if (Message.length !== DIGEST_BYTES)
      throw validation(`Digest is invalid length for algorithm ${ALGORITHM}.`);
    return Message;
  }
  if (MessageType !== 'RAW') throw validation(`MessageType is RAW or DIGEST; received ${MessageType}`);
  if (Message.length < 1 || Message.length > MESSAGE_BYTES_MAX)
    throw validation(`a raw message has 1 to ${MESSAGE_BYTES_MAX} bytes; received ${Message.length}`);
  return createHash('sha256').update(Message).digest();
}

function signMessage(store: KeyStore, input: SignCommandInput, call: Call): object {
  const key = signer(store, input, call);
  return { KeyId: key.arn, Signature: sign(key.material, digestOf(input)), SigningAlgorithm: ALGORITHM };
}

/** A signature that does not fit is an error, never `SignatureValid: false` (Verify, KMS API Reference). */
function verifyMessage(store: KeyStore, input: VerifyCommandInput, call: Call): object {
  const key = signer(store, input, call);
  if (!verify(key.material, digestOf(input), input.Signature ?? new Uint8Array())) throw invalidSignature();
  return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: ALGORITHM };
}

function getPublicKey(store: KeyStore, { KeyId }: GetPublicKeyCommandInput, call: Call): object {
  const key = store.resolve(call.region, KeyId ?? '', call.now);
  key.mustBeEnabled();
  if (key.usage !== 'SIGN_VERIFY') throw unsupported(`${key.arn} is symmetric: it has no public key.`);
  return {
    KeyId: key.arn,
    PublicKey: publicKeyOf(key.material),
    KeySpec: key.spec.keySpec,
    CustomerMasterKeySpec: key.spec.keySpec,
    KeyUsage: key.usage,
    SigningAlgorithms: [ALGORITHM],
  };
}

const SIGNED = ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'] as const;

export const signOperations: Readonly<Record<string, Operation>> = {
  Sign: operation<SignCommandInput>(SIGNED, signMessage),
  Verify: operation<VerifyCommandInput>([...SIGNED, 'Signature'], verifyMessage),
  GetPublicKey: operation<GetPublicKeyCommandInput>(['KeyId'], getPublicKey),
};
