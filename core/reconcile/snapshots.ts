import { IN_FLIGHT } from '../catalog/life-cycle.ts';
import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import type { Reason } from '../errors/base.ts';
import type { StoredSnapshot } from '../ports/stock.ts';
import type { Instant } from '../time/instant.ts';
import { GRACE } from './difference.ts';

/**
 * Why a snapshot that carries Holdfast's tags is nobody's; undefined while somebody needs it, may need it, or it is
 * younger than the grace.
 * @param indexed its manifest index lies in the vault: then it is a recovery point, whoever forgot it
 */
export function whyUnclaimed(
  snapshot: StoredSnapshot,
  point: RecoveryPoint | undefined,
  copy: CopyRecord | undefined,
  indexed: boolean,
  now: Instant,
): Reason | undefined {
  if (snapshot.status === 'deleting') return undefined;
  const why = (message: string): Reason => ({ name: 'SnapshotUnclaimed', message });
  // Both have ended, and until it is gone every other try of the copy ends on it at once: no grace.
  if (copy?.state === 'failed' && snapshot.status === 'failed')
    return why('it ended as failed, and stands in the way of another try');
  if (now - ageFrom(snapshot, point, copy) < GRACE) return undefined;
  if (!point && !copy) return indexed ? undefined : why('no recovery point of this name is in the catalog');
  if (copy?.state === 'discarded') return why('its copy is discarded');
  if (copy && copy.state !== 'failed') return undefined;
  if (!point || IN_FLIGHT.has(point.state)) return undefined;
  return point.state === 'failed' || point.state === 'discarded'
    ? why(`its capture ${verb(point)}`)
    : undefined;
}

const verb = ({ state }: RecoveryPoint): string => (state === 'failed' ? 'failed' : 'is discarded');

/** A snapshot that is being created has no time of its own; its capture or copy does. */
const ageFrom = (
  { createdAt, scheduledAt }: StoredSnapshot,
  point: RecoveryPoint | undefined,
  copy: CopyRecord | undefined,
): Instant => Math.max(createdAt ?? scheduledAt, copy?.startedAt ?? point?.openedAt ?? 0) as Instant;
