import { hours, minutes } from '../core/time/instant.ts';
import { choice, fail, machine, succeed, task, WEATHER, waitFor } from './asl/build.ts';

/**
 * One execution for all clusters, because most of them need nothing but a look. Whatever holds one up, its tool or its
 * network, stays with its own errand: the others are tended beside it, and the next execution looks at them anew.
 */
export const supervise = machine(
  'Keeps the continuous logs running, writes down how far they reach, and truncates them to what recovery points need.',
  { startAt: 'Look', giveUpAfter: hours(26) },
  {
    Look: task('LookAtLogs', {
      comment:
        'Reads the vault only, which is cheap: tools are asked once an hour, and when something looks wrong.',
      into: 'work',
      next: 'Anything to tend?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(5),
    }),
    'Anything to tend?': choice('work.outcome', { tend: 'Tend', done: 'Done' }, 'Record the failure'),
    Tend: task('TendLogs', {
      parameters: {
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
        'state.$': '$',
      },
      into: 'work',
      next: 'More to tend?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(10),
    }),
    'More to tend?': choice(
      'work.outcome',
      { tend: 'Wait for the tools', done: 'Done', overdue: 'Record the failure' },
      'Record the failure',
    ),
    'Wait for the tools': waitFor('work.pollAfterSeconds', 'Tend'),
    'Record the failure': task('FailSupervision', {
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    Done: succeed('Every log is where it should be, or somebody was told.'),
    Failed: fail(
      'SupervisionFailed',
      'logs that run go on by themselves, and the next supervision looks at them anew; the reason is in the event SupervisionFailed',
    ),
  },
);
