import { expect, it } from 'vitest';
import { type Trial, trialOf } from '../sim/trial.ts';
import { ALL_MUTANTS } from './all.ts';
import { mutate, requireFresh, trialUnder } from './mutant.ts';

it.each(ALL_MUTANTS)('$name changes texts that stand in the product exactly once', (mutant) => {
  requireFresh(mutant);
});

it('each mutant has a name and a story of its own, and changes something', () => {
  expect(new Set(ALL_MUTANTS.map(({ name }) => name)).size).toBe(ALL_MUTANTS.length);
  expect(new Set(ALL_MUTANTS.map(({ story }) => story)).size).toBe(ALL_MUTANTS.length);
  for (const { edits } of ALL_MUTANTS) {
    expect(edits).not.toEqual([]);
    for (const { find, replace } of edits) expect(replace).not.toBe(find);
  }
});

it('a text that is gone, or that stands there twice, is refused with the file and the text', () => {
  const edit = { file: 'core/some.ts', find: 'a < b', replace: 'a > b' };
  expect(mutate('if (a < b) return;', edit)).toBe('if (a > b) return;');
  expect(() => mutate('if (a <= b) return;', edit)).toThrow(/0 times in core\/some\.ts.*a < b/);
  expect(() => mutate('a < b || a < b', edit)).toThrow(/2 times in core\/some\.ts/);
});

it('a mutant is looked for under its own circumstances, and a seed draws whatever it does not name', () => {
  const drawn: Trial = { ...trialOf(3), installation: 'small' };
  expect(trialUnder({}, 3)).toEqual(drawn);
  expect(trialUnder({ under: { days: 9, only: ['bit-rot'] } }, 3)).toEqual({
    ...drawn,
    days: 9,
    only: ['bit-rot'],
  });
});
