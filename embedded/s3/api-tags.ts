import type { GetObjectTaggingCommandInput } from '@aws-sdk/client-s3';
import type { Call } from '../service.ts';
import type { Tag } from './bucket.ts';
import { invalidArgument, invalidTag } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import { findObject, versionIdOf } from './read.ts';
import type { Store } from './store.ts';
import { checkKey } from './write.ts';

/** S3: an object has at most 10 tags ("Categorizing your objects using tags", S3 User Guide). */
const TAGS_MAX = 10;

/** The `x-amz-tagging` header: `key=value&key=value`, form-encoded, each key once. */
export function parseTags(text: string | undefined): readonly Tag[] {
  const tags = [...new URLSearchParams(text ?? '')].map(([Key, Value]) => ({ Key, Value }));
  if (tags.length > TAGS_MAX) throw invalidTag(`Object tags cannot be greater than ${TAGS_MAX}`);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidArgument('The header x-amz-tagging has a key twice', 'x-amz-tagging', text);
  return tags;
}

function getTagging(store: Store, input: GetObjectTaggingCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const version = findObject(bucket, checkKey(input.Key), input.VersionId);
  return { TagSet: version.tags.map((tag) => ({ ...tag })), ...versionIdOf(bucket, version) };
}

export const taggingOperations: Readonly<Record<string, Operation>> = {
  GetObjectTagging: operation<GetObjectTaggingCommandInput>(
    ['Bucket', 'Key', 'VersionId', 'ExpectedBucketOwner'],
    getTagging,
  ),
};
