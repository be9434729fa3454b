import type { CopySnapshotRequest } from '@aws-sdk/client-ec2';
import { type Instant, later } from '../../core/time/instant.ts';
import { AwsError } from '../service.ts';
import { failIfPending, settle, snapshotNamed } from './api-snapshots.ts';
import { copyReady, keyRefused, snapshotReady } from './durations.ts';
import { incorrectState, invalidParameterValue, resourceLimitExceeded } from './errors.ts';
import { type Context, newId, operation, tagsFor } from './operation.ts';
import { listed, present, type RegionStore, type Snapshot } from './store.ts';

/** Copies under way to one region, per account; only AWS Support raises it (EBS guide, Copy an Amazon EBS snapshot). */
export const COPIES_UNDER_WAY_MAX = 20;

/** What a copy has in place of a volume. */
const NO_VOLUME = 'vol-ffffffff';

/** Called in the region that receives. Knows no token, and takes over no tags. */
export const copySnapshot = operation<CopySnapshotRequest>(
  [
    'SourceRegion',
    'SourceSnapshotId',
    'KmsKeyId',
    'Encrypted',
    'Description',
    'TagSpecifications',
    'DestinationRegion',
    'PresignedUrl',
  ],
  (input, context) => {
    const { call, here } = context;
    const source = sourceOf(input, context);
    const underWay = present(here.snapshots, call.now).filter(
      ({ copyOf, timeline }) => copyOf !== undefined && timeline.status(call.now) === 'pending',
    );
    if (underWay.length >= COPIES_UNDER_WAY_MAX)
      throw resourceLimitExceeded(
        `You have reached the limit of ${COPIES_UNDER_WAY_MAX} concurrent snapshot copies to ${here.region}.`,
      );
    if (input.KmsKeyId !== undefined && source.kmsKeyId === undefined && input.Encrypted !== true)
      throw invalidParameterValue('KmsKeyId needs Encrypted when the source snapshot is not encrypted.');
    const copy = copied(source, input, context);
    here.snapshots.set(copy.id, copy);
    return { SnapshotId: copy.id, ...(copy.tags.size > 0 ? { Tags: listed(copy.tags) } : {}) };
  },
);

function sourceOf({ SourceRegion = '', SourceSnapshotId }: CopySnapshotRequest, context: Context): Snapshot {
  const { call, region, isDark } = context;
  if (isDark(SourceRegion))
    throw new AwsError('Unavailable', `The region ${SourceRegion} does not answer.`, {
      status: 503,
      code: 'Unavailable',
    });
  const source = snapshotNamed(SourceSnapshotId, { ...context, here: region(SourceRegion) });
  const state = source.timeline.status(call.now);
  if (state !== 'completed')
    throw incorrectState(`Snapshot is in invalid state - ${state}: ${source.id} is to be completed.`);
  return source;
}

function copied(source: Snapshot, input: CopySnapshotRequest, context: Context): Snapshot {
  const { call, chance, here } = context;
  const from = input.SourceRegion ?? '';
  const key = keyFor(source, input, context);
  const lineage = source.copyOf?.lineage ?? source.volumeId;
  const ready = readyAt(lineage, key, source.sizeGib, context);
  const trouble = keyTroubleOf(source.kmsKeyId, from, key, context);
  const ends = trouble === undefined ? ready : keyRefused(call.now, chance);
  const fate = trouble === undefined ? context.takeFate(here.region, source.id) : 'fails';
  return {
    id: newId('snap', context),
    volumeId: NO_VOLUME,
    sizeGib: source.sizeGib,
    startedAt: call.now,
    history: source.history,
    blocksOf: source.blocksOf,
    kmsKeyId: key,
    timeline: settle(call.now, ends, fate),
    progress: { from: call.now, to: ready },
    stateMessage: trouble ?? (fate === 'fails' ? 'The copy could not be completed.' : undefined),
    copyOf: { region: from, snapshotId: source.id, lineage },
    listedFrom: later(call.now, context.listLag()),
    imaged: false,
    tags: tagsFor('snapshot', input.TagSpecifications),
  };
}

/** Without a key, a copy gets the region's default one for EBS. */
function keyFor(
  source: Snapshot,
  { Encrypted, KmsKeyId }: CopySnapshotRequest,
  { call }: Context,
): string | undefined {
  if (source.kmsKeyId === undefined && Encrypted !== true) return undefined;
  return KmsKeyId ?? `arn:aws:kms:${call.region}:${call.account}:alias/aws/ebs`;
}

function keyTroubleOf(
  sourceKey: string | undefined,
  from: string,
  key: string | undefined,
  { call, keyTrouble }: Context,
): string | undefined {
  const source = sourceKey === undefined ? undefined : keyTrouble(call, from, sourceKey);
  return source ?? (key === undefined ? undefined : keyTrouble(call, call.region, key));
}

/** Only what changed moves when the newest copy of the volume is there under the same key. */
function readyAt(
  lineage: string,
  key: string | undefined,
  gib: number,
  { call, chance, here }: Context,
): Instant {
  const before = present(here.snapshots, call.now)
    .filter(
      ({ copyOf, timeline }) => copyOf?.lineage === lineage && timeline.status(call.now) === 'completed',
    )
    .at(-1);
  return before && before.kmsKeyId === key
    ? snapshotReady(call.now, chance)
    : copyReady(call.now, chance, gib);
}

/** What copies from a region do when that region is lost: they fail where they had not ended by then. */
export function failCopiesFrom(region: string, stores: Iterable<RegionStore>, at: Instant): void {
  for (const store of stores)
    for (const copy of present(store.snapshots, at))
      if (copy.copyOf?.region === region) failIfPending(copy, at, `The region ${region} does not answer.`);
}
