import type { Call } from '../service.ts';
import { type Describe, type Input, need, type Surroundings, text } from './describe.ts';
import type { Need } from './evaluate.ts';

const TLS = { 's3:tlsversion': '1.3' };

/** Operations on a bucket, by the action that they need. */
const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetBucketVersioning: 's3:GetBucketVersioning',
  PutBucketVersioning: 's3:PutBucketVersioning',
  PutBucketPolicy: 's3:PutBucketPolicy',
  DeleteBucketPolicy: 's3:DeleteBucketPolicy',
  DeleteBucket: 's3:DeleteBucket',
  PutBucketLifecycleConfiguration: 's3:PutLifecycleConfiguration',
  DeleteBucketLifecycle: 's3:PutLifecycleConfiguration',
  PutBucketEncryption: 's3:PutEncryptionConfiguration',
  PutObjectLockConfiguration: 's3:PutBucketObjectLockConfiguration',
  PutPublicAccessBlock: 's3:PutBucketPublicAccessBlock',
};

const WRITES = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];
/** S3 decrypts earlier parts to join them (mpuoverview.html, permissions for SSE-KMS). */
const JOINS = ['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];

const bucketOf = (bucket: unknown) => `arn:aws:s3:::${bucket}`;
const objectOf = (bucket: unknown, key: unknown) => `${bucketOf(bucket)}/${key}`;

function keyNeed(
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  bucket: unknown,
  call: Call,
  around: Surroundings,
): readonly Need[] {
  const key = around.bucketKey(String(bucket));
  if (key === undefined) return [];
  return [
    need(call, action, key, {
      'kms:viaservice': `s3.${key.split(':')[3]}.amazonaws.com`,
      'kms:encryptioncontext:aws:s3:arn': bucketOf(bucket),
      'kms:resourcealiases': around.keyAliases(key),
    }),
  ];
}

/**
 * Reading an object, and being told that there is none: S3 tells that only to whoever may list the bucket, and denies
 * everyone else (API_GetObject.html).
 */
function reads(action: string, at: Located, call: Call, around: Surroundings): readonly Need[] {
  const { bucket, key, version } = at;
  const suffix = version === undefined ? '' : 'Version';
  const named = action.replace('Object', `Object${suffix}`);
  const missing = around.objectTags(bucket, key, version) === undefined;
  return [
    need(call, named, objectOf(bucket, key), TLS),
    ...(missing
      ? [need(call, `s3:ListBucket${suffix && 'Versions'}`, bucketOf(bucket), TLS)]
      : keyNeed('kms:Decrypt', bucket, call, around)),
  ];
}

interface Located {
  readonly bucket: string;
  readonly key: string;
  readonly version: string | undefined;
}

const named = (input: Input): Located => ({
  bucket: String(input['Bucket']),
  key: String(input['Key']),
  version: text(input['VersionId']),
});

function sourceOf(input: Input): Located {
  const [path, version] = String(input['CopySource']).split('?versionId=');
  const [bucket, ...rest] = decodeURIComponent(path!.replaceAll('+', ' ')).replace(/^\//, '').split('/');
  return { bucket: bucket!, key: rest.join('/'), version };
}

function writes(operation: string, input: Input, call: Call, around: Surroundings): readonly Need[] {
  const { bucket, key } = named(input);
  const conditional = { ...TLS, 's3:if-none-match': text(input['IfNoneMatch']) };
  return [
    need(call, 's3:PutObject', objectOf(bucket, key), conditional),
    ...(input['ObjectLockMode'] ? [need(call, 's3:PutObjectRetention', objectOf(bucket, key), TLS)] : []),
    ...(input['Tagging'] ? [need(call, 's3:PutObjectTagging', objectOf(bucket, key), TLS)] : []),
    ...keyNeed('kms:GenerateDataKey', bucket, call, around),
    ...(JOINS.includes(operation) ? keyNeed('kms:Decrypt', bucket, call, around) : []),
  ];
}

function copies(operation: string, input: Input, call: Call, around: Surroundings): readonly Need[] {
  const source = sourceOf(input);
  const tagged = (around.objectTags(source.bucket, source.key, source.version) ?? []).length > 0;
  const takesTags = operation === 'CopyObject' && input['TaggingDirective'] !== 'REPLACE' && tagged;
  const { bucket, key } = named(input);
  const suffix = source.version === undefined ? '' : 'Version';
  return [
    ...reads('s3:GetObject', source, call, around),
    ...writes(operation, input, call, around),
    ...(takesTags
      ? [
          need(call, `s3:GetObject${suffix}Tagging`, objectOf(source.bucket, source.key), TLS),
          need(call, 's3:PutObjectTagging', objectOf(bucket, key), TLS),
        ]
      : []),
  ];
}

function deletes(input: Input, call: Call): readonly Need[] {
  const { Bucket, Delete, BypassGovernanceRetention: bypass } = input;
  const { Objects } = (Delete ?? { Objects: [input] }) as {
    readonly Objects: readonly { readonly Key?: string; readonly VersionId?: string }[];
  };
  return Objects.flatMap(({ Key, VersionId }) => [
    need(call, `s3:DeleteObject${VersionId === undefined ? '' : 'Version'}`, objectOf(Bucket, Key), TLS),
    ...(bypass ? [need(call, 's3:BypassGovernanceRetention', objectOf(Bucket, Key), TLS)] : []),
  ]);
}

/** S3's operations by the permissions they need (service authorization reference, and each operation's own page). */
export const s3: Describe = (operation, input, call, around) => {
  const { bucket, key } = named(input);
  const onBucket = BUCKET_ACTIONS[operation];
  if (onBucket)
    return [need(call, onBucket, bucketOf(bucket), { ...TLS, 's3:prefix': text(input['Prefix']) ?? '' })];
  if (WRITES.includes(operation)) return writes(operation, input, call, around);
  switch (operation) {
    case 'CopyObject':
    case 'UploadPartCopy':
      return copies(operation, input, call, around);
    case 'GetObject':
    case 'HeadObject':
      return reads('s3:GetObject', named(input), call, around);
    case 'GetObjectTagging':
    case 'PutObjectTagging':
    case 'DeleteObjectTagging': {
      const version = input['VersionId'] === undefined ? 'Object' : 'ObjectVersion';
      return [need(call, `s3:${operation.replace('Object', version)}`, objectOf(bucket, key), TLS)];
    }
    case 'DeleteObject':
    case 'DeleteObjects':
      return deletes(input, call);
    case 'PutObjectRetention':
      return [
        need(call, 's3:PutObjectRetention', objectOf(bucket, key), TLS),
        ...(input['BypassGovernanceRetention']
          ? [need(call, 's3:BypassGovernanceRetention', objectOf(bucket, key), TLS)]
          : []),
      ];
    default:
      return [need(call, `s3:${operation}`, objectOf(bucket, key), TLS)];
  }
};
