import type {
  DecryptCommandInput,
  EncryptCommandInput,
  GenerateDataKeyCommandInput,
} from '@aws-sdk/client-kms';
import type { Call } from '../service.ts';
import { type EncryptionContext, keyIdIn, newNonce, open, seal } from './ciphertext.ts';
import { incorrectKey, invalidUsage, outOfReach, validation } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import type { Key, KeyStore } from './store.ts';

/** KMS: Encrypt takes at most 4,096 bytes (Encrypt, KMS API Reference). */
const PLAINTEXT_BYTES_MAX = 4_096;

const KEY_SPECS: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

function usable(store: KeyStore, keyId: string | undefined, use: string, call: Call): Key {
  const key = store.resolve(call.region, keyId ?? '', call.now);
  key.mustBeEnabled();
  if (key.usage !== 'ENCRYPT_DECRYPT')
    throw invalidUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${use}.`);
  return key;
}

const blobOf = (
  store: KeyStore,
  key: Key,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
): Buffer =>
  seal(
    key,
    newNonce((count) => store.bytes(count)),
    plaintext,
    context,
  );

function generateDataKey(store: KeyStore, input: GenerateDataKeyCommandInput, call: Call): object {
  const key = usable(store, input.KeyId, 'GenerateDataKey', call);
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    throw validation('Please specify either number of bytes or key spec.');
  const bytes = input.NumberOfBytes ?? KEY_SPECS[input.KeySpec ?? ''];
  if (bytes === undefined || bytes < 1 || bytes > 1_024)
    throw validation(`a data key has 1 to 1,024 bytes; received ${input.KeySpec ?? bytes}`);
  const plaintext = store.bytes(bytes);
  return {
    KeyId: key.arn,
    Plaintext: plaintext,
    CiphertextBlob: blobOf(store, key, plaintext, input.EncryptionContext),
  };
}

function encrypt(store: KeyStore, input: EncryptCommandInput, call: Call): object {
  const key = usable(store, input.KeyId, 'Encrypt', call);
  const plaintext = input.Plaintext ?? new Uint8Array();
  if (plaintext.length < 1 || plaintext.length > PLAINTEXT_BYTES_MAX)
    throw validation(`a plaintext has 1 to ${PLAINTEXT_BYTES_MAX} bytes; received ${plaintext.length}`);
  return {
    KeyId: key.arn,
    CiphertextBlob: blobOf(store, key, plaintext, input.EncryptionContext),
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
}

/** The blob says which key made it; a key that the caller names besides must be that one. */
function decrypt(store: KeyStore, input: DecryptCommandInput, call: Call): object {
  const blob = input.CiphertextBlob ?? new Uint8Array();
  const key = store.find(call.region, keyIdIn(blob), call.now);
  if (!key) throw outOfReach();
  key.mustBeEnabled();
  if (input.KeyId !== undefined && store.resolve(call.region, input.KeyId, call.now) !== key)
    throw incorrectKey();
  return {
    KeyId: key.arn,
    Plaintext: open(key, blob, input.EncryptionContext),
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
}

export const cryptoOperations: Readonly<Record<string, Operation>> = {
  GenerateDataKey: operation<GenerateDataKeyCommandInput>(
    ['KeyId', 'KeySpec', 'NumberOfBytes', 'EncryptionContext'],
    generateDataKey,
  ),
  Encrypt: operation<EncryptCommandInput>(['KeyId', 'Plaintext', 'EncryptionContext'], encrypt),
  Decrypt: operation<DecryptCommandInput>(['CiphertextBlob', 'KeyId', 'EncryptionContext'], decrypt),
};
