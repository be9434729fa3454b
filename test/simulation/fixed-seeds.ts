import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FaultKind } from '../../embedded/faults/mix.ts';
import { FIXED_SEEDS } from './ci-seeds.ts';
import { Blueprints } from './sim/blueprints.ts';
import { firstDifference } from './sim/first-difference.ts';
import type { SceneryName } from './sim/sceneries.ts';
import { type Outcome, simulate } from './sim/simulate.ts';
import { commandOf, optionsOf, type Trial } from './sim/trial.ts';

const ALL = process.env['ALL_SEEDS'] !== undefined;

/** Declares the tests of the seeds of one installation. */
export function liveThroughSeedsOf(installation: SceneryName): void {
  const { trials: few, more = [], shows } = FIXED_SEEDS[installation];
  const trials = ALL ? [...few, ...more] : few;
  // What has longer ones is dear: it is lived through again with those.
  const twice = ALL || more.length === 0;
  const lived: { readonly trial: Trial; readonly once: Outcome }[] = [];
  let again: readonly string[];

  beforeAll(async () => {
    const blueprints = await Blueprints.synthesized([installation]);
    afterAll(() => blueprints.close());
    for (const trial of trials) lived.push({ trial, once: await simulate(blueprints, optionsOf(trial)) });
    if (twice) again = (await simulate(blueprints, optionsOf(trials[0]!))).log;
  }, 480_000);

  it('nothing is lost in any of them', () => {
    expect(lived).toHaveLength(trials.length);
    for (const { trial, once } of lived) expect(once.violations, commandOf(trial)).toEqual([]);
  });

  it.runIf(twice)('the first is the same when it is lived through again, line by line', () => {
    const { trial, once } = lived[0]!;
    expect(firstDifference(once.log, again), `${commandOf(trial)} --twice`).toBeUndefined();
    expect(once.log.length, commandOf(trial)).toBeGreaterThan(100);
  });

  it('every fault that is theirs takes place in one of them, and is no empty word', () => {
    const hit = new Set<FaultKind>();
    for (const { once } of lived)
      for (const [kind, times] of once.faults.injected) if (times > 0) hit.add(kind);
    const missing = shows.filter((kind) => !hit.has(kind));
    expect(missing, 'npm run sim -- --choose 40 picks seeds that show them').toEqual([]);
  });
}
