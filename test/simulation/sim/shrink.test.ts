import { expect, it } from 'vitest';
import type { Duration } from '../../../core/time/instant.ts';
import type { FaultKind } from '../../../embedded/faults/mix.ts';
import { shrink } from './shrink.ts';
import type { Trial } from './trial.ts';
import type { Verdict } from './verdict.ts';

const ON: readonly FaultKind[] = ['throttle.s3', 'lost-answer', 'snapshot-hangs', 'bit-rot', 'region-dark'];
const LONG: Trial = { seed: 7, days: 6, temper: 'swarm' };

/** A run that fails as `violations` say, with the faults of its trial. */
const verdictOf = (trial: Trial, violations: readonly string[]): Verdict => ({
  trial,
  violations,
  story: [],
  mix: [],
  injected: ON.map((kind) => [kind, (trial.only ?? ON).includes(kind) && kind !== 'bit-rot' ? 3 : 0]),
  virtual: 0 as Duration,
  lines: 1,
  digest: 'none',
});

/** A product that fails when `when` says so. */
const product =
  (when: (trial: Trial, faults: readonly FaultKind[]) => readonly string[]) =>
  async (trial: Trial): Promise<Verdict> =>
    verdictOf(trial, when(trial, trial.only ?? ON));

const never = (): boolean => false;

it('what is left are the days and the faults that the failure needs', async () => {
  const run = product(({ days, temper }, faults) =>
    days >= 3 && faults.includes('lost-answer') && faults.includes('region-dark')
      ? [`nothing-stuck: with ${temper}`]
      : [],
  );
  const { verdict, complete } = await shrink(await run(LONG), { run, over: never });
  expect(verdict.trial).toEqual({
    seed: 7,
    days: 3,
    temper: 'mild',
    only: ['lost-answer', 'region-dark'],
    without: undefined,
  });
  expect(complete).toBe(true);
});

it('a failure that needs nothing wild and no fault at all is told so', async () => {
  const run = product(() => ['nothing-stuck: always']);
  const { verdict } = await shrink(await run(LONG), { run, over: never });
  expect(verdict.trial).toMatchObject({ days: 1, temper: 'mild', only: [] });
});

it('a shorter run that fails in another checker only is not the same failure', async () => {
  const run = product(({ days }) => (days >= 5 ? ['nothing-stuck: late'] : ['objectives-hold: early']));
  const { verdict } = await shrink(await run(LONG), { run, over: never });
  expect(verdict.trial.days).toBe(5);
  expect(verdict.violations[0]).toMatch(/^nothing-stuck/);
});

it('a failure that needs its wild faults keeps them', async () => {
  const run = product(({ temper }) => (temper === 'swarm' ? ['nothing-stuck: wild'] : []));
  const { verdict } = await shrink(await run(LONG), { run, over: never });
  expect(verdict.trial.temper).toBe('swarm');
});

it('when the time is over, what was found by then is the answer', async () => {
  const run = product(() => ['nothing-stuck: always']);
  let attempts = 0;
  const { verdict, complete } = await shrink(await run(LONG), {
    run,
    over: () => attempts >= 1,
    tell: () => attempts++,
  });
  expect(verdict.trial).toEqual({ ...LONG, days: 1 });
  expect(complete).toBe(false);
});
