import { hours, minutes } from '../core/time/instant.ts';
import { choice, fail, machine, succeed, task, WEATHER } from './asl/build.ts';

/** Decide, request, and much later discard. Every region runs it; only the primary decides. */
export const expire = machine(
  'Moves recovery points without a reason to stay into the bin, and empties the bin of those whose grace has ended.',
  { startAt: 'Decide', giveUpAfter: hours(6) },
  {
    Decide: task('DecideExpiry', {
      comment:
        'Reads what is due for review, not what exists; writes the plan before anything follows from it.',
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'expiry',
      next: 'Anything to expire?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Anything to expire?': choice(
      'expiry.outcome',
      { expire: 'Request', nothing: 'Discard' },
      'Record the failure',
    ),
    Request: task('RequestExpiry', {
      into: 'requested',
      next: 'Decide',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    Discard: task('DiscardExpired', {
      into: 'discard',
      next: 'More to discard?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'More to discard?': choice('discard.outcome', { more: 'Discard', done: 'Done' }, 'Record the failure'),
    'Record the failure': task('FailExpiry', {
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    Done: succeed('Nothing more is due.'),
    Failed: fail(
      'ExpiryFailed',
      'nothing is lost by this: what was not expired is still there; the reason is in the event ExpiryFailed',
    ),
  },
);
