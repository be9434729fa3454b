import type { DrillRecord } from '../../core/drills/drill.ts';
import { type Instant, iso, seconds, speak } from '../../core/time/instant.ts';
import { table } from './table.ts';

const HEADER = ['DRILL', 'REGION', 'MODE', 'RESTORED', 'TOOK', 'ENDED', 'LEFT', 'RECEIPT', 'REASON'] as const;

/** One line for each drill, and below it what did not pass. */
export const drillLines = (drills: readonly DrillRecord[]): string[] =>
  table([
    HEADER,
    ...drills.map((drill) => [
      drill.id,
      drill.region,
      drill.mode,
      drill.instant === undefined ? 'nothing' : iso(drill.instant),
      tookOf(drill),
      drill.state === 'drilling' ? 'not yet' : drill.state,
      drill.tornDownAt === undefined ? `until ${iso(drill.deadline)}` : 'nothing',
      drill.receipt === undefined ? 'none' : String(drill.receipt),
      drill.reason ? `${drill.reason.name}: ${drill.reason.message}` : '',
    ]),
  ]);

const tookOf = ({ steps = [] }: DrillRecord): string =>
  steps.map((step) => `${step.name} ${speak(seconds(step.seconds))}`).join(', ') || 'not measured';

/** Instants as ISO 8601. */
export const drillJson = (drill: DrillRecord): Readonly<Record<string, unknown>> => ({
  ...drill,
  ...Object.fromEntries(
    (['startedAt', 'deadline', 'instant', 'endedAt', 'tornDownAt'] as const)
      .filter((name) => drill[name] !== undefined)
      .map((name) => [name, iso(drill[name] as Instant)]),
  ),
});
