import type { Shelf, Wrong } from '../../../core/ports/shelf.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { type Budget, costOf } from '../../../core/verify/budget.ts';
import { isOpenOn, type Rot, stillMatters } from '../../../core/verify/rot.ts';
import type { scrubVault } from '../../../workflows/contracts/verify.ts';
import type { Output, TaskPorts } from '../../shared/ports.ts';
import { tell } from '../tell.ts';

export type ScrubPorts = Pick<TaskPorts, 'region' | 'catalog' | 'vault' | 'announcer' | 'telemetry'> & {
  readonly shelf: Shelf;
  /** @default those of `core/verify/budget.ts` */
  readonly limits?: { readonly day: number; readonly lap: number };
};

export type Scrubbed = Output<typeof scrubVault>;
type Counts = Pick<Scrubbed, 'manifests' | 'items' | 'bytes' | 'snapshots' | 'found' | 'mended'>;

/** What is rotten fits one file of some hundred kilobytes; with more, reading waits until some of it is settled. */
export const OPEN_MAX = 1_000;

/** One lap's work: what it may still read, and what it has come upon. */
export interface Lap {
  readonly ports: ScrubPorts;
  readonly now: Instant;
  readonly budget: Budget;
  readonly open: Rot[];
  readonly counts: { -readonly [Name in keyof Counts]: Counts[Name] };
}

export const isOver = ({ budget, open }: Lap): boolean => budget.isUsedUp || open.length >= OPEN_MAX;

export function charge({ budget, counts }: Lap, bytes: number): void {
  budget.charge(costOf(bytes));
  counts.bytes += bytes;
}

/**
 * Takes down what is wrong, once, unless its record says by now that it no longer matters: the point may have been
 * discarded while it was read.
 */
export async function takeDown(
  lap: Lap,
  found: Pick<Rot, 'kind' | 'cluster' | 'recoveryPoint' | 'key' | 'bytes' | 'expected' | 'entry' | 'item'>,
  { missing, reason }: Wrong,
): Promise<boolean> {
  const { ports, open, counts, now } = lap;
  if (isOpenOn(open, found.key)) return false;
  const copy = await ports.catalog.copy(found.recoveryPoint, ports.region);
  if (!stillMatters(found.kind, missing, copy, now)) return false;
  const rot: Rot = { ...found, state: 'rotten', reason, tried: [], points: [] };
  open.push(rot);
  counts.found++;
  await tell(ports, 'RotFound', rot, 'its twin in another region is copied over it, and read again');
  return true;
}
