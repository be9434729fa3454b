import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultKind } from '../../embedded/faults/mix.ts';
import { CI_SEEDS } from './ci-seeds.ts';
import { Blueprints } from './sim/blueprints.ts';
import { firstDifference } from './sim/first-difference.ts';
import { type Outcome, simulate } from './sim/simulate.ts';
import { commandOf, optionsOf, type Trial } from './sim/trial.ts';

interface Lived {
  readonly trial: Trial;
  readonly once: Outcome;
  readonly again: Outcome;
}

const lived: Lived[] = [];

beforeAll(async () => {
  const blueprints = await Blueprints.synthesized();
  afterAll(() => blueprints.close());
  for (const trial of CI_SEEDS) {
    const once = await simulate(blueprints, optionsOf(trial));
    lived.push({ trial, once, again: await simulate(blueprints, optionsOf(trial)) });
  }
}, 480_000);

it('nothing is lost in any of them', () => {
  for (const { trial, once } of lived) expect(once.violations, commandOf(trial)).toEqual([]);
});

it('each is the same when it is lived through again, line by line', () => {
  for (const { trial, once, again } of lived) {
    expect(firstDifference(once.log, again.log), `${commandOf(trial)} --twice`).toBeUndefined();
    expect(once.log.length, commandOf(trial)).toBeGreaterThan(100);
  }
});

it('every fault takes place in one of them, and is no empty word', () => {
  const hit = new Set<FaultKind>();
  for (const { once } of lived)
    for (const [kind, times] of once.faults.injected) if (times > 0) hit.add(kind);
  const missing = FAULT_KINDS.filter((kind) => !hit.has(kind));
  expect(missing, 'npm run sim -- --choose 40 picks seeds that show them').toEqual([]);
});
