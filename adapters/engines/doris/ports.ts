import type { RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import { drillMark } from '../../../core/drills/isolation.ts';
import { InvariantViolation, TargetNotUsable } from '../../../core/errors/registry.ts';
import { fnv1a } from '../../../core/ids/fnv.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import type { Cluster, DorisCluster } from '../../../core/plan/installation.ts';
import type { Place, Reach, SqlReply, SqlRow } from '../../../core/ports/reach.ts';
import type { ObjectsPorts } from '../objects/ports.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { type Statement, sqlOf } from './statements.ts';

/** What lies in the vaults of a snapshot are files, so they are moved, proven and discarded as objects are. */
export interface DorisPorts extends ObjectsPorts {
  readonly reach: Reach;
  /** The AWS account: the roles that Doris's hosts assume are Holdfast's own. */
  readonly account: string;
}

export function dorisCluster(cluster: Cluster): DorisCluster {
  if (cluster.engine === 'doris') return cluster;
  throw new InvariantViolation(
    `the doris driver was given the cluster ${cluster.name} of engine ${cluster.engine}`,
  );
}

/**
 * One repository per recovery point: what Doris lays out below its place is the point's own, and moves and goes with it.
 * 9 + 54 characters, of the 64 that Doris takes. A restore attaches it under the same name: Doris asks for that.
 */
export const repositoryOf = (id: RecoveryPointId): string => `holdfast_${id}`;

/** Attempts that a label has room for: its 128 characters hold an id (54), a database (64) and a number. */
const ATTEMPT_MAX = 999;

/** A label is taken for good by whatever an attempt left, so each attempt has one of its own. */
export function labelOf(id: RecoveryPointId, database: string, attempt: number): string {
  if (attempt > ATTEMPT_MAX) throw new InvariantViolation(`attempt ${attempt} of ${id} has no label`);
  return `${id}-${database}-${attempt}`;
}

/** Where Doris keeps a snapshot, below the point's `data/` (contract, section 2.1). */
export const repositoryFolder = (id: RecoveryPointId): string => `__palo_repository_${repositoryOf(id)}/`;
export const snapshotFolder = (id: RecoveryPointId, label: string): string =>
  `${repositoryFolder(id)}__ss_${label}/`;

/** Without a slash at its end: Doris puts one there. */
export const locationOf = ({ bucket, cluster, id }: ManifestPlace): string =>
  `s3://${bucket}/${dataPrefix(cluster, id).replace(/\/$/, '')}`;

/** The role in a region's vault that hosts of Doris assume; `lib/names.ts` gives it this name. */
export const vaultRoleArn = (
  { account }: Pick<DorisPorts, 'account'>,
  { region, end, cluster }: Place,
): string => `arn:aws:iam::${account}:role/holdfast-${region}-doris-${end}-${cluster}`;

/** What the hosts say when they assume that role: whoever else may assume roles for them does not know it. */
export const externalIdOf = ({ cluster }: Place): string => cluster;

export const sourcePlace = (ports: DorisPorts, cluster: Cluster): Place => ({
  cluster: cluster.name,
  region: ports.home,
  end: 'source',
});

/**
 * Where a restore lands: in the cluster of `restoreInto` of its region; with none, at home in the protected cluster
 * itself, beside the originals.
 */
export function restorePlace(ports: DorisPorts, cluster: Cluster, region: string): Place {
  if (dorisCluster(cluster).restoreInto[region]?.reach)
    return { cluster: cluster.name, region, end: 'target' };
  if (region === ports.home) return sourcePlace(ports, cluster);
  throw new TargetNotUsable(
    `the restore of ${cluster.name} in ${region} names no cluster to restore into; set one up there and name it in restoreInto.${region}.reach of ${cluster.name}`,
    { region },
  );
}

/** What tells this restore's tables and databases apart from the originals: `orders_r1x7k0qp`. */
export const suffixOf = (restoreId: string): string => `_r${fnv1a(restoreId).toString(36).padStart(7, '0')}`;

/** What a drill's databases begin with: `drill_1x7k0qp_`. */
export const drillNamesOf = (drill: string): string => `drill_${drillMark(drill)}_`;

/** What is called beside its original, in a restore that writes over nothing. */
export const besideName = ({ id, drill }: Pick<RestoreRecord, 'id' | 'drill'>, name: string): string =>
  drill ? `${drillNamesOf(drill.id)}${name}` : `${name}${suffixOf(id)}`;

/** At what a capture and a restore take turns: Doris runs one job in a database, and knows no queue. */
export const turnIn = ({ end }: Place, database: string): string => `${end}/${database}`;

/** In one session, in this order, until one is refused. */
export const ask = (ports: DorisPorts, place: Place, statements: readonly Statement[]): Promise<SqlReply> =>
  ports.reach.sql(place, statements.map(sqlOf));

/** Rows of the nth statement; none when it was refused. */
export const rowsOf = ({ answers }: SqlReply, n = 0): readonly SqlRow[] => answers[n]?.rows ?? [];
