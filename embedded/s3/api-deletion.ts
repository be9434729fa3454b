import type { DeleteObjectCommandInput, DeleteObjectsCommandInput } from '@aws-sdk/client-s3';
import { AwsError, type Call, onlyModelled } from '../service.ts';
import type { Bucket, Version } from './bucket.ts';
import { lockedVersion, malformedXml } from './errors.ts';
import { announceDeleted, causeOf } from './events.ts';
import { isLocked } from './object-lock.ts';
import { type Operation, operation } from './operation.ts';
import { checkVersionId } from './read.ts';
import type { Store } from './store.ts';
import { addMarker, checkKey } from './write.ts';

/** S3: DeleteObjects takes at most 1,000 keys (DeleteObjects, S3 API Reference). */
const KEYS_MAX = 1_000;

interface Target {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly bypassGovernance: boolean;
}

interface Deletion {
  readonly VersionId?: string;
  readonly DeleteMarker?: true;
}

function deleteOne(store: Store, bucket: Bucket, target: Target, call: Call): Deletion {
  if (target.versionId !== undefined) return deleteVersion(store, bucket, target, target.versionId, call);
  if (bucket.versioning === undefined) {
    const current = bucket.current(target.key);
    if (current) removeForGood(store, bucket, target.key, current, call);
    return {};
  }
  const marker = addMarker(store, bucket, target.key, call.now);
  const how = { reason: 'DeleteObject', type: 'Delete Marker Created' } as const;
  announceDeleted(store, bucket, target.key, marker, how, causeOf(call));
  return { DeleteMarker: true, VersionId: marker.id };
}

/** Deleting what is not there succeeds. */
function deleteVersion(store: Store, bucket: Bucket, target: Target, id: string, call: Call): Deletion {
  checkVersionId(id);
  const version = bucket.find(target.key, id);
  if (!version) return { VersionId: id };
  if (version.kind === 'marker') {
    removeForGood(store, bucket, target.key, version, call);
    return { DeleteMarker: true, VersionId: id };
  }
  const liftable = !version.legalHold && version.retention?.mode === 'GOVERNANCE' && target.bypassGovernance;
  if (isLocked(version, call.now) && !liftable) throw lockedVersion();
  removeForGood(store, bucket, target.key, version, call);
  return { VersionId: id };
}

function removeForGood(store: Store, bucket: Bucket, key: string, version: Version, call: Call): void {
  bucket.remove(key, version);
  const how = { reason: 'DeleteObject', type: 'Permanently Deleted' } as const;
  announceDeleted(store, bucket, key, version, how, causeOf(call));
}

function deleteObject(store: Store, input: DeleteObjectCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const target = {
    key: checkKey(input.Key),
    versionId: input.VersionId,
    bypassGovernance: input.BypassGovernanceRetention ?? false,
  };
  return deleteOne(store, bucket, target, call);
}

function deleteObjects(store: Store, input: DeleteObjectsCommandInput, call: Call): object {
  const bucket = store.bucket(input.Bucket, call, input.ExpectedBucketOwner);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > KEYS_MAX) throw malformedXml();
  const deleted: object[] = [];
  const errors: object[] = [];
  for (const object of objects) {
    onlyModelled('s3', 'DeleteObjects.Delete.Objects', object, ['Key', 'VersionId']);
    const named = { Key: object.Key, ...(object.VersionId !== undefined && { VersionId: object.VersionId }) };
    try {
      const target = {
        key: checkKey(object.Key),
        versionId: object.VersionId,
        bypassGovernance: input.BypassGovernanceRetention ?? false,
      };
      const { DeleteMarker: marker, VersionId: id } = deleteOne(store, bucket, target, call);
      deleted.push({ ...named, ...(marker && { DeleteMarker: true, DeleteMarkerVersionId: id }) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ ...named, Code: error.name, Message: error.message });
    }
  }
  return {
    ...(!input.Delete?.Quiet && deleted.length > 0 && { Deleted: deleted }),
    ...(errors.length > 0 && { Errors: errors }),
  };
}

export const deletionOperations: Readonly<Record<string, Operation>> = {
  DeleteObject: operation<DeleteObjectCommandInput>(
    ['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention', 'ExpectedBucketOwner'],
    deleteObject,
  ),
  DeleteObjects: operation<DeleteObjectsCommandInput>(
    ['Bucket', 'Delete', 'BypassGovernanceRetention', 'ChecksumAlgorithm', 'ExpectedBucketOwner'],
    deleteObjects,
  ),
};
