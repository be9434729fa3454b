import { createHash, createPublicKey, verify } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../../core/time/instant.ts';
import { Kms } from '../../../../embedded/kms/kms.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import { AwsError } from '../../../../embedded/service.ts';

const HOME = 'eu-central-1';
const ACCOUNT = '111122223333';
const NOW = instant(Date.UTC(2026, 10, 21));
const ALGORITHM = { SigningAlgorithm: 'ECDSA_SHA_256' };

function make(seed = 1) {
  const kms = new Kms(new Streams(seed).stream('kms'));
  const key = kms.createKey({ region: HOME, account: ACCOUNT, keySpec: 'ECC_NIST_P256', now: NOW });
  const other = kms.createKey({ region: HOME, account: ACCOUNT, keySpec: 'ECC_NIST_P256', now: NOW });
  const symmetric = kms.createKey({ region: HOME, account: ACCOUNT, now: NOW });
  const send = <Output = object>(operation: string, input: object): Output =>
    kms.call(operation, input, { account: ACCOUNT, region: HOME, principal: 'root', now: NOW }) as Output;
  const sign = (Message: Uint8Array, MessageType = 'RAW', KeyId = key.keyId): Buffer =>
    Buffer.from(
      send<sdk.SignCommandOutput>('Sign', { KeyId, Message, MessageType, ...ALGORITHM }).Signature!,
    );
  const publicKey = () =>
    createPublicKey({
      key: Buffer.from(send<sdk.GetPublicKeyCommandOutput>('GetPublicKey', { KeyId: key.keyId }).PublicKey!),
      format: 'der',
      type: 'spki',
    });
  return { key, other, symmetric, send, sign, publicKey };
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) return error.name;
    throw error;
  }
  return 'accepted';
}

test('OpenSSL takes every signature for its message and for no other, whether the message or its digest was given', () => {
  const { sign, publicKey } = make();
  const key = publicKey();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (message) => {
      const signature = sign(message);
      expect(signature.equals(sign(sha256(message), 'DIGEST'))).toBe(true);
      expect(verify('sha256', message, key, signature)).toBe(true);
      expect(verify('sha256', Buffer.concat([message, Buffer.from('.')]), key, signature)).toBe(false);
    }),
    { numRuns: 40 },
  );
});

test('the same seed signs the same, another seed or another message otherwise', () => {
  const message = Buffer.from('receipt');
  expect(make(7).sign(message)).toEqual(make(7).sign(message));
  expect(make(7).sign(message)).not.toEqual(make(8).sign(message));
  expect(make(7).sign(message)).not.toEqual(make(7).sign(Buffer.from('receipts')));
});

test('Verify takes what Sign made and refuses a changed signature, another message and another key', () => {
  const { sign, send, key, other } = make();
  const Message = Buffer.from('receipt');
  const Signature = sign(Message);
  const asked = { KeyId: key.keyId, Message, Signature, ...ALGORITHM };
  expect(send('Verify', asked)).toMatchObject({ SignatureValid: true });
  const changed = Buffer.from(Signature);
  changed[changed.length - 1]! ^= 1;
  for (const wrong of [
    { Signature: changed },
    { Signature: Buffer.from('no signature') },
    { Message: Buffer.from('receipt?') },
    { KeyId: other.keyId },
  ])
    expect(refusal(() => send('Verify', { ...asked, ...wrong }))).toBe('KMSInvalidSignatureException');
});

test('a key that signs does not encrypt, and one that encrypts does not sign', () => {
  const { key, symmetric, send } = make();
  const Message = Buffer.from('m');
  const refused = (operation: string, input: object) => refusal(() => send(operation, input));
  expect(refused('Sign', { KeyId: symmetric.keyId, Message, ...ALGORITHM })).toBe('InvalidKeyUsageException');
  expect(refused('GetPublicKey', { KeyId: symmetric.keyId })).toBe('UnsupportedOperationException');
  expect(refused('Encrypt', { KeyId: key.keyId, Plaintext: Message })).toBe('InvalidKeyUsageException');
  expect(refused('GenerateDataKey', { KeyId: key.keyId, KeySpec: 'AES_256' })).toBe(
    'InvalidKeyUsageException',
  );
  expect(refused('Sign', { KeyId: key.keyId, Message, SigningAlgorithm: 'RSASSA_PSS_SHA_256' })).toBe(
    'InvalidKeyUsageException',
  );
});

test('a digest has 32 bytes, a raw message 1 to 4,096', () => {
  const { sign } = make();
  expect(refusal(() => sign(Buffer.alloc(31), 'DIGEST'))).toBe('ValidationException');
  expect(refusal(() => sign(Buffer.alloc(0)))).toBe('ValidationException');
  expect(refusal(() => sign(Buffer.alloc(4_097)))).toBe('ValidationException');
  expect(refusal(() => sign(Buffer.alloc(4_096)))).toBe('accepted');
});

test('a disabled key and one that waits for its deletion neither sign nor show their public key', () => {
  const { send, key } = make();
  const KeyId = key.keyId;
  const all = () =>
    [
      refusal(() => send('Sign', { KeyId, Message: Buffer.from('m'), ...ALGORITHM })),
      refusal(() => send('GetPublicKey', { KeyId })),
    ].join(' ');
  expect(all()).toBe('accepted accepted');
  send('DisableKey', { KeyId });
  expect(all()).toBe('DisabledException DisabledException');
  send('EnableKey', { KeyId });
  send('ScheduleKeyDeletion', { KeyId });
  expect(all()).toBe('KMSInvalidStateException KMSInvalidStateException');
});

test('a key that signs is described as what it is', () => {
  const { send, key } = make();
  expect(send<sdk.DescribeKeyCommandOutput>('DescribeKey', { KeyId: key.keyId }).KeyMetadata).toMatchObject({
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
  });
});
