import type {
  GetBucketVersioningCommandInput,
  HeadBucketCommandInput,
  ListBucketsCommandInput,
  PutBucketVersioningCommandInput,
} from '@aws-sdk/client-s3';
import { AwsError, type Call } from '../service.ts';
import { invalidBucketState, malformedXml, withoutBody } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import type { Store } from './store.ts';

function listBuckets(store: Store, _input: ListBucketsCommandInput, call: Call): object {
  const own = [...store.buckets.values()].filter(({ spec }) => spec.account === call.account);
  const names = own.map(({ spec }) => ({ Name: spec.name, BucketRegion: spec.region }));
  return { Buckets: names.sort((a, b) => (a.Name < b.Name ? -1 : 1)), Owner: { ID: call.account } };
}

function headBucket(store: Store, input: HeadBucketCommandInput, call: Call): object {
  try {
    const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
    return { BucketRegion: bucket.spec.region, BucketArn: bucket.arn };
  } catch (error) {
    throw error instanceof AwsError ? withoutBody(error) : error;
  }
}

function getVersioning(store: Store, input: GetBucketVersioningCommandInput, call: Call): object {
  const { versioning } = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  return versioning ? { Status: versioning } : {};
}

function putVersioning(store: Store, input: PutBucketVersioningCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const status = input.VersioningConfiguration?.Status;
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  if (status === 'Suspended' && bucket.spec.objectLock?.enabled)
    throw invalidBucketState(
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  bucket.versioning = status;
  return {};
}

const BUCKET = ['Bucket', 'ExpectedBucketOwner'] as const;

export const bucketOperations: Readonly<Record<string, Operation>> = {
  ListBuckets: operation<ListBucketsCommandInput>([], listBuckets),
  HeadBucket: operation<HeadBucketCommandInput>(BUCKET, headBucket),
  GetBucketVersioning: operation<GetBucketVersioningCommandInput>(BUCKET, getVersioning),
  PutBucketVersioning: operation<PutBucketVersioningCommandInput>(
    [...BUCKET, 'VersioningConfiguration', 'ContentMD5', 'ChecksumAlgorithm'],
    putVersioning,
  ),
};
