import type { World } from '../../clock/world.ts';
import type { TableDefinition } from '../../dynamodb/schema.ts';
import type { DynamoDb } from '../../dynamodb/service.ts';
import type { PolicyDocument } from '../../iam/evaluate.ts';
import type { Iam } from '../../iam/iam.ts';
import type { Kms } from '../../kms/kms.ts';
import type { BucketSpec } from '../../s3/bucket.ts';
import type { S3 } from '../../s3/s3.ts';
import { NotModelled } from '../../service.ts';
import type { Creators } from '../deploy.ts';
import { flag, list, type Properties, part, text, whole } from './properties.ts';

interface StorageParts {
  readonly world: World;
  readonly s3: S3;
  readonly kms: Kms;
  readonly dynamodb: DynamoDb;
  readonly iam: Iam;
}

/** Buckets, keys and tables. */
export function storage({ world, s3, kms, dynamodb, iam }: StorageParts): Creators {
  return {
    'AWS::S3::Bucket': (p, { account, region, generatedName }) => {
      const name = text(p, 'BucketName') ?? generatedName.toLowerCase().slice(0, 63);
      s3.createBucket(bucketOf(name, p, account, region));
      return {
        ref: name,
        attributes: { Arn: `arn:aws:s3:::${name}`, RegionalDomainName: `${name}.s3.${region}.amazonaws.com` },
      };
    },
    'AWS::S3::BucketPolicy': (p, { logicalId }) => {
      const bucket = text(p, 'Bucket')!;
      s3.putBucketPolicy(bucket, p['PolicyDocument'] as object);
      iam.addResourcePolicy(`arn:aws:s3:::${bucket}`, p['PolicyDocument'] as PolicyDocument);
      return { ref: logicalId };
    },
    'AWS::KMS::Key': (p, { account, region }) => {
      const { keyId, arn } = kms.createKey({
        region,
        account,
        description: text(p, 'Description'),
        policy: p['KeyPolicy'] as object,
        ...signs(p),
        now: world.now(),
      });
      iam.addResourcePolicy(arn, p['KeyPolicy'] as PolicyDocument);
      return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
    },
    'AWS::KMS::Alias': (p, { account, region }) => {
      const alias = text(p, 'AliasName')!;
      kms.createAlias({ region, account, alias, target: text(p, 'TargetKeyId')! });
      return { ref: alias };
    },
    'AWS::DynamoDB::GlobalTable': (p, { account, region, generatedName }) => {
      const name = text(p, 'TableName') ?? generatedName;
      dynamodb.createTable(tableOf(name, p));
      const arn = `arn:aws:dynamodb:${region}:${account}:table/${name}`;
      return { ref: name, attributes: { Arn: arn, StreamArn: `${arn}/stream/embedded`, TableId: name } };
    },
  };
}

/** A key without a spec encrypts; of those that do not, P-256 that signs is modelled (AWS::KMS::Key). */
function signs(p: Properties): { keySpec?: 'ECC_NIST_P256' } {
  const [spec = 'SYMMETRIC_DEFAULT', usage = 'ENCRYPT_DECRYPT'] = [text(p, 'KeySpec'), text(p, 'KeyUsage')];
  if (spec === 'SYMMETRIC_DEFAULT' && usage === 'ENCRYPT_DECRYPT') return {};
  if (spec !== 'ECC_NIST_P256' || usage !== 'SIGN_VERIFY')
    throw new NotModelled('kms', `a key of ${spec} for ${usage}`);
  if (flag(p, 'EnableKeyRotation')) throw new Error('an asymmetric key cannot be rotated: EnableKeyRotation');
  return { keySpec: spec };
}

function bucketOf(name: string, p: Properties, account: string, region: string): BucketSpec {
  const lock = part(p, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention');
  const encryption = list(p, 'BucketEncryption', 'ServerSideEncryptionConfiguration')[0];
  const years = whole(lock, 'Years');
  return {
    name,
    region,
    account,
    versioning: text(p, 'VersioningConfiguration', 'Status') === 'Enabled',
    objectLock: {
      enabled: flag(p, 'ObjectLockEnabled'),
      mode: text(lock, 'Mode') as 'GOVERNANCE' | 'COMPLIANCE' | undefined,
      days: years === undefined ? whole(lock, 'Days') : years * 365,
    },
    lifecycleRules: list(p, 'LifecycleConfiguration', 'Rules'),
    kmsKeyArn: encryption && text(encryption, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'),
    eventBridge: 'EventBridgeConfiguration' in part(p, 'NotificationConfiguration'),
    publicAccessBlock: part(p, 'PublicAccessBlockConfiguration'),
  };
}

function tableOf(name: string, p: Properties): TableDefinition {
  const ttl = text(p, 'TimeToLiveSpecification', 'AttributeName');
  const stream = text(p, 'StreamSpecification', 'StreamViewType') as TableDefinition['stream'];
  return {
    name,
    keySchema: list(p, 'KeySchema'),
    attributes: list(p, 'AttributeDefinitions'),
    indexes: list(p, 'GlobalSecondaryIndexes'),
    replicas: list(p, 'Replicas').map((replica) => text(replica, 'Region')!),
    ...(ttl === undefined ? {} : { ttlAttribute: ttl }),
    ...(stream === undefined ? {} : { stream }),
  };
}
