import { type Survey, surveyVault, type VaultView } from '../../../cli/operator/read-vault.ts';
import type { Stage } from '../../../cli/stage.ts';
import { rebuildFrom } from '../../../core/catalog/rebuild.ts';
import { compareRebuilt } from '../../../core/catalog/rebuild-difference.ts';
import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { vaultName } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { regionsOf } from './checker.ts';
import { setsIn } from './volume-sets.ts';

/**
 * In each region, the proven copies of the catalog and their points are what the region's vault alone proves: nothing
 * missing, nothing more, and the same in every field that a vault knows.
 *
 * | left out | why |
 * |---|---|
 * | `sealedAt` at home, `startedAt`, `provenAt`, what a copy moved | the hour of a file is not that of a record (ADR 0009) |
 * | records whose state is not `sealed` or `proven` | in the bin, set aside, failed or under way: the vault shows what was proven, not what became of it |
 *
 * Whether a point at home was sealed is asked of the other vaults, never of the catalog.
 */
export async function catalogEqualsRebuild(stage: Stage): Promise<string[]> {
  const surveys = new Map<string, Survey>();
  for (const region of regionsOf(stage)) surveys.set(region, await surveyVault(viewOf(stage, region)));
  return regionsOf(stage).flatMap((region) => differencesIn(stage, region, surveys));
}

function differencesIn(stage: Stage, region: string, surveys: ReadonlyMap<string, Survey>): string[] {
  const { evidence, unreadable } = surveys.get(region)!;
  const rebuilt = rebuildFrom(evidence, region, sealedElsewhere(surveys, region));
  const catalog = catalogOf(stage, region);
  const points = new Map<RecoveryPointId, RecoveryPoint>(catalog.points.map((point) => [point.id, point]));
  const here = catalog.copies.filter((copy) => copy.region === region);
  const copies = new Map<RecoveryPointId, CopyRecord>(here.map((copy) => [copy.id, copy]));
  const recorded = new Map(
    evidence.map(({ index: { recoveryPoint } }) => [
      recoveryPoint.id,
      { point: points.get(recoveryPoint.id), copy: copies.get(recoveryPoint.id) },
    ]),
  );
  const proven = here.filter(({ state, provenAt }) => state === 'proven' && provenAt !== undefined);
  const { missing, different, extra } = compareRebuilt(rebuilt, recorded, proven);
  const stands = (id: RecoveryPointId) =>
    points.get(id)?.state === 'sealed' && copies.get(id)?.state === 'proven';
  const why = new Map([...unreadable, ...rebuilt.doubtful].map(({ id, reason }) => [id, reason.message]));
  return [
    ...missing
      // Beside a point that is not sealed, or a copy that is not proven, the other record says what became of both.
      .filter(({ id }) => (points.get(id)?.state ?? 'sealed') === 'sealed')
      .map(({ id }) => `the vault in ${region} proves ${id}, and the catalog there has no record of it`),
    ...different
      .filter(({ id }) => stands(id))
      .map(({ id, what }) => `${id} in ${region}: ${what.join('; ')}`),
    ...extra.map(
      (id) =>
        `${id} is proven in ${region}, and its vault does not prove it: ${why.get(id) ?? 'no manifest'}`,
    ),
  ];
}

/** Nothing but what was sealed is copied. */
function sealedElsewhere(surveys: ReadonlyMap<string, Survey>, region: string): Set<RecoveryPointId> {
  const others = [...surveys].filter(([other]) => other !== region).flatMap(([, { evidence }]) => evidence);
  return new Set(others.map(({ index }) => index.recoveryPoint.id));
}

/** The vault behind the back of the clock: no time passes, so the catalog cannot have moved meanwhile. */
function viewOf(stage: Stage, region: string): VaultView {
  const { cloud } = stage;
  const bucket = vaultName(cloud.account, region);
  const call = { account: cloud.account, region, principal: 'root', now: cloud.world.now() };
  return {
    region,
    bucket,
    store: {
      get: async (_bucket, key) =>
        [...cloud.s3.current(bucket, key)].find(([name]) => name === key)?.[1].body,
      list: async function* () {
        for (const [key, { body, etag }] of cloud.s3.current(bucket)) yield { key, bytes: body.length, etag };
      },
      versions: async (_bucket, prefix) => ({
        versions: [...cloud.s3.current(bucket, prefix)].map(([key, { body, etag, id, createdAt }]) => ({
          key,
          bytes: body.length,
          etag,
          version: id,
          modifiedAt: createdAt,
          deleted: false,
        })),
      }),
    },
    hasSnapshot: async ({ id, engine }) => {
      if (engine === 'ebs') return setsIn(stage, region).get(id)?.whole === true;
      const { DBClusterSnapshots } = cloud.rds.call('DescribeDBClusterSnapshots', {}, call) as {
        readonly DBClusterSnapshots: readonly { DBClusterSnapshotIdentifier: string; Status: string }[];
      };
      const name = snapshotName(id);
      return DBClusterSnapshots.some(
        (snapshot) => snapshot.DBClusterSnapshotIdentifier === name && snapshot.Status === 'available',
      );
    },
  };
}
