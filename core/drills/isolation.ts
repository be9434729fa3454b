import type { DrillMark, RestoreRecord } from '../catalog/recovery-point.ts';
import { invariant } from '../errors/assert.ts';
import { fnv1a } from '../ids/fnv.ts';
import { type Duration, type Instant, instant, iso, minutes } from '../time/instant.ts';

/**
 * What a drill makes is known for a drill's wherever it lies: by its place, its name, or its tag. Whoever removes removes
 * by these and by nothing else.
 */
export const DRILL_TAG = 'holdfast:drill';
/** ISO 8601. Nothing reads it but people, and whoever cleans an account. */
export const EXPIRES_TAG = 'holdfast:expires';

/** The first folder of every drill in a bucket. */
export const DRILL_FOLDER = 'drill/';
export const drillFolder = (id: string): string => `${DRILL_FOLDER}${id}/`;

/** Short enough for engines whose names have few characters: seven of them tell drills apart. */
export const drillMark = (id: string): string => fnv1a(id).toString(36).padStart(7, '0');

/** Taking away what was restored is part of a drill, and needs its share of the time. */
const TEAR_DOWN_TAKES: Duration = minutes(30);

const SWEPT_BEFORE: Duration = minutes(20);

/** A restore that is not done by then is given up, so that all of it can be gone by the deadline. */
export const restoreBy = ({ deadline }: DrillMark): Instant => instant(deadline - TEAR_DOWN_TAKES);

/**
 * A machine that says nothing by then is not waited for any longer: a sweep comes each quarter of an hour, and what it
 * removes is to be gone by the deadline.
 */
export const sweptFrom = ({ deadline }: DrillMark): Instant => instant(deadline - SWEPT_BEFORE);

/** Tags of what a restore makes for a drill; none for any other restore. */
export const drillTags = ({ drill }: Pick<RestoreRecord, 'drill'>): Readonly<Record<string, string>> =>
  drill ? { [DRILL_TAG]: drill.id, [EXPIRES_TAG]: iso(drill.deadline) } : {};

/** The drill that something was restored for: nothing else is ever torn down. */
export function drillOf(restore: RestoreRecord): DrillMark {
  const { drill, id } = restore;
  invariant(drill, 'only what was restored for a drill is torn down', { restore: id });
  invariant(drill.id.startsWith('drill-'), 'a drill is called drill-…', { restore: id, drill: drill.id });
  return drill;
}
