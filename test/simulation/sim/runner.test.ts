import { expect, it } from 'vitest';
import type { Installation } from '../../../core/plan/installation.ts';
import { milliseconds } from '../../../core/time/instant.ts';
import { Blueprint } from '../../support/world-of.ts';
import { Blueprints } from './blueprints.ts';
import { Runner } from './runner.ts';
import { trialOf } from './trial.ts';

/** Nothing can be deployed of it: whoever tries breaks. */
const blueprint = new Blueprint({} as Installation, { stacks: [], files: [] });
const broken = new Blueprints(
  new Map([
    ['small', blueprint],
    ['selfrun', blueprint],
    ['sided', blueprint],
  ]),
);

it('a run that breaks its process is a violation with what the process said, and the next run has a new one', async () => {
  const runner = new Runner({ blueprints: broken });
  try {
    for (const seed of [1, 2]) {
      const { trial, violations } = await runner.run(trialOf(seed));
      expect(trial.seed).toBe(seed);
      expect(violations).toHaveLength(1);
      expect(violations[0]).toMatch(/^run: broke its process, which ended with code 1: [\s\S]*has no stacks/);
    }
  } finally {
    await runner.close();
  }
});

it('a run that does not end is a violation', async () => {
  const runner = new Runner({ blueprints: broken, deadline: milliseconds(0) });
  try {
    const { violations } = await runner.run(trialOf(1));
    expect(violations).toEqual(['run: did not end within 0 s']);
  } finally {
    await runner.close();
  }
});
