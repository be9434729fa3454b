import { afterAll, beforeAll, expect, it } from 'vitest';
import { Blueprint } from '../support/world-of.ts';
import { SMALL } from './installations.ts';
import { REGRESSIONS } from './regressions.ts';
import { firstDifference } from './sim/first-difference.ts';
import { simulate } from './sim/simulate.ts';
import { commandOf, optionsOf, type Trial } from './sim/trial.ts';

let blueprint: Blueprint;

beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
});
afterAll(() => blueprint?.close());

it.each(REGRESSIONS)(
  'seed $seed stays quiet, twice the same: $story',
  async ({ seed, days, without }) => {
    const trial: Trial = { seed, days, without, temper: 'swarm' };
    const once = await simulate(blueprint, optionsOf(trial));
    expect(once.violations, commandOf(trial)).toEqual([]);
    const again = await simulate(blueprint, optionsOf(trial));
    expect(firstDifference(once.log, again.log), `${commandOf(trial)} --twice`).toBeUndefined();
  },
  240_000,
);
