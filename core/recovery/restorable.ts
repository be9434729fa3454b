import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import {
  type HoldfastError,
  RecoveryPointDiscarded,
  RecoveryPointNotRestorable,
  UnknownRecoveryPoint,
} from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { type Instant, iso } from '../time/instant.ts';

export interface ProvenPoint {
  readonly id: RecoveryPointId;
  readonly takenAt: Instant;
}

/**
 * Copies that may be restored from, by the instant that they restore. The state alone does not do: a failed copy that
 * was in the bin and taken out again by hand was never compared with its source.
 */
export function provenOldestFirst(copies: readonly CopyRecord[]): ProvenPoint[] {
  const proven: ProvenPoint[] = [];
  for (const { id, state, provenAt, takenAt } of copies) {
    if (state === 'proven' && provenAt !== undefined && takenAt !== undefined) proven.push({ id, takenAt });
  }
  return proven.sort((a, b) => a.takenAt - b.takenAt || (a.id < b.id ? -1 : 1));
}

interface Where {
  readonly cluster: string;
  readonly region: string;
  readonly point?: RecoveryPoint | undefined;
  readonly copies: readonly CopyRecord[];
}

/** Why a point that was asked for by its id cannot be restored here, and what can. */
export function refusePoint(id: RecoveryPointId, copy: CopyRecord | undefined, where: Where): HoldfastError {
  const { cluster, region, point } = where;
  const instead = whatWorks(id, where);
  const facts = { cluster, region, recoveryPoint: id };
  if (point && point.cluster !== cluster) {
    const message = `${id} is a recovery point of ${point.cluster}, not of ${cluster}; ${instead}`;
    return new UnknownRecoveryPoint(message, facts);
  }
  if (!point && !copy) {
    const message = `${cluster} has no recovery point ${id}; ${instead}`;
    return new UnknownRecoveryPoint(message, facts);
  }
  if (copy?.state === 'discarded' || (point?.state === 'discarded' && copy?.state !== 'expiring')) {
    const message = `${id} has been discarded in ${region}, nothing of it is left; ${instead}`;
    return new RecoveryPointDiscarded(message, facts);
  }
  return new RecoveryPointNotRestorable(`${id} ${standing(copy, point, region)}; ${instead}`, facts);
}

function standing(copy: CopyRecord | undefined, point: RecoveryPoint | undefined, region: string): string {
  const why = copy?.reason ?? point?.reason;
  const because = why ? ` (${why.name}: ${why.message})` : '';
  switch (copy?.state) {
    case 'copying':
    case 'copied':
      return `is still being copied to ${region} (${copy.state}); wait until the copy is proven`;
    case 'expiring': {
      const until = copy.discardAfter === undefined ? '' : ` until ${iso(copy.discardAfter)}`;
      return `is in the bin${until}: all of it is still there, and nothing restores from the bin; "holdfast undelete ${copy.id}" brings it back`;
    }
    case 'failed':
    case 'quarantined':
      return `is ${copy.state} in ${region}${because}`;
    case 'proven':
      return `is called proven in ${region} without the instants of its proof and of its state; look at how the catalog was changed`;
    default:
      return `is ${point?.state ?? 'known'} and has no copy in ${region}${because}`;
  }
}

function whatWorks(id: RecoveryPointId, { cluster, copies, region }: Where): string {
  const newest = provenOldestFirst(copies.filter((copy) => copy.id !== id)).at(-1);
  return newest
    ? `the newest proven recovery point in ${region} is ${newest.id}, of ${iso(newest.takenAt)}`
    : `no other recovery point of ${cluster} is proven in ${region}`;
}
