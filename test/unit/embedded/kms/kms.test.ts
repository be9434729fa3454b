import type * as sdk from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../../core/time/instant.ts';
import { type KeyUse, Kms } from '../../../../embedded/kms/kms.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import { AwsError, NotModelled } from '../../../../embedded/service.ts';

const HOME = 'eu-central-1';
const AWAY = 'eu-west-1';
const ACCOUNT = '111122223333';
const DAY = 86_400_000;

function make(seed = 1) {
  const kms = new Kms(new Streams(seed).stream('kms'));
  let now = instant(Date.UTC(2026, 2, 2));
  const key = kms.createKey({ region: HOME, account: ACCOUNT, now });
  const alias = kms.createAlias({ region: HOME, account: ACCOUNT, alias: 'alias/vault', target: key.keyId });
  const send = <Output = object>(operation: string, input: object, region = HOME): Output =>
    kms.call(operation, input, { account: ACCOUNT, region, principal: 'root', now }) as Output;
  const state = () => send<sdk.DescribeKeyCommandOutput>('DescribeKey', { KeyId: alias }).KeyMetadata;
  const check = (name: string, use: KeyUse = 'Decrypt', region = HOME) =>
    refusal(() => kms.check(region, name, use, now));
  const pass = (days: number) => {
    now = instant(now + days * DAY);
  };
  return { kms, key, alias, send, state, check, pass, KeyId: key.keyId };
}

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) return error.name;
    throw error;
  }
  return 'accepted';
}

test('a key is found by id, ARN, alias and alias ARN, in its own region only', () => {
  const { kms, key, alias, check } = make();
  for (const name of [key.keyId, key.arn, 'alias/vault', alias]) {
    expect(kms.check(HOME, name, 'Encrypt')).toBe(key.arn);
    expect(check(name, 'Encrypt', AWAY)).toBe('NotFoundException');
  }
  expect(check('alias/other')).toBe('NotFoundException');
});

test('a disabled key is described and not used, until it is enabled', () => {
  const { send, state, check, KeyId } = make();
  send('DisableKey', { KeyId });
  expect(state()).toMatchObject({ KeyState: 'Disabled', Enabled: false });
  for (const use of ['Encrypt', 'Decrypt', 'GenerateDataKey', 'CreateGrant'] as const)
    expect(check(KeyId, use)).toBe('DisabledException');
  expect(check(KeyId, 'DescribeKey')).toBe('accepted');
  const grant = { KeyId, GranteePrincipal: 'p', Operations: ['Decrypt'] };
  expect(refusal(() => send('CreateGrant', grant))).toBe('DisabledException');
  send('EnableKey', { KeyId });
  expect(check(KeyId)).toBe('accepted');
});

test('a key pending deletion comes back disabled when it is rescued in time, and never later', () => {
  const { send, state, check, pass, KeyId } = make();
  const refused = (operation: string) => refusal(() => send(operation, { KeyId }));
  send('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  expect(state()).toMatchObject({ KeyState: 'PendingDeletion', Enabled: false });
  expect(state()?.DeletionDate?.toISOString()).toBe('2026-03-09T00:00:00.000Z');
  for (const operation of ['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'Encrypt'])
    expect(refused(operation)).toBe('KMSInvalidStateException');
  pass(6);
  send('CancelKeyDeletion', { KeyId });
  expect(check(KeyId)).toBe('DisabledException');
  expect(refused('CancelKeyDeletion')).toBe('KMSInvalidStateException');
  send('ScheduleKeyDeletion', { KeyId });
  pass(29);
  expect(check(KeyId)).toBe('KMSInvalidStateException');
  pass(1);
  expect(check(KeyId)).toBe('NotFoundException');
  expect(refused('CancelKeyDeletion')).toBe('NotFoundException');
});

test('the waiting period has 7 to 30 days', () => {
  const { send, KeyId } = make();
  for (const PendingWindowInDays of [6, 31])
    expect(refusal(() => send('ScheduleKeyDeletion', { KeyId, PendingWindowInDays }))).toBe(
      'ValidationException',
    );
});

test('what was encrypted decrypts under the same context only, whatever bytes it has', () => {
  const { send, KeyId } = make();
  const context = fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 3 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), context, (Plaintext, EncryptionContext) => {
      const { CiphertextBlob } = send<sdk.EncryptCommandOutput>('Encrypt', {
        KeyId,
        Plaintext,
        EncryptionContext,
      });
      const back = send<sdk.DecryptCommandOutput>('Decrypt', { CiphertextBlob, EncryptionContext });
      expect(Buffer.from(back.Plaintext!).equals(Plaintext)).toBe(true);
      const other = { ...EncryptionContext, 'one more': 'pair' };
      expect(refusal(() => send('Decrypt', { CiphertextBlob, EncryptionContext: other }))).toBe(
        'InvalidCiphertextException',
      );
    }),
    { numRuns: 50 },
  );
});

