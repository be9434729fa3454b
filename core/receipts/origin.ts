import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { type Instant, iso } from '../time/instant.ts';
import type { ReceiptDraft } from './receipt.ts';

/** What the record of a restore or a drill says of where it came from. */
interface Restored {
  readonly recoveryPoint?: RecoveryPointId;
  /** Of the point's manifest, where the record has it. @default that of the point */
  readonly root?: string;
  /** The log chain that led from the point to the instant. */
  readonly chain?: string;
  readonly instant?: Instant;
}

type Origin = Pick<ReceiptDraft, 'recoveryPoint' | 'root' | 'restoredTo' | 'log' | 'unknown'>;

/**
 * From which point, and over which log, something was restored. A point that expired meanwhile has left the catalog, and
 * what only it knew is said to be unknown.
 */
export function originOf(restored: Restored, point: RecoveryPoint | undefined): Origin {
  const { recoveryPoint, chain, instant } = restored;
  const root = restored.root ?? point?.content?.root;
  const from = point?.takenAt;
  const unknown = [
    ...(recoveryPoint !== undefined && root === undefined
      ? [`the root of ${recoveryPoint}, which the catalog does not know`]
      : []),
    ...(chain !== undefined && from === undefined
      ? [`the instant from which the log ${chain} was to be applied: its point is not in the catalog`]
      : []),
  ];
  return {
    ...(recoveryPoint !== undefined && { recoveryPoint }),
    ...(root !== undefined && { root }),
    ...(instant !== undefined && { restoredTo: iso(instant) }),
    ...(chain !== undefined &&
      instant !== undefined && {
        log: { chain, until: iso(instant), ...(from !== undefined && { from: iso(from) }) },
      }),
    ...(unknown.length > 0 && { unknown }),
  };
}
