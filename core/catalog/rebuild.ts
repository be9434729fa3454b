import { CAPABILITIES } from '../engines/capabilities.ts';
import type { Reason } from '../errors/base.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { ManifestIndex } from '../manifest/index-file.ts';
import type { Instant } from '../time/instant.ts';
import type { CopyRecord, RecoveryPoint } from './recovery-point.ts';
import { byLineage } from './rules-lineage.ts';

/** What one region's vault holds of a recovery point whose manifest has an index there. */
export interface Evidence {
  readonly index: ManifestIndex;
  /** When the index was written: at the verification in the region of capture, at the proof elsewhere. */
  readonly writtenAt: Instant;
  /** Set when something that the manifest names is not there, or is not what it says. */
  readonly damage?: Reason;
}

export interface RebuiltPoint {
  readonly point: RecoveryPoint;
  /** Its copy in the region of the vault. */
  readonly copy: CopyRecord;
}

export interface Rebuilt {
  readonly points: readonly RebuiltPoint[];
  /** What has an index and yet cannot be called proven, each with the reason. */
  readonly doubtful: readonly { readonly id: RecoveryPointId; readonly reason: Reason }[];
}

/**
 * The recovery points and copies that a vault proves. Pure.
 *
 * An index is written last: at home once everything was verified, elsewhere once the roots were equal. Elsewhere it
 * says that the point was sealed, because nothing else is copied. At home it does not: a capture that overlapped
 * another is verified, and then set aside instead of sealed, because points that share items must form one line.
 *
 *     P1 ← P2 ← P3     P2 is what P3 was compared with, so it was sealed; P3 continues the line, so it may be
 *     P1 ← P2, P1 ← P3 one of P2 and P3 was sealed. Which one, only a later point or another region can tell
 *     P1 ← P2, P1 ← T1 T1 begins another side (`forks.ts`): it came as a copy, and says nothing against P2
 *
 * @param sealed points that are known to have been sealed from elsewhere: the catalog, or another region's vault
 */
export function rebuildFrom(
  evidence: readonly Evidence[],
  region: string,
  sealed: ReadonlySet<RecoveryPointId> = new Set(),
): Rebuilt {
  const confirmed = new Set([...sealed, ...evidence.flatMap(({ index }) => index.recoveryPoint.base ?? [])]);
  const all = evidence.map(({ index }) => index.recoveryPoint);
  const points: RebuiltPoint[] = [];
  const doubtful: { id: RecoveryPointId; reason: Reason }[] = [];
  for (const each of [...evidence].sort((a, b) => byLineage(a.index.recoveryPoint, b.index.recoveryPoint))) {
    const { recoveryPoint: point } = each.index;
    const flaw = each.damage ?? (point.region === region ? outOfLine(point, all, confirmed) : undefined);
    if (flaw) doubtful.push({ id: point.id, reason: flaw });
    else points.push({ point: pointOf(each), copy: copyOf(each, region) });
  }
  return { points, doubtful };
}

function outOfLine(
  point: RecoveryPoint,
  all: readonly RecoveryPoint[],
  confirmed: ReadonlySet<RecoveryPointId>,
): Reason | undefined {
  if (!CAPABILITIES[point.engine].incremental || confirmed.has(point.id)) return undefined;
  const beside = all.find(
    ({ id, cluster, base, forkedFrom }) =>
      cluster === point.cluster && id !== point.id && base === point.base && forkedFrom === point.forkedFrom,
  );
  return (
    beside && {
      name: 'CaptureFailed',
      message: `${point.id} and ${beside.id} were both compared with ${point.base ?? 'nothing'}, and nothing here says that ${point.id} was sealed; rebuild from another region first`,
    }
  );
}

function pointOf({ index, writtenAt }: Evidence): RecoveryPoint {
  const { root, items, bytes, newItems, newBytes, shards, recoveryPoint } = index;
  const { reason: _why, discardAfter: _until, ...point } = recoveryPoint;
  return {
    ...point,
    state: 'sealed',
    // Whoever wrote the index at home did so seconds before the seal, whose instant is nowhere else.
    sealedAt: point.sealedAt ?? writtenAt,
    content: { root, shards: shards.length, items, bytes, newItems, newBytes },
  };
}

function copyOf({ index, writtenAt }: Evidence, region: string): CopyRecord {
  const { recoveryPoint: point, root, newItems, newBytes } = index;
  return {
    id: point.id,
    cluster: point.cluster,
    region,
    state: 'proven',
    startedAt: writtenAt,
    provenAt: writtenAt,
    root,
    ...(point.takenAt !== undefined && { takenAt: point.takenAt }),
    ...(point.forkedFrom !== undefined && { forkedFrom: point.forkedFrom }),
    // What a copy moved is not in its vault: it depends on what the region held already.
    ...(point.region === region && { newItems, newBytes }),
  };
}
