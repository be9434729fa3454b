import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import { hours, iso } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';

/** The longest honest work of the small installations, a snapshot copied between regions, takes a third of this. */
const LONG = hours(6);

/** After everything has healed: no machine runs on and on, and no record waits for work that nobody does. */
export function nothingStuck(stage: Stage): string[] {
  const violations: string[] = [];
  const { states } = stage.cloud;
  for (const { arn, name, region } of states.machines)
    for (const { status, startedAt, input } of states.list(arn))
      if (status === 'RUNNING' && stage.now - startedAt > LONG)
        violations.push(`${name} in ${region} runs since ${iso(startedAt)}: ${input}`);
  const { points, copies } = catalogOf(stage, stage.installation.regions.primary);
  for (const { id, state, openedAt } of points)
    if (IN_FLIGHT.has(state) && stage.now - openedAt > LONG)
      violations.push(`${id} is ${state} since ${iso(openedAt)}`);
  for (const { id, region, state, startedAt } of copies)
    if ((state === 'copying' || state === 'copied') && stage.now - startedAt > LONG)
      violations.push(`the copy of ${id} in ${region} is ${state} since ${iso(startedAt)}`);
  return violations;
}
