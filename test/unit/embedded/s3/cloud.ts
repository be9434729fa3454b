import type * as sdk from '@aws-sdk/client-s3';
import { type Instant, instant } from '../../../../core/time/instant.ts';
import { Kms } from '../../../../embedded/kms/kms.ts';
import { Streams } from '../../../../embedded/random/streams.ts';
import type { BucketSpec } from '../../../../embedded/s3/bucket.ts';
import type { S3Event } from '../../../../embedded/s3/event-message.ts';
import { S3 } from '../../../../embedded/s3/s3.ts';
import type { S3Options } from '../../../../embedded/s3/store.ts';
import { AwsError } from '../../../../embedded/service.ts';

export const HOME = 'eu-central-1';
export const AWAY = 'eu-west-1';
export const ACCOUNT = '111122223333';
/** Monday, 2026-03-02T10:00:00Z. */
export const START = instant(Date.UTC(2026, 2, 2, 10));

/** The operations that the tests send, with the SDK's own shapes on both sides. */
interface Shapes {
  PutObject: [sdk.PutObjectCommandInput, sdk.PutObjectCommandOutput];
  GetObject: [sdk.GetObjectCommandInput, sdk.GetObjectCommandOutput];
  HeadObject: [sdk.HeadObjectCommandInput, sdk.HeadObjectCommandOutput];
  GetObjectAttributes: [sdk.GetObjectAttributesCommandInput, sdk.GetObjectAttributesCommandOutput];
  GetObjectTagging: [sdk.GetObjectTaggingCommandInput, sdk.GetObjectTaggingCommandOutput];
  CopyObject: [sdk.CopyObjectCommandInput, sdk.CopyObjectCommandOutput];
  CreateMultipartUpload: [sdk.CreateMultipartUploadCommandInput, sdk.CreateMultipartUploadCommandOutput];
  UploadPart: [sdk.UploadPartCommandInput, sdk.UploadPartCommandOutput];
  UploadPartCopy: [sdk.UploadPartCopyCommandInput, sdk.UploadPartCopyCommandOutput];
  CompleteMultipartUpload: [
    sdk.CompleteMultipartUploadCommandInput,
    sdk.CompleteMultipartUploadCommandOutput,
  ];
  AbortMultipartUpload: [sdk.AbortMultipartUploadCommandInput, sdk.AbortMultipartUploadCommandOutput];
  ListMultipartUploads: [sdk.ListMultipartUploadsCommandInput, sdk.ListMultipartUploadsCommandOutput];
  ListParts: [sdk.ListPartsCommandInput, sdk.ListPartsCommandOutput];
  ListObjectsV2: [sdk.ListObjectsV2CommandInput, sdk.ListObjectsV2CommandOutput];
  ListObjectVersions: [sdk.ListObjectVersionsCommandInput, sdk.ListObjectVersionsCommandOutput];
  DeleteObject: [sdk.DeleteObjectCommandInput, sdk.DeleteObjectCommandOutput];
  DeleteObjects: [sdk.DeleteObjectsCommandInput, sdk.DeleteObjectsCommandOutput];
  PutObjectRetention: [sdk.PutObjectRetentionCommandInput, sdk.PutObjectRetentionCommandOutput];
  GetObjectRetention: [sdk.GetObjectRetentionCommandInput, sdk.GetObjectRetentionCommandOutput];
  PutObjectLegalHold: [sdk.PutObjectLegalHoldCommandInput, sdk.PutObjectLegalHoldCommandOutput];
  GetBucketVersioning: [sdk.GetBucketVersioningCommandInput, sdk.GetBucketVersioningCommandOutput];
  PutBucketVersioning: [sdk.PutBucketVersioningCommandInput, sdk.PutBucketVersioningCommandOutput];
  HeadBucket: [sdk.HeadBucketCommandInput, sdk.HeadBucketCommandOutput];
  ListBuckets: [sdk.ListBucketsCommandInput, sdk.ListBucketsCommandOutput];
}

type Answer<Output> = Omit<Output, '$metadata'>;

/** An S3 and a KMS with a hand-turned clock. */
export class Cloud {
  readonly kms: Kms;
  readonly s3: S3;
  readonly events: S3Event[] = [];
  readonly dark = new Set<string>();
  region = HOME;
  now: Instant = START;

  constructor(options: Partial<S3Options> = {}) {
    const streams = new Streams(7);
    this.kms = new Kms(streams.stream('kms'));
    this.s3 = new S3({
      random: streams.stream('s3'),
      kms: this.kms,
      isDark: (region) => this.dark.has(region),
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  bucket(name: string, spec: Partial<BucketSpec> = {}): string {
    this.s3.createBucket({
      name,
      region: HOME,
      account: ACCOUNT,
      versioning: true,
      eventBridge: false,
      ...spec,
    });
    return name;
  }

  pass(milliseconds: number): void {
    this.now = instant(this.now + milliseconds);
  }

  send<Name extends keyof Shapes>(name: Name, input: Shapes[Name][0], region = this.region) {
    const principal = `arn:aws:iam::${ACCOUNT}:root`;
    const call = { account: ACCOUNT, region, principal, now: this.now };
    return this.s3.call(name, input, call) as Answer<Shapes[Name][1]>;
  }

  put(bucket: string, key: string, body: string | Uint8Array = key) {
    return this.send('PutObject', { Bucket: bucket, Key: key, Body: body });
  }

  async text(bucket: string, key: string, version?: string): Promise<string> {
    const got = this.send('GetObject', { Bucket: bucket, Key: key, ...(version && { VersionId: version }) });
    return got.Body!.transformToString();
  }
}

/** What a call was refused with: `NoSuchKey 404`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError) return `${error.name} ${error.status}`;
    throw error;
  }
  return 'accepted';
}
