import { iso } from '../../core/time/instant.ts';
import type { Call } from '../service.ts';
import type { Bucket, Version } from './bucket.ts';
import type { DeleteReason, DeletionType, S3Event, WriteReason } from './event-message.ts';
import type { Store } from './store.ts';

/** Who and when: a request, or S3 itself when lifecycle rules run. */
export type Cause = Pick<Call, 'now'> & { readonly requester: string };

export const causeOf = (call: Call): Cause => ({ now: call.now, requester: call.account });

export function announceCreated(
  store: Store,
  bucket: Bucket,
  key: string,
  version: Version,
  reason: WriteReason,
  cause: Cause,
): void {
  announce(store, bucket, key, version, cause, 'Object Created', { reason });
}

export function announceDeleted(
  store: Store,
  bucket: Bucket,
  key: string,
  version: Version,
  how: { readonly reason: DeleteReason; readonly type: DeletionType },
  cause: Cause,
): void {
  const facts = { reason: how.reason, 'deletion-type': how.type };
  announce(store, bucket, key, version, cause, 'Object Deleted', facts);
}

function announce(
  store: Store,
  bucket: Bucket,
  key: string,
  version: Version,
  cause: Cause,
  type: S3Event['detail-type'],
  facts: Pick<S3Event['detail'], 'reason' | 'deletion-type'>,
): void {
  const { onEvent } = store.options;
  if (!bucket.spec.eventBridge || !onEvent) return;
  const sequence = store.nextOrder().toString(16).toUpperCase().padStart(18, '0');
  onEvent({
    version: '0',
    id: store.nextId(),
    'detail-type': type,
    source: 'aws.s3',
    account: bucket.spec.account,
    time: iso(cause.now),
    region: bucket.spec.region,
    resources: [bucket.arn],
    detail: {
      version: '0',
      bucket: { name: bucket.spec.name },
      object: {
        key,
        ...(version.kind === 'object' &&
          type === 'Object Created' && { size: version.body.length, etag: version.etag }),
        ...(bucket.versioning && { 'version-id': version.id }),
        sequencer: sequence,
      },
      'request-id': store.nextId().slice(0, 16).toUpperCase(),
      requester: cause.requester,
      ...facts,
    },
  });
}
