import { rebuildFrom } from '../../core/catalog/rebuild.ts';
import { compareRebuilt, type Difference, type Recorded } from '../../core/catalog/rebuild-difference.ts';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import type { Reason } from '../../core/errors/base.ts';
import { CatalogNotLost } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import { type Operator, regionsOf } from './operator.ts';
import { surveyVault } from './read-vault.ts';

/** What the vault of the operator's region holds, against the catalog. */
export interface RebuildView extends Difference {
  readonly region: string;
  readonly bucket: string;
  /** How many recovery points the vault proves. */
  readonly proven: number;
  readonly doubtful: readonly { readonly id: RecoveryPointId; readonly reason: Reason }[];
}

/**
 * Legal holds lie in no vault. So whatever is put back is held, until a person has placed again what stood and lifts
 * this one: the next expiry run must not decide without them.
 */
export const REBUILT_HOLD = {
  name: 'catalog-rebuilt',
  why: 'the catalog was rebuilt from a vault, which knows no legal holds; place those that stood again, then lift this one',
} as const;

/** Reads the vault and the replica in the region that writes points, the primary. Nothing is written. */
export async function viewRebuild(operator: Operator): Promise<RebuildView> {
  const { installation, region } = operator;
  const catalog = operator.catalog(installation.regions.primary);
  const vault = await operator.vault(region);
  const { evidence, unreadable } = await surveyVault(vault);
  const recorded = new Map<RecoveryPointId, Recorded>();
  const clusters = new Set(installation.clusters.map(({ name }) => name));
  for (const { index } of evidence) {
    const { id, cluster } = index.recoveryPoint;
    clusters.add(cluster);
    recorded.set(id, { point: await catalog.point(id), copy: await catalog.copy(id, region) });
  }
  const sealed = [...recorded].flatMap(([id, { point }]) => (point?.sealedAt === undefined ? [] : [id]));
  const rebuilt = rebuildFrom(evidence, region, new Set(sealed));
  const provenHere: CopyRecord[] = [];
  for (const cluster of clusters)
    for (const copy of await catalog.copies(cluster, region))
      if (copy.state === 'proven' && copy.provenAt !== undefined) provenHere.push(copy);
  return {
    region,
    bucket: vault.bucket,
    proven: rebuilt.points.length,
    doubtful: [...unreadable, ...rebuilt.doubtful],
    ...compareRebuilt(rebuilt, recorded, provenHere),
  };
}

/**
 * Puts back what is missing: per cluster the hold, then the points, oldest first, each before its copy. Every write
 * creates and never overwrites, also not what was discarded; so it is taken up again by the same command.
 *
 * @throws CatalogNotLost, before anything is written, when any other region still has one of the records
 */
export async function putBack(view: RebuildView, operator: Operator): Promise<readonly string[]> {
  const { installation, now } = operator;
  await requireLost(view, operator);
  const catalog = operator.catalog(installation.regions.primary);
  const clusters = new Set(view.missing.flatMap(({ point, copy }) => point?.cluster ?? copy?.cluster ?? []));
  for (const cluster of clusters) await catalog.placeHold({ ...REBUILT_HOLD, cluster, placedAt: now });
  for (const { point, copy } of view.missing) {
    if (point) await catalog.open(point);
    if (copy) await catalog.openCopy(copy);
  }
  return [...clusters];
}

/**
 * A record that another replica has is on its way here, or that replica was cut off. Written here again it would be the
 * younger one, and win over a later state of it: a point in the bin would be sealed in one region and half removed in
 * another.
 */
async function requireLost({ missing, region }: RebuildView, operator: Operator): Promise<void> {
  const { installation } = operator;
  const { primary } = installation.regions;
  for (const elsewhere of regionsOf(installation)) {
    if (elsewhere === primary) continue;
    const catalog = operator.catalog(elsewhere);
    for (const { id, point, copy } of missing) {
      const there = (point && (await catalog.point(id))) ?? (copy && (await catalog.copy(id, region)));
      if (!there) continue;
      throw new CatalogNotLost(
        `the catalog in ${primary} has no record of ${id}, and the one in ${elsewhere} has: it is ${there.state} there; let the table replicate, or mend its replica, and ask again`,
        { recoveryPoint: id, region: elsewhere },
      );
    }
  }
}
