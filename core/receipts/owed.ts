import type { RestoreRecord } from '../catalog/recovery-point.ts';
import type { DrillRecord } from '../drills/drill.ts';
import { hours, type Instant, later } from '../time/instant.ts';
import type { Receipt } from './receipt.ts';

/** Something that has ended, and of which there is to be a receipt. */
export type Act = {
  readonly endedAt: Instant;
  /** Since when nobody else has anything to do with it any more. */
  readonly leftAt: Instant;
} & (
  | { readonly kind: 'restore'; readonly record: RestoreRecord }
  | { readonly kind: 'drill'; readonly record: DrillRecord }
);

/** What a region's catalog has of what was restored there, and elsewhere. */
export interface Acts {
  readonly restores: readonly RestoreRecord[];
  readonly drills: readonly DrillRecord[];
}

/** Long enough for whoever was about to write it to have tried again and again. */
const OWN_TIME = hours(1);

/** What a receipt is about, as one text. */
export const aboutOf = ({ kind, about }: Pick<Receipt['body'], 'kind' | 'about'>): string =>
  `${kind} ${about}`;

/**
 * What has ended in a region and has no receipt there, in the order in which it ended. Left out is what somebody else is
 * still to write one about: for an hour whoever ended it, and until a drill is torn down, or its time is over, the sweep.
 *
 * @param written `aboutOf` each receipt that there is
 */
export const owedIn = (
  region: string,
  acts: Acts,
  written: ReadonlySet<string>,
  now: Instant,
): readonly Act[] =>
  [...acts.restores.flatMap(endOfRestore), ...acts.drills.flatMap(endOfDrill)]
    .filter(({ record, leftAt }) => record.region === region && later(leftAt, OWN_TIME) <= now)
    .filter(({ kind, record }) => !written.has(aboutOf({ kind, about: record.id })))
    .sort((a, b) => a.endedAt - b.endedAt || (a.record.id < b.record.id ? -1 : 1));

/** A drill's restore has no receipt of its own: the drill's says what became of it. */
function endOfRestore(record: RestoreRecord): readonly Act[] {
  if (record.state === 'restoring' || record.drill) return [];
  const endedAt = record.endedAt ?? record.startedAt;
  return [{ kind: 'restore', record, endedAt, leftAt: endedAt }];
}

function endOfDrill(record: DrillRecord): readonly Act[] {
  if (record.state === 'drilling') return [];
  const { endedAt = record.startedAt, tornDownAt, deadline } = record;
  return [{ kind: 'drill', record, endedAt, leftAt: tornDownAt ?? deadline }];
}
