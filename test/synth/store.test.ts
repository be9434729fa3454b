import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized();

describe.each([PRIMARY, RECOVERY])('the store of %s', (region) => {
  const store = template(`Holdfast-Store-${region}`);
  const vault = { BucketName: `holdfast-vault-${ACCOUNT}-${region}` };

  test('has a vault that keeps versions under its own key and can be locked', () => {
    store.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ...vault,
        ObjectLockEnabled: true,
        ObjectLockConfiguration: Match.absent(),
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });

  test('removes hidden versions after the grace, scratch and unfinished uploads after a week, and nothing else', () => {
    store.hasResourceProperties('AWS::S3::Bucket', {
      ...vault,
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'RemoveHiddenVersions',
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
            Status: 'Enabled',
          },
          { Id: 'RemoveLoneDeleteMarkers', ExpiredObjectDeleteMarker: true, Status: 'Enabled' },
          {
            Id: 'AbortUnfinishedUploads',
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            Status: 'Enabled',
          },
          { Id: 'ExpireWork', Prefix: 'work/', ExpirationInDays: 7, Status: 'Enabled' },
        ],
      },
    });
  });

  test('lets only the discarders of its own region hide, only one role and the mender of its region write items, and nobody delete a version', () => {
    const [policy] = Object.values(store.findResources('AWS::S3::BucketPolicy')).filter((each) =>
      JSON.stringify(each).includes('OnlyDiscardersHide'),
    );
    const denied = (sid: string) =>
      policy!['Properties'].PolicyDocument.Statement.find((each: { Sid?: string }) => each.Sid === sid);
    const role = (where: string, task: string) => `arn:aws:iam::${ACCOUNT}:role/holdfast-${where}-${task}`;
    expect(denied('NobodyDeletesVersions')).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(denied('NobodyDeletesVersions').Condition).toBeUndefined();
    expect([denied('OnlyDiscardersHide').Condition.ArnNotEquals['aws:PrincipalArn']].flat()).toEqual(
      region === PRIMARY
        ? ['discard-expired', 'discard-unclaimed', 'discard-partial-capture', 'close-stopped-execution'].map(
            (task) => role(PRIMARY, task),
          )
        : [role(RECOVERY, 'discard-expired'), role(RECOVERY, 'discard-unclaimed')],
    );
    expect([denied('OnlyWritersStoreItems').Condition.ArnNotEquals['aws:PrincipalArn']].flat()).toEqual([
      role(PRIMARY, region === PRIMARY ? 'capture-shard' : 'copy-shard'),
      role(region, 'mend-rot'),
    ]);
    expect(denied('NobodyHidesReceipts')).toMatchObject({ Action: 's3:DeleteObject' });
    expect(denied('NobodyHidesReceipts').Condition).toBeUndefined();
    expect(JSON.stringify(denied('HoldfastLocksReceiptsOnly').NotResource)).toContain('/receipts/*');
    expect(denied('HoldfastNeverWeakensIt').Action).toContain('s3:PutLifecycleConfiguration');
  });

  test('refuses plain HTTP on every bucket', () => {
    const buckets = Object.keys(store.findResources('AWS::S3::Bucket')).length;
    const policies = Object.values(store.findResources('AWS::S3::BucketPolicy')).filter((each) =>
      JSON.stringify(each).includes('"aws:SecureTransport":"false"'),
    );
    expect(policies).toHaveLength(buckets);
  });

  test('keeps its key, its buckets and itself', () => {
    store.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
    store.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/holdfast-vault' });
    store.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', EnableKeyRotation: Match.absent() },
    });
    store.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/holdfast-receipts' });
    for (const type of ['AWS::S3::Bucket', 'AWS::KMS::Key'])
      for (const [id, resource] of Object.entries(store.findResources(type)))
        expect(resource['DeletionPolicy'], id).toBe('Retain');
  });

  test('has a bucket for restores', () => {
    store.hasResourceProperties('AWS::S3::Bucket', { BucketName: `holdfast-restored-${ACCOUNT}-${region}` });
  });
});

test('a vault lock becomes the default retention, and a longer grace the age of hidden versions', () => {
  const locked = synthesized({
    ...config,
    plans: { ...config.plans, gold: { ...config.plans['gold']!, grace: '30d' } },
    vaultLock: { mode: 'compliance', retain: '30d' },
  })(`Holdfast-Store-${RECOVERY}`);
  locked.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Days: 30, Mode: 'COMPLIANCE' } },
    },
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Id: 'RemoveHiddenVersions',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          Status: 'Enabled',
        },
      ]),
    },
  });
});

describe('the catalog', () => {
  const catalog = template('Holdfast-Catalog');

  test('is one table with a guarded replica in every region', () => {
    const replica = (Region: string) => ({
      Region,
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    catalog.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'holdfast-catalog',
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [replica(RECOVERY), replica(PRIMARY)],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttlEpochSeconds', Enabled: true },
      },
    });
  });

  test('finds what is due by an index of keys', () => {
    catalog.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'due', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});
