import type { CopyRecord, LegalHold, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { RecoveryPointDiscarded, UnknownCluster, UnknownRecoveryPoint } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import { clusterOf } from '../../core/plan/installation.ts';
import { judgeCluster } from '../../core/retention/judge-cluster.ts';
import { type KeepReason, printKeepReason } from '../../core/retention/keep-reason.ts';
import { type Operator, regionsOf } from './operator.ts';

/** A recovery point with all that an operator asks about it. */
export interface PointView {
  readonly point: RecoveryPoint;
  readonly copies: readonly CopyRecord[];
  /** Why a sealed one stays, as printed everywhere; empty when nothing keeps it any more. Absent for other states. */
  readonly keptFor?: readonly string[];
}

export interface ClusterView {
  readonly cluster: string;
  readonly points: readonly PointView[];
  readonly holds: readonly LegalHold[];
}

/** All recovery points of a cluster that are not discarded, newest first, as the replica of the operator's region has them. */
export async function viewCluster(cluster: string, operator: Operator): Promise<ClusterView> {
  const { installation, region, now } = operator;
  const catalog = operator.catalog(region);
  const [points, holds] = await Promise.all([catalog.points(cluster), catalog.holds(cluster)]);
  if (points.length === 0 && !clusterOf(installation, cluster)) throw unknownCluster(cluster, operator);
  const regions = regionsOf(installation);
  const perRegion = await Promise.all(regions.map((each) => catalog.copies(cluster, each)));
  const copies = Map.groupBy(perRegion.flat(), ({ id }) => id);
  const { decisions } = judgeCluster(cluster, installation, { points, holds }, now);
  const keeps = new Map(decisions.map(({ point, keep }) => [point.id, keep]));
  return { cluster, holds, points: points.map((point) => viewOf(point, copies.get(point.id), keeps)) };
}

/** One recovery point, also one that was discarded. Rules look at newer points only, so only those are read. */
export async function viewPoint(
  id: RecoveryPointId,
  operator: Operator,
): Promise<PointView & { readonly holds: readonly LegalHold[] }> {
  const { installation, region, now } = operator;
  const catalog = operator.catalog(region);
  const point = await knownPoint(id, operator);
  const { cluster } = point;
  const [points, holds, copies] = await Promise.all([
    catalog.points(cluster, point.scheduledAt),
    catalog.holds(cluster),
    Promise.all(regionsOf(installation).map((each) => catalog.copy(id, each))),
  ]);
  const { decisions } = judgeCluster(cluster, installation, { points, holds }, now);
  const keeps = new Map(decisions.map((decision) => [decision.point.id, decision.keep]));
  return {
    ...viewOf(
      point,
      copies.filter((copy) => copy !== undefined),
      keeps,
    ),
    holds: holds.filter(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === id),
  };
}

function viewOf(
  point: RecoveryPoint,
  copies: readonly CopyRecord[] = [],
  keeps: ReadonlyMap<RecoveryPointId, readonly KeepReason[]>,
): PointView {
  const keep = keeps.get(point.id);
  return { point, copies, ...(keep && { keptFor: keep.map(printKeepReason) }) };
}

export async function knownPoint(id: RecoveryPointId, operator: Operator): Promise<RecoveryPoint> {
  const point = await operator.catalog(operator.region).point(id);
  if (!point)
    throw new UnknownRecoveryPoint(
      `the catalog in ${operator.region} has no recovery point ${JSON.stringify(id)}; "holdfast list" shows those there are`,
    );
  return point;
}

export function unknownCluster(name: string, { installation }: Operator): UnknownCluster {
  const names = installation.clusters.map((cluster) => cluster.name).join(', ');
  return new UnknownCluster(
    `neither the configuration nor the catalog knows a cluster ${JSON.stringify(name)}; configured are ${names}`,
  );
}

export const discardedAlready = (id: RecoveryPointId): RecoveryPointDiscarded =>
  new RecoveryPointDiscarded(`${id} is discarded; nothing of it is left to hold`);
