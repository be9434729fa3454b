import { describe, expect, it } from 'vitest';
import type { Installation } from '../../../core/plan/installation.ts';
import { days } from '../../../core/time/instant.ts';
import type { FaultKind } from '../../../embedded/faults/mix.ts';
import { firstDifference } from './first-difference.ts';
import { readTrial } from './options.ts';
import { storyOf } from './story.ts';
import { Tally } from './tally.ts';
import { commandOf, type Trial, trialOf } from './trial.ts';
import type { Verdict } from './verdict.ts';

const typed = (command: string) => {
  const value = (option: string) => new RegExp(`--${option} (\\S+)`).exec(command)?.[1];
  return readTrial(Number(value('seed')), {
    days: value('days'),
    mild: command.includes('--mild'),
    installation: value('installation'),
    only: value('only'),
    without: value('without'),
  });
};

describe('a command', () => {
  const trials: readonly Trial[] = [
    ...Array.from({ length: 20 }, (_, seed) => trialOf(seed)),
    { seed: -4, days: 1, temper: 'mild', only: [] },
    { seed: 9, days: 60, temper: 'swarm', installation: 'selfrun', only: ['bit-rot', 'lost-answer'] },
    { seed: 9, days: 3, temper: 'swarm', without: ['bit-rot'] },
  ];

  it.each(trials)('that is printed means the run that it was printed for: $seed', (trial) => {
    expect(typed(commandOf(trial))).toEqual({ only: undefined, without: undefined, ...trial });
  });

  it('with a seed alone means the run that a hunt makes of this seed', () => {
    for (let seed = 0; seed < 20; seed++)
      expect(readTrial(seed, { mild: false })).toMatchObject(trialOf(seed));
  });

  it('with a fault that does not exist is refused with those that do', () => {
    expect(() => readTrial(1, { mild: false, only: 'earthquake' })).toThrow(/"earthquake".*bit-rot/);
  });
});

it('seeds differ in their days and in how rough they are', () => {
  const trials = Array.from({ length: 100 }, (_, seed) => trialOf(seed));
  expect(new Set(trials.map((trial) => trial.days))).toEqual(new Set([2, 3, 4, 5, 6]));
  expect(new Set(trials.map((trial) => trial.temper))).toEqual(new Set(['mild', 'swarm']));
});

it('two logs differ first where one goes on or says something else', () => {
  expect(firstDifference(['a', 'b'], ['a', 'b'])).toBeUndefined();
  expect(firstDifference(['a', 'b'], ['a', 'c'])).toMatch(/line 2:\n.*b\n.*c/);
  expect(firstDifference(['a'], ['a', 'c'])).toMatch(/line 2:\n.*\(ended\)\n.*c/);
});

describe('a story', () => {
  const installation = { clusters: [{ name: 'orders' }, { name: 'documents' }] } as unknown as Installation;
  const log = [
    '2026-03-18T01:00:00Z holdfast: orders-daily-20260318t010000z is sealed',
    '2026-03-18T02:00:00Z holdfast: documents-daily-20260318t020000z is sealed',
    '2026-03-18T03:00:00Z holdfast: orders-daily-20260318t010000z is copied',
    '2026-03-18T04:00:00Z holdfast: orders-daily-20260318t040000z is sealed',
  ];

  it('is about the points that the violation names', () => {
    const story = storyOf(log, ['nothing-stuck: orders-daily-20260318t010000z is copying'], installation);
    expect(story).toEqual([log[0], log[2]]);
  });

  it('is about the cluster when it names no point, and ends where the violation does', () => {
    const violation = 'failures-announced: the objective of orders was missed at 2026-03-18T03:30:00Z';
    expect(storyOf(log, [violation], installation)).toEqual([log[0], log[2]]);
  });

  it('is the end of the log when it names nothing, and nothing when nothing is wrong', () => {
    expect(storyOf(log, ['run: broke off'], installation)).toEqual(log);
    expect(storyOf(log, [], installation)).toEqual([]);
  });
});

describe('a hunt', () => {
  const ran = (
    violations: readonly string[],
    injected: readonly (readonly [FaultKind, number])[],
  ): Verdict => ({
    trial: trialOf(1),
    violations,
    story: [],
    mix: [],
    injected,
    virtual: days(5),
    lines: 1,
    digest: 'none',
  });

  it('counts runs per checker, not what each run found of one cause', () => {
    const tally = new Tally();
    tally.add(ran(['nothing-stuck: a', 'nothing-stuck: b', 'objectives-hold: c'], []));
    tally.add(ran(['nothing-stuck: a'], []));
    tally.add(ran([], []));
    const report = tally.report(30).join('\n');
    expect(report).toMatch(/3 runs, 15 virtual days in 30 s: 0\.5 virtual days per second/);
    expect(report).toMatch(
      /2 runs with violations:\n {2}nothing-stuck in 2 runs\n {2}objectives-hold in 1 runs/,
    );
  });

  it('fails over a fault that was on and never took place, once it has lived through a hundred runs', () => {
    const tally = new Tally();
    for (let run = 0; run < 99; run++) tally.add(ran([], [['bit-rot', 0]]));
    expect(tally.neverHit).toEqual([]);
    tally.add(ran([], [['lost-answer', 2]]));
    expect(tally.neverHit).toEqual(['bit-rot']);
    expect(tally.neverOn).not.toContain('bit-rot');
    expect(tally.neverOn).toContain('region-dark');
  });
});
