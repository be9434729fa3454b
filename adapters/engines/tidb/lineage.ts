import * as z from 'zod';
import { ManifestAltered, RecoveryPointNotRestorable } from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { placeOf } from '../objects/ports.ts';
import { type ManifestPlace, readIndex } from '../shared/manifest-io.ts';
import type { TidbPorts } from './ports.ts';
import { parseTso, type Tso } from './tso.ts';

/**
 * Incremental snapshots in a row. Each is a run of BR of its own in a restore, and the loss of one loses all behind it;
 * a capture that would exceed this is a full one.
 */
export const INCREMENTS_MAX = 31;

/** What an index says of a snapshot besides its files. */
export interface Snapshot {
  readonly id: RecoveryPointId;
  readonly index: ManifestIndex;
  readonly backupTs: Tso;
  readonly clusterId: string;
  readonly version: string;
  /** Set for an incremental one: the point that it continues. */
  readonly base?: RecoveryPointId;
  /** Incremental ones from the full one up to this, this one among them. */
  readonly increments: number;
}

const statisticsShape = z.looseObject({
  backupTs: z.string().regex(/^\d+$/),
  clusterId: z.string().regex(/^\d+$/),
  increments: z.number().int().min(0),
});
const configurationShape = z.looseObject({ version: z.string(), base: z.string().optional() });

/** @throws ManifestIncomplete, ManifestAltered */
export async function snapshotIn(place: ManifestPlace, root?: string): Promise<Snapshot> {
  const index = await readIndex(place, root);
  const statistics = statisticsShape.safeParse(index.statistics);
  const configuration = configurationShape.safeParse(index.configuration);
  const backupTs = statistics.success ? parseTso(statistics.data.backupTs) : undefined;
  if (!statistics.success || !configuration.success || backupTs === undefined)
    throw new ManifestAltered(
      `the index of ${place.id} in s3://${place.bucket} lacks what a snapshot of TiDB has: backupTs, clusterId, increments and version; restore from another region or recovery point`,
      { bucket: place.bucket, recoveryPoint: place.id },
    );
  const { clusterId, increments } = statistics.data;
  const { version, base } = configuration.data;
  return {
    id: place.id,
    index,
    backupTs,
    clusterId,
    version,
    increments,
    ...(base !== undefined && { base }),
  };
}

/** The snapshots that a restore of this point takes, in the order of their restore: a full one first. */
export async function lineageOf(
  ports: TidbPorts,
  region: string,
  cluster: string,
  id: RecoveryPointId,
  root?: string,
): Promise<readonly Snapshot[]> {
  const lineage = [await snapshotIn(placeOf(ports, region, cluster, id), root)];
  for (let oldest = lineage[0]!; oldest.base !== undefined; oldest = lineage[0]!) {
    if (lineage.length > INCREMENTS_MAX)
      throw new RecoveryPointNotRestorable(
        `${id} continues more than ${INCREMENTS_MAX} snapshots, and no full one is among them; restore another recovery point`,
        { recoveryPoint: id },
      );
    lineage.unshift(await snapshotIn(placeOf(ports, region, cluster, oldest.base)));
  }
  return lineage;
}
