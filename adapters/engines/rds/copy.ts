import { CopyDBClusterSnapshotCommand, type DBClusterSnapshot } from '@aws-sdk/client-rds';
import type { CopySpec, Cursor, Step, Verdict } from '../../../core/engines/driver.ts';
import {
  CopyFailed,
  CopyNotSupported,
  HoldfastError,
  KeyNotUsable,
  ResourceMissing,
  RootMismatch,
} from '../../../core/errors/registry.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { isMultiAzCluster } from './clusters.ts';
import { keepConfiguration, keptConfiguration, parseConfiguration } from './configuration.ts';
import { alreadyExists, failed, isNotFound, isSnapshotQuota, rdsFault } from './faults.ts';
import { manifestIn, type RdsPorts } from './ports.ts';
import { askAgain, isFailure, missedOnce, noteMissing, seen } from './progress.ts';
import { COPIES_UNDER_WAY_MAX, census, findSnapshot, isOurs, snapshotsUsedUp } from './snapshots.ts';
import { manifestOf, unsound, writeManifest } from './verify.ts';

/** Set once RDS has accepted the copy: until then a poll tries to begin it. */
const BEGUN = { begun: true };

export async function beginCopy(ports: RdsPorts, spec: CopySpec, cursor: Cursor = {}): Promise<Step> {
  const name = snapshotName(spec.point.id);
  try {
    const there = await ownCopy(ports, spec);
    if (there) return stepOf(spec, there, { ...cursor, ...BEGUN });
    const source = await findSnapshot(ports.rds(spec.point.region), name);
    if (!source)
      throw new ResourceMissing(`there is no snapshot ${name} in ${spec.point.region} to copy from`, {
        name,
      });
    if (isMultiAzCluster(source.Engine))
      throw new CopyNotSupported(
        `${spec.cluster.name} is a Multi-AZ DB cluster (${source.Engine}), and aws has no operation that copies its snapshots; it is protected in ${spec.point.region} only: take ${spec.region} out of copyTo, or move it to Aurora`,
      );
    const { copying } = await census(ports.rds(spec.region));
    if (copying >= COPIES_UNDER_WAY_MAX) return noRoomYet(spec, copying, cursor);
    await carryConfiguration(ports, spec);
    return await start(ports, spec, source, cursor);
  } catch (error) {
    // What no retry mends and is no fault of the world becomes the copy's outcome.
    if (error instanceof CopyNotSupported || error instanceof CopyFailed) return failed(error);
    throw error;
  }
}

async function start(
  ports: RdsPorts,
  spec: CopySpec,
  source: DBClusterSnapshot,
  cursor: Cursor,
): Promise<Step> {
  const rds = ports.rds(spec.region);
  try {
    const { DBClusterSnapshot } = await rds.send(
      new CopyDBClusterSnapshotCommand({
        SourceDBClusterSnapshotIdentifier: source.DBClusterSnapshotArn,
        TargetDBClusterSnapshotIdentifier: snapshotName(spec.point.id),
        CopyTags: true,
        ...(source.StorageEncrypted ? { KmsKeyId: vaultKey(ports, spec.region) } : {}),
      }),
    );
    return stepOf(spec, DBClusterSnapshot ?? {}, { ...cursor, ...BEGUN });
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    if (alreadyExists(error)) {
      const there = await ownCopy(ports, spec);
      if (there) return stepOf(spec, there, { ...cursor, ...BEGUN });
    }
    if (isSnapshotQuota(error)) {
      // Another copy may have taken the last place between our count and our call.
      const { copying } = await census(rds);
      if (copying >= COPIES_UNDER_WAY_MAX) return noRoomYet(spec, copying, cursor);
      throw await snapshotsUsedUp(rds, spec.region, error);
    }
    if (isNotFound(error))
      throw new ResourceMissing(
        `the snapshot ${source.DBClusterSnapshotArn} is gone and cannot be copied to ${spec.region}`,
        {},
        { cause: error },
      );
    throw rdsFault(error);
  }
}

const noRoomYet = (spec: CopySpec, copying: number, cursor: Cursor): Step =>
  askAgain(
    'waiting',
    `waiting for a place: ${copying} of ${COPIES_UNDER_WAY_MAX} snapshot copies are under way to ${spec.region}`,
    { ...cursor, begun: false },
  );