test('a ciphertext is bound to its key and its region, and survives no tampering', () => {
  const { kms, send, alias, KeyId } = make();
  const other = kms.createKey({ region: HOME, account: ACCOUNT, now: instant(0) });
  const data = send<sdk.GenerateDataKeyCommandOutput>('GenerateDataKey', {
    KeyId: alias,
    KeySpec: 'AES_256',
  });
  const CiphertextBlob = data.CiphertextBlob!;
  expect(data.Plaintext).toHaveLength(32);
  const opened = send<sdk.DecryptCommandOutput>('Decrypt', { CiphertextBlob, KeyId: alias });
  expect(opened.Plaintext).toEqual(data.Plaintext);
  const decrypt = (input: object, region = HOME) => refusal(() => send('Decrypt', input, region));
  expect(decrypt({ CiphertextBlob, KeyId: other.arn })).toBe('IncorrectKeyException');
  expect(decrypt({ CiphertextBlob }, AWAY)).toBe('AccessDeniedException');
  const bent = Buffer.from(CiphertextBlob);
  bent[bent.length - 1]! ^= 1;
  expect(decrypt({ CiphertextBlob: bent })).toBe('InvalidCiphertextException');
  expect(decrypt({ CiphertextBlob: Buffer.from('short') })).toBe('InvalidCiphertextException');
  send('DisableKey', { KeyId });
  expect(decrypt({ CiphertextBlob })).toBe('DisabledException');
});

test('a named grant is made once, listed and revoked', () => {
  const { send, KeyId } = make();
  const grant = { KeyId, Name: 'rds', GranteePrincipal: 'arn:aws:iam::1:role/r', Operations: ['Decrypt'] };
  const first = send<sdk.CreateGrantCommandOutput>('CreateGrant', grant);
  expect(send('CreateGrant', grant)).toEqual(first);
  expect(send('CreateGrant', { ...grant, Operations: ['Encrypt'] })).not.toEqual(first);
  const list = (more: object = {}) =>
    send<sdk.ListGrantsCommandOutput>('ListGrants', { KeyId, ...more }).Grants;
  expect(list()).toHaveLength(2);
  expect(list({ GrantId: first.GrantId })).toMatchObject([{ Name: 'rds', Operations: ['Decrypt'] }]);
  send('RevokeGrant', { KeyId, GrantId: first.GrantId });
  expect(list({ GrantId: first.GrantId })).toEqual([]);
});

test('the same seed makes the same keys and ciphertexts, another seed others', () => {
  const blob = (seed: number) => {
    const { send, KeyId } = make(seed);
    return { KeyId, ...send<object>('Encrypt', { KeyId, Plaintext: Buffer.from('x') }) };
  };
  expect(blob(1)).toEqual(blob(1));
  expect(blob(2)).not.toEqual(blob(1));
});

test('what is not modelled fails loudly', () => {
  const { send, KeyId } = make();
  expect(() => send('ReplicateKey', { KeyId })).toThrow(NotModelled);
  expect(() => send('Decrypt', { CiphertextBlob: Buffer.alloc(80), GrantTokens: ['t'] })).toThrow(
    NotModelled,
  );
});
