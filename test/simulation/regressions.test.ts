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
  'seed $seed stays quiet: $story',
  async ({ seed, days, only }) => {
    const trial: Trial = { seed, days, only, temper: 'swarm' };
    const { violations } = await simulate(blueprint, optionsOf(trial));
    expect(violations, commandOf(trial)).toEqual([]);
  },
  240_000,
);

it('the first of them is the same when it is lived through again, line by line', async () => {
  const { seed, days, only } = REGRESSIONS[0]!;
  const trial: Trial = { seed, days, only, temper: 'swarm' };
  const once = await simulate(blueprint, optionsOf(trial));
  const again = await simulate(blueprint, optionsOf(trial));
  expect(firstDifference(once.log, again.log), `${commandOf(trial)} --twice`).toBeUndefined();
}, 240_000);