/** RDS cannot encrypt a copy in another region with the source's key: it takes one of that region. */
function vaultKey(ports: RdsPorts, region: string): string {
  const key = ports.vaultKeys[region];
  if (key === undefined)
    throw new KeyNotUsable(
      `no vault key is known in ${region}, and an encrypted snapshot cannot be copied without`,
    );
  return key;
}

/** The manifest's configuration goes first, so that the proof needs nothing of the source region any more. */
async function carryConfiguration(ports: RdsPorts, spec: CopySpec): Promise<void> {
  const source = await readIndex(manifestIn(ports, spec.point.region, spec.point), spec.point.content?.root);
  await keepConfiguration(
    manifestIn(ports, spec.region, spec.point),
    parseConfiguration(source.configuration, spec.point.id),
  );
}

/** The snapshot of our name in the target region, when it is a copy of ours. */
async function ownCopy(ports: RdsPorts, spec: CopySpec): Promise<DBClusterSnapshot | undefined> {
  const rds = ports.rds(spec.region);
  const name = snapshotName(spec.point.id);
  const snapshot = await findSnapshot(rds, name);
  if (!snapshot) return undefined;
  const [, , , region, , kind, sourceName] = (snapshot.SourceDBClusterSnapshotArn ?? '').split(':');
  const linked = region === spec.point.region && kind === 'cluster-snapshot' && sourceName === name;
  if (linked && (await isOurs(rds, snapshot, spec.point))) return snapshot;
  throw new CopyFailed(
    `a snapshot named ${name} exists in ${spec.region} and is not a copy of ours: its source is ${snapshot.SourceDBClusterSnapshotArn ?? 'no snapshot'}; rename or remove it`,
    { snapshot: name, region: spec.region },
  );
}

export async function pollCopy(ports: RdsPorts, spec: CopySpec, cursor: Cursor): Promise<Step> {
  if (cursor['begun'] !== true) return beginCopy(ports, spec, cursor);
  const name = snapshotName(spec.point.id);
  let there: DBClusterSnapshot | undefined;
  try {
    there = await ownCopy(ports, spec);
  } catch (error) {
    if (error instanceof CopyFailed) return failed(error);
    throw error;
  }
  if (there) return stepOf(spec, there, seen(cursor));
  if (!missedOnce(cursor)) return askAgain('running', `looking for ${name}`, noteMissing(cursor));
  return failed(
    new CopyFailed(
      `the copy ${name} is no longer in ${spec.region} although rds had accepted it; start the copy again`,
    ),
  );
}

function stepOf(spec: CopySpec, snapshot: DBClusterSnapshot, cursor: Cursor): Step {
  const name = snapshotName(spec.point.id);
  const status = snapshot.Status ?? 'copying';
  if (status === 'available') return { outcome: 'ready', cursor };
  if (isFailure(status))
    return failed(
      new CopyFailed(
        `the copy ${name} in ${spec.region} ended as ${status}; its source may have been removed meanwhile; remove the failed snapshot and start the copy again`,
      ),
    );
  // While a copy waits in RDS's queue it stays at 0 %: no progress is no sign of trouble.
  return askAgain(
    'running',
    `copy ${name} to ${spec.region}: ${status}, ${snapshot.PercentProgress ?? 0} %`,
    cursor,
  );
}

/** Describes the copy as the source was described and compares the roots; only then the manifest is written there. */
export async function proveCopy(ports: RdsPorts, spec: CopySpec): Promise<Verdict> {
  const name = snapshotName(spec.point.id);
  const place = manifestIn(ports, spec.region, spec.point);
  let copy: DBClusterSnapshot | undefined;
  try {
    copy = await ownCopy(ports, spec);
  } catch (error) {
    if (error instanceof CopyFailed) return unsound(error);
    throw error;
  }
  if (copy?.Status !== 'available')
    return unsound(
      new CopyFailed(
        `the copy ${name} is ${copy?.Status ?? 'missing'} in ${spec.region} and was to be available`,
      ),
    );
  const configuration = await keptConfiguration(place);
  if (!configuration)
    return unsound(
      new CopyFailed(
        `the configuration that came with ${spec.point.id} is no longer in the vault of ${spec.region}`,
      ),
    );
  const { index } = manifestOf(spec.point, copy, configuration);
  if (index.root !== spec.point.content?.root)
    return unsound(
      new RootMismatch(
        `the copy ${name} in ${spec.region} has root ${index.root} and the recovery point ${spec.point.content?.root}; it is not the same snapshot: remove it and copy again`,
        { region: spec.region },
      ),
    );
  return { sound: true, index: await writeManifest(place, spec.point, copy, configuration) };
}
