import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import { MANUAL } from '../../../core/ids/names.ts';
import type { Rule } from '../../../core/plan/installation.ts';
import { TURNED_SUFFIX } from '../../../core/plan/turned.ts';
import { between, hours, iso } from '../../../core/time/instant.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { plansBetween } from './in-force.ts';
import { Weather } from './weather.ts';

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

/** No rule says when a capture is overdue that a person asked for, or whose rule left the plan. */
const WITHOUT_RULE = hours(24);

/**
 * While anything may happen: a capture that is past its deadline is given up, once its region is lit and its calls had
 * their time. Whoever waits on and on for an engine that hangs tells nobody that this backup will not come.
 */
export function capturesOverdue(stage: Stage): string[] {
  const { primary } = stage.installation.regions;
  const weather = new Weather(stage);
  return catalogOf(stage, primary)
    .points.filter(({ state }) => IN_FLIGHT.has(state))
    .flatMap(({ id, cluster, rule, region, state, openedAt }) => {
      const isOf = ({ name }: Rule) => name === rule || name + TURNED_SUFFIX === rule;
      const deadlines = plansBetween(stage, cluster, openedAt, stage.now).map((plan) =>
        rule === MANUAL ? undefined : plan?.rules.find(isOf)?.deadline,
      );
      const allowed = Math.max(...deadlines.map((deadline) => deadline ?? WITHOUT_RULE));
      const lit = between(openedAt, stage.now) - weather.darkBetween(openedAt, stage.now, region);
      return lit > allowed + LONG
        ? [`${id} is ${state} since ${iso(openedAt)} and had ${allowed / 3_600_000} h for it`]
        : [];
    });
}
