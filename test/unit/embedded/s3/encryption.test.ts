import { expect, test } from 'vitest';
import { ACCOUNT, AWAY, Cloud, HOME, refusal } from './cloud.ts';

/** Two buckets, each under the key of its region, addressed by alias. */
function encrypted() {
  const cloud = new Cloud();
  const made = [HOME, AWAY].map((region) => {
    const key = cloud.kms.createKey({ region, account: ACCOUNT, now: cloud.now });
    const alias = { region, account: ACCOUNT, alias: 'alias/holdfast-vault', target: key.arn };
    const kmsKeyArn = cloud.kms.createAlias(alias);
    return { Bucket: cloud.bucket(`vault-${region}`, { region, kmsKeyArn }), key };
  });
  const [home, away] = made as [(typeof made)[0], (typeof made)[0]];
  const turn = (operation: string, region: string, KeyId: string) =>
    cloud.kms.call(operation, { KeyId }, { account: ACCOUNT, region, principal: 'root', now: cloud.now });
  return { cloud, home, away, turn };
}

test('objects are put under the bucket key, with an ETag that is no MD5', () => {
  const { cloud, home } = encrypted();
  const put = () => cloud.put(home.Bucket, 'k', '123456789');
  const first = put();
  expect(first).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: home.key.arn });
  expect(first.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(first.ETag).not.toBe('"25f9e794323b453885f5181f1b624d0b"');
  expect(put().ETag).not.toBe(first.ETag);
  expect(put().ChecksumCRC32).toBe(first.ChecksumCRC32);
});

test('with its key disabled a bucket neither reads nor writes nor copies, until it is enabled again', () => {
  const { cloud, home, away, turn } = encrypted();
  cloud.put(home.Bucket, 'k');
  const acts = {
    get: () => cloud.send('GetObject', { Bucket: home.Bucket, Key: 'k' }),
    put: () => cloud.put(home.Bucket, 'other'),
    upload: () => cloud.send('CreateMultipartUpload', { Bucket: home.Bucket, Key: 'k' }),
    attributes: () =>
      cloud.send('GetObjectAttributes', { Bucket: home.Bucket, Key: 'k', ObjectAttributes: ['Checksum'] }),
    copyOut: () =>
      cloud.send('CopyObject', { Bucket: away.Bucket, Key: 'k', CopySource: `${home.Bucket}/k` }, AWAY),
    copyIn: () => cloud.send('CopyObject', { Bucket: home.Bucket, Key: 'c', CopySource: `${home.Bucket}/k` }),
  };
  turn('DisableKey', HOME, home.key.keyId);
  for (const act of Object.values(acts)) expect(refusal(act)).toBe('KMS.DisabledException 400');
  const head = (ChecksumMode?: 'ENABLED') =>
    refusal(() => cloud.send('HeadObject', { Bucket: home.Bucket, Key: 'k', ChecksumMode }));
  expect(head()).toBe('accepted');
  expect(head('ENABLED')).toBe('Unknown 400');
  turn('EnableKey', HOME, home.key.keyId);
  for (const act of Object.values(acts)) expect(refusal(act)).toBe('accepted');
});

test('a key pending deletion closes its bucket; hiding and listing go on', () => {
  const { cloud, away, turn } = encrypted();
  cloud.region = AWAY;
  cloud.put(away.Bucket, 'k');
  turn('ScheduleKeyDeletion', AWAY, away.key.keyId);
  expect(refusal(() => cloud.send('GetObject', { Bucket: away.Bucket, Key: 'k' }))).toBe(
    'KMS.KMSInvalidStateException 400',
  );
  expect(cloud.send('ListObjectsV2', { Bucket: away.Bucket }).KeyCount).toBe(1);
  expect(refusal(() => cloud.send('DeleteObject', { Bucket: away.Bucket, Key: 'k' }))).toBe('accepted');
});

test('a key of another region, or none, is refused at the write', () => {
  const { cloud, home, away } = encrypted();
  const put = (SSEKMSKeyId: string) =>
    refusal(() =>
      cloud.send('PutObject', {
        Bucket: home.Bucket,
        Key: 'k',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId,
      }),
    );
  expect(put(away.key.arn)).toBe('KMS.NotFoundException 400');
  expect(put('alias/missing')).toBe('KMS.NotFoundException 400');
  expect(put(home.key.keyId)).toBe('accepted');
});

test('completing an upload needs the key that it was started under', () => {
  const { cloud, home, turn } = encrypted();
  const target = { Bucket: home.Bucket, Key: 'k' };
  const { UploadId } = cloud.send('CreateMultipartUpload', target);
  const { ETag } = cloud.send('UploadPart', { ...target, UploadId, PartNumber: 1, Body: 'abc' });
  turn('DisableKey', HOME, home.key.keyId);
  const completion = { ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  expect(refusal(() => cloud.send('CompleteMultipartUpload', completion))).toBe('KMS.DisabledException 400');
  turn('EnableKey', HOME, home.key.keyId);
  expect(cloud.send('CompleteMultipartUpload', completion).ETag).toMatch(/-1"$/);
});
