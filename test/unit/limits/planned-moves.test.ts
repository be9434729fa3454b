import { expect, test } from 'vitest';
import { GROUP_MEMBERS_MAX } from '../../../core/plan/limits.ts';
import { waitAfter, waiting } from '../../../lambdas/failback/waiting.ts';
import { MACHINES } from '../../../workflows/index.ts';
import { fits } from './promised.ts';

/** Step Functions: an execution fails when its history would exceed this. */
const HISTORY_EVENTS = 25_000;
/** A wait of two, a task of five, a choice of two. */
const EVENTS_OF_A_LAP = 9;
/** What else is done for a member: its backups, its switch, its records. */
const EVENTS_OF_A_MEMBER = 60;
/** The first backup, the last one and the restore, each with its wait. */
const PHASES = 3;
const PHASE_HOURS = 8;

const lapsIn = (seconds: number, members: number): number => {
  let [laps, waited] = [0, 0];
  while (waited < seconds) waited += waitAfter(++laps, members);
  return laps;
};

test.each([1, 3, 10, 40, GROUP_MEMBERS_MAX])(
  'the history of a planned move of %i members has room for hours of waiting in each of its phases',
  (members) => {
    const laps = PHASES * lapsIn(PHASE_HOURS * 3_600, members);
    fits(
      members * (laps * EVENTS_OF_A_LAP + EVENTS_OF_A_MEMBER),
      HISTORY_EVENTS,
      `${members} members x ${laps} laps of ${EVENTS_OF_A_LAP} events, and ${EVENTS_OF_A_MEMBER} beside`,
    );
  },
);

test('what is waited for is found soon after its end where the members are few', () => {
  for (let lap = 1; lap < 50; lap++) expect(waitAfter(lap, 3)).toBeLessThanOrEqual(900);
  expect(waitAfter(1, 3)).toBe(30);
});

test('what never ends is given up after three days, however many members there are', () => {
  for (const members of [1, 100]) {
    const last = lapsIn(3 * 86_400, members);
    expect(waiting(last, 'the copy', members).lap).toBe(last);
    expect(() => waiting(last + 1, 'the copy', members)).toThrow('three days');
  }
});

// A capture of files pins the whole second before the one in which it began (S3 gives no finer time).
test.each(['failback', 'switchover'] as const)(
  'the last capture of a %s begins long enough after the answer to hold what was written right before it',
  (machine) => {
    const { States } = MACHINES[machine];
    const asked = States['Have they stopped?'];
    const yes = asked?.Type === 'Choice' && asked.Choices.find((one) => one.StringEquals === 'yes')?.Next;
    expect(States[yes || '']).toMatchObject({ Type: 'Wait', Seconds: 10, Next: 'Take the last difference' });
  },
);
