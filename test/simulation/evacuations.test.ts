import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { BUCKETS, FILES, PARAMETERS } from './evacuations/blueprint.ts';
import { cover, type Task } from './evacuations/exploring.ts';
import type { StoryName } from './evacuations/story.ts';
import { Theatre } from './evacuations/theatre.ts';
import { AWAY } from './installations.ts';
import { asOwner } from './owner.ts';

/* The whole is `npm run sim:region-loss`; here are the calls at which most is at stake. */

let theatre: Theatre;

beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre?.close());

/** The number of the last call that is called so. */
async function callOf(story: StoryName, label: RegExp): Promise<number> {
  const { calls } = await theatre.undisturbed(story);
  const found = calls.findLastIndex((call) => label.test(call));
  if (found < 0) throw new Error(`${story} makes no call ${label}`);
  return found + 1;
}

it('a failover that nothing disturbs brings the group over and leaves the dark region alone', async () => {
  expect((await theatre.undisturbed('failover')).violations).toEqual([]);
});

it.each([
  ['after', 'away-lost', 'the epoch is raised', /raise-epoch calls dynamodb (Put|Update|Transact)/],
  ['before', 'away-lost', 'what became of a restore is written down', /adopt-restore calls dynamodb Put/],
  ['after', 'home-back', 'the first application is switched', /switch-cluster calls ssm PutParameter/],
] as const)('%s %s where %s, the group arrives', async (when, fault, _what, label) => {
  const placement = { fault, call: await callOf('failover', label), when };
  const task: Task = { story: 'failover', placement };
  expect((await cover(theatre, task)).violations).toEqual([]);
});

it('a fault that finds no call to strike is no proof of anything', async () => {
  const { violations } = await theatre.run('failover', { fault: 'away-lost', call: 5_000, when: 'before' });
  expect(violations).toEqual(['nothing was struck at 5000b']);
});

describe('the judge of a failover sees', () => {
  const spoil = (): readonly (readonly [string, (stage: Stage) => void, RegExp])[] => [
    [
      'a file that did not come over',
      (stage) => asOwner(stage, 's3', 'DeleteObject', { Bucket: BUCKETS[AWAY], Key: 'a.txt' }, AWAY),
      /differ from the truth/,
    ],
    [
      'applications that are still sent elsewhere',
      ({ cloud, now }) => cloud.ssm.seed(AWAY, PARAMETERS[FILES], 'nobody yet', now),
      /was not switched/,
    ],
  ];

  it.each(spoil())('%s', async (_what, tamper, said) => {
    const { violations } = await theatre.run('failover', undefined, tamper);
    expect(violations).toEqual([expect.stringMatching(said)]);
  });
});
