import { hours, minutes } from '../core/time/instant.ts';
import { choice, fail, machine, succeed, task, WEATHER } from './asl/build.ts';

/** Read, copy the twin over what rotted, read again. Every region scrubs its own vault; the primary sets copies aside. */
export const verify = machine(
  'Reads what lies in the vault byte by byte, mends what rotted from another region, and tells a person of the rest.',
  { startAt: 'Scrub', giveUpAfter: hours(12) },
  {
    Scrub: task('ScrubVault', {
      comment:
        'Some gigabytes a lap, and no more a day than the budget; the next run goes on where this one ends. What was copied is read again here before it counts as mended.',
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'scrub',
      next: 'Anything rotten?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Anything rotten?': choice(
      'scrub.outcome',
      { mend: 'Copy from a twin', more: 'Scrub', done: 'Conclude' },
      'Record the failure',
    ),
    'Copy from a twin': task('MendRot', {
      into: 'mended',
      next: 'Scrub',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    Conclude: task('ConcludeScrub', {
      into: 'ended',
      next: 'Done',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(5),
    }),
    'Record the failure': task('FailScrub', {
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    Done: succeed('What rotted is mended, or somebody was told.'),
    Failed: fail(
      'ScrubFailed',
      'nothing is lost by this: the next run goes on from here; the reason is in the event ScrubFailed',
    ),
  },
);
