import {
  EngineBusy,
  GraceEnded,
  type HoldfastError,
  NotInBin,
  RecoveryPointDiscarded,
  RecoveryPointNotRestorable,
} from '../errors/registry.ts';
import { between, type Instant, iso, later, minutes, speak } from '../time/instant.ts';
import type { CopyRecord, LegalHold, RecoveryPoint } from './recovery-point.ts';
import { baseFor, captureInTheWay } from './rules-lineage.ts';

/**
 * A copy comes back only while its grace lasts this much longer. In between lie the clocks of whoever asks and of the
 * region that discards, and the way of a write from one replica of the catalog to the other: usually about a second
 * (amazondynamodb/latest/developerguide, "Global tables: how it works"), without a promise.
 */
export const UNDELETE_MARGIN = minutes(15);

/** Everything that the answer depends on, read beforehand: each record in the region that writes it. */
export interface BinSituation {
  readonly point: RecoveryPoint;
  /** Its copies in every region, discarded ones too. */
  readonly copies: readonly CopyRecord[];
  readonly holds: readonly LegalHold[];
  /** The cluster's points, at least those that were opened after it and those under way. */
  readonly points: readonly RecoveryPoint[];
}

export type UndeleteAnswer =
  | { readonly outcome: 'refused'; readonly refusal: HoldfastError }
  | {
      readonly outcome: 'back';
      /** The regions whose copies become proven again. */
      readonly regions: readonly string[];
      /** What stays as it is, and why. */
      readonly left: readonly { readonly region: string; readonly why: string }[];
    };

/**
 * What of a point in the bin can be brought back. Only what was proven, and only where nothing can have been removed:
 * a discard that was cut short leaves its copy `expiring`, so after the end of the grace the state says nothing.
 *
 * A point that is sealed with copies still in the bin was being brought back by somebody who did not finish: the same
 * answer finishes it.
 */
export function planUndelete(situation: BinSituation, now: Instant): UndeleteAnswer {
  const { point, copies, holds, points } = situation;
  const { id } = point;
  if (point.state === 'discarded')
    return refused(new RecoveryPointDiscarded(`${id} is discarded in every region; nothing is left of it`));
  const proven = copies.filter(({ state, provenAt }) => state === 'expiring' && provenAt !== undefined);
  if (point.state !== 'expiring' && !(point.state === 'sealed' && proven.length > 0))
    return refused(
      new NotInBin(`${id} is ${point.state} and not in the bin; there is nothing to bring back`),
    );
  const back = proven.filter((copy) => isWhole(copy, holds, now));
  if (back.length === 0) return refused(nothingLeft(id, proven, now));
  const capture = captureBeside(point, points);
  if (capture)
    return refused(
      new EngineBusy(
        `${capture.id} is being captured and was compared with an older point than ${id}; ask again when it is sealed`,
      ),
    );
  const regions = back.map(({ region }) => region);
  const left = copies
    .filter(({ region, state }) => !regions.includes(region) && state !== 'proven')
    .map((copy) => ({ region: copy.region, why: whyLeft(copy) }));
  return { outcome: 'back', regions, left };
}

const refused = (refusal: HoldfastError): UndeleteAnswer => ({ outcome: 'refused', refusal });

/**
 * The discarder begins after the grace and never while a hold is there. So a copy is whole in its grace, and beyond it
 * under a hold that was placed in the grace and still stands.
 */
const isWhole = (copy: CopyRecord, holds: readonly LegalHold[], now: Instant): boolean => {
  const ends = copy.discardAfter;
  if (ends === undefined) return false;
  const before = (at: Instant) => later(at, UNDELETE_MARGIN) < ends;
  const covers = ({ cluster, recoveryPoint }: LegalHold) =>
    cluster === copy.cluster && (recoveryPoint === undefined || recoveryPoint === copy.id);
  return before(now) || holds.some((hold) => covers(hold) && before(hold.placedAt));
};

/**
 * Sealed again as the newest of its lineage, the point would be what a capture under way should have been compared
 * with, and that one would be set aside at its seal.
 */
function captureBeside(point: RecoveryPoint, points: readonly RecoveryPoint[]): RecoveryPoint | undefined {
  const others = points.filter(({ id }) => id !== point.id);
  const side = others.filter(({ region }) => region === point.region);
  if (baseFor([...side, { ...point, state: 'sealed' }])?.id !== point.id) return undefined;
  const capture = captureInTheWay(others, point);
  return capture?.base === point.id ? undefined : capture;
}

function nothingLeft(id: string, proven: readonly CopyRecord[], now: Instant): HoldfastError {
  const [first, ...more] = proven;
  if (!first)
    return new RecoveryPointNotRestorable(
      `${id} is in the bin and no copy of it that was ever proven is left; nothing can be brought back`,
    );
  const last = more.reduce((a, b) => ((b.discardAfter ?? now) > (a.discardAfter ?? now) ? b : a), first);
  const ends = last.discardAfter ?? now;
  const when = ends > now ? `ends at ${iso(ends)}, in ${speak(between(now, ends))}` : `ended at ${iso(ends)}`;
  return new GraceEnded(
    `the grace of ${id} in ${last.region} ${when}, and a copy comes back only until ${speak(UNDELETE_MARGIN)} ` +
      'before its end, because it may be removed from then on; list shows what else is there',
  );
}

function whyLeft(copy: CopyRecord): string {
  if (copy.state === 'discarded') return 'discarded already; it stays discarded';
  if (copy.state !== 'expiring') return `${copy.state}; it stays as it is`;
  if (copy.provenAt === undefined) return 'was never proven; there is nothing to bring back';
  return `its grace ends too soon${copy.discardAfter === undefined ? '' : ` (${iso(copy.discardAfter)})`}; it stays in the bin`;
}
