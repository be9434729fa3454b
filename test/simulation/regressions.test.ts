import { afterAll, beforeAll, expect, it } from 'vitest';
import { Blueprint } from '../support/world-of.ts';
import { SMALL } from './installations.ts';
import { REGRESSIONS } from './regressions.ts';
import { simulate } from './sim/simulate.ts';
import { commandOf, optionsOf, type Trial } from './sim/trial.ts';

let blueprint: Blueprint;

beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
});
afterAll(() => blueprint?.close());

const CHOSEN = REGRESSIONS.filter(({ inEveryTest }) => inEveryTest || process.env['ALL_SEEDS'] !== undefined);

it.each(CHOSEN)(
  'seed $seed stays quiet: $story',
  async ({ seed, days, only }) => {
    const trial: Trial = { seed, days, only, temper: 'swarm' };
    const { violations } = await simulate(blueprint, optionsOf(trial));
    expect(violations, commandOf(trial)).toEqual([]);
  },
  240_000,
);
