import { afterAll, beforeAll, expect, it } from 'vitest';
import { Blueprint } from '../support/world-of.ts';
import { SMALL } from './installations.ts';
import { REGRESSIONS } from './regressions.ts';
import { simulate } from './sim/simulate.ts';

let blueprint: Blueprint;

beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
});
afterAll(() => blueprint?.close());

it.each(REGRESSIONS)('seed $seed stays quiet: $story', async ({ seed, days, without = [] }) => {
  const { violations } = await simulate(blueprint, { seed, days, without, temper: 'swarm' });
  expect(
    violations,
    `npm run sim -- --seed ${seed} --days ${days}${without.length > 0 ? ` --without ${without.join(',')}` : ''}`,
  ).toEqual([]);
});
