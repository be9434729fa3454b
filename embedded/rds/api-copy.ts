import type { CopyDBClusterSnapshotMessage } from '@aws-sdk/client-rds';
import type { Instant } from '../../core/time/instant.ts';
import { describe, nameIsFree, roomForOneMore, settle, snapshotIdOf } from './api-snapshots.ts';
import { copyQueued, copyReady } from './durations.ts';
import {
  invalidParameterCombination,
  invalidParameterValue,
  invalidSnapshotState,
  serviceUnavailable,
  snapshotNotFound,
  snapshotQuotaExceeded,
} from './errors.ts';
import { arnOf, type Context, identifier, operation, usableKey } from './operation.ts';
import { lookUp, present, type RegionStore, type Snapshot } from './store.ts';
import { Timeline } from './timeline.ts';

/** Cluster snapshot copies under way to one region, per account (Aurora guide, Copying a DB cluster snapshot). */
export const COPIES_UNDER_WAY_MAX = 5;

/** Called in the region that receives. */
export const copySnapshot = operation<CopyDBClusterSnapshotMessage>(
  // The presigned URL says in whose name the source is read; here every region knows the caller.
  [
    'SourceDBClusterSnapshotIdentifier',
    'TargetDBClusterSnapshotIdentifier',
    'KmsKeyId',
    'CopyTags',
    'Tags',
    'PreSignedUrl',
  ],
  (input, context) => {
    const { call, chance, here } = context;
    const id = identifier('TargetDBClusterSnapshotIdentifier', input.TargetDBClusterSnapshotIdentifier);
    const source = sourceOf(input.SourceDBClusterSnapshotIdentifier ?? '', context);
    nameIsFree(here, id, call.now);
    const kmsKeyId = keyFor(source, input.KmsKeyId, context);
    roomForOneMore(here, call.now);
    roomForOneMoreCopy(here, call.now);
    const from = copyQueued(call.now, chance);
    const ready = copyReady(from, chance, source.volumeGib);
    const copy: Snapshot = {
      ...source,
      id,
      arn: arnOf(call, 'cluster-snapshot', id),
      kmsKeyId,
      timeline: settle(new Timeline('copying', call.now), ready, context.takeFate(here.region, id)),
      progress: { from, to: ready },
      sourceArn: source.arn,
      tags: [...(input.CopyTags ? source.tags : []), ...(input.Tags ?? [])],
    };
    here.snapshots.set(id, copy);
    return { DBClusterSnapshot: describe(copy, call.now) };
  },
);

/** From another region it takes the ARN; a name means this region. */
function sourceOf(nameOrArn: string, { call, region, isDark }: Context): Snapshot {
  const from = nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[3] ?? '') : call.region;
  if (isDark(from)) throw serviceUnavailable(`The region ${from} does not answer.`);
  const source = lookUp(region(from).snapshots, snapshotIdOf(nameOrArn), call.now);
  if (!source) throw snapshotNotFound(`DBClusterSnapshot ${nameOrArn} not found.`);
  if (source.engine === 'mysql' || source.engine === 'postgres')
    throw invalidParameterCombination('Snapshots of Multi-AZ DB clusters cannot be copied.');
  const status = source.timeline.status(call.now);
  if (status !== 'available')
    throw invalidSnapshotState(`The source snapshot ${source.id} is not available: its status is ${status}.`);
  return source;
}

function keyFor(source: Snapshot, requested: string | undefined, context: Context): string | undefined {
  if (source.kmsKeyId === undefined) {
    if (requested !== undefined)
      throw invalidParameterCombination(
        'KmsKeyId cannot be specified for an unencrypted source: copying does not encrypt.',
      );
    return undefined;
  }
  const elsewhere = source.arn.split(':')[3] !== context.call.region;
  if (elsewhere && requested === undefined)
    throw invalidParameterValue(
      'A KmsKeyId of this region is required to copy an encrypted snapshot from another region.',
    );
  const key = requested ?? source.kmsKeyId;
  usableKey(context, key);
  return key;
}

function roomForOneMoreCopy(here: RegionStore, now: Instant): void {
  const underWay = present(here.snapshots, now).filter(
    (snapshot) => snapshot.timeline.status(now) === 'copying',
  );
  if (underWay.length >= COPIES_UNDER_WAY_MAX)
    throw snapshotQuotaExceeded(
      `Cannot have more than ${COPIES_UNDER_WAY_MAX} cluster snapshot copies in progress to one destination region`,
    );
}

/** What copies from a region do when that region is lost: they fail where they had not ended by then. */
export function failCopiesFrom(region: string, stores: Iterable<RegionStore>, at: Instant): void {
  for (const store of stores)
    for (const copy of present(store.snapshots, at))
      if (copy.sourceArn?.split(':')[3] === region && copy.timeline.status(at) === 'copying')
        copy.timeline.interrupt(at).next('failed', at);
}
