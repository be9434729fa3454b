import type { CopyRecord, LegalHold, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import {
  BelowMinimumKeep,
  EngineBusy,
  LegalHoldActive,
  type Reason,
  RecoveryPointNotRestorable,
  reasonOf,
} from '../../../core/errors/registry.ts';
import { neighboursOf, provenNow, type Surroundings } from './surroundings.ts';

/** Why a copy whose grace has ended stays for now. `alert`: a person must know; otherwise it passes, or is meant so. */
export interface Obstacle {
  readonly reason: Reason;
  readonly alert: boolean;
}

const passing = (message: string): Obstacle => ({ reason: reasonOf(new EngineBusy(message)), alert: false });

/**
 * Forgetting a line of the configuration must not lose data, in the bin neither. And the rights to remove it may have
 * gone with the line.
 */
export const leftTheConfiguration = (cluster: string): Obstacle => ({
  reason: { name: 'UnknownCluster', message: `${cluster} left the configuration; all of it is kept` },
  alert: false,
});

/**
 * The last look before something is removed, by the region that removes it. Grace has ended and the decision is days
 * old: holds, undeletes, captures and copies under way may have come since.
 */
export function obstacleTo(
  point: RecoveryPoint,
  copy: CopyRecord,
  holds: readonly LegalHold[],
  floor: number,
  surroundings: Surroundings,
): Obstacle | undefined {
  const { id } = point;
  const { copies, inFlight } = surroundings;
  if (point.state !== 'expiring' && point.state !== 'discarded')
    return alert(
      new RecoveryPointNotRestorable(
        `${id} is ${point.state} and its copy in ${copy.region} is in the bin; it is not discarded, look at both records`,
      ),
    );
  const hold = holds.find(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === id);
  if (hold)
    return {
      reason: reasonOf(new LegalHoldActive(`${id} is held by ${hold.name}: ${hold.why}`)),
      alert: false,
    };
  const dependent = inFlight.find(({ base }) => base === id);
  if (dependent) return passing(`${dependent.id} is being captured and was compared with ${id}`);
  const moving = neighboursOf(id, surroundings).find(
    ({ state }) => state === 'copying' || state === 'copied',
  );
  if (moving) return passing(`${moving.id} is being copied to ${copy.region} beside ${id}`);
  const others = copies.filter((other) => other.id !== id);
  if (provenNow(others) < floor)
    return alert(
      new BelowMinimumKeep(
        `discarding ${id} would leave ${provenNow(others)} proven recovery points of ${point.cluster} in ${copy.region}, and the floor is ${floor}; it stays in the bin until newer ones are proven there, so look at why none are`,
        { minimumKeep: floor },
      ),
    );
  return undefined;
}

const alert = (error: Error): Obstacle => ({ reason: reasonOf(error), alert: true });
