import { afterAll, beforeAll, expect, it } from 'vitest';
import { explore } from './crashes/exploring.ts';
import { oneMore, readPlacement } from './crashes/placement.ts';
import { ENGINES, FLOWS } from './crashes/scenario.ts';
import { subjectsOf, Theatre } from './crashes/theatre.ts';

/** The whole is `npm run sim:crashes`; of each scenario, here are as many placements as are quickly had. */
const EVERY_NTH = 37;

let theatre: Theatre;

beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre?.close());

/** Every flow, the engines by turns. */
const SUBJECTS = FLOWS.flatMap((flow, n) => subjectsOf([flow], [ENGINES[n % ENGINES.length]!]));

it.each(SUBJECTS)('$flow of $engine comes to its end wherever a function crashes', async (subject) => {
  const { calls, violations } = await theatre.run(subject, []);
  expect(violations).toEqual([]);
  const sample = [...oneMore([], calls.length)].filter((_, n) => n % EVERY_NTH === 0);
  for (const placement of sample) {
    const covered = await explore(theatre, { ...subject, placement, crashesMax: 1 });
    expect(covered.violations).toEqual([]);
  }
});

it('a second crash strikes the repetition that the first one caused', async () => {
  const subject = { flow: 'copy', engine: 'objects' } as const;
  const { calls, violations } = await theatre.run(subject, readPlacement('5a,9b'));
  expect(calls[8]).toBe(calls[3]);
  expect(calls[12]).toBe(calls[3]);
  expect(violations).toEqual([]);
});

it('a crash that finds no call to strike is no proof of anything', async () => {
  const { violations } = await theatre.run({ flow: 'copy', engine: 'objects' }, readPlacement('5000b'));
  expect(violations).toEqual(['of 5000b, 0 crashes took place']);
});
