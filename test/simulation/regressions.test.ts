import { afterAll, beforeAll, expect, it } from 'vitest';
import { REGRESSIONS } from './regressions.ts';
import { Blueprints } from './sim/blueprints.ts';
import { simulate } from './sim/simulate.ts';
import { commandOf, optionsOf, type Trial } from './sim/trial.ts';

const CHOSEN = REGRESSIONS.filter(({ inEveryTest }) => inEveryTest || process.env['ALL_SEEDS'] !== undefined);
const INSTALLATIONS = [...new Set(CHOSEN.map(({ installation = 'small' }) => installation))];

let blueprints: Blueprints;

beforeAll(async () => {
  blueprints = await Blueprints.synthesized(INSTALLATIONS);
}, 600_000);
afterAll(() => blueprints?.close());

it.each(CHOSEN)(
  'seed $seed stays quiet: $story',
  async ({ seed, days, installation, only }) => {
    const trial: Trial = { seed, days, installation, only, temper: 'swarm' };
    const { violations } = await simulate(blueprints, optionsOf(trial));
    expect(violations, commandOf(trial)).toEqual([]);
  },
  600_000,
);
