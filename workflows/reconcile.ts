import { hours, minutes } from '../core/time/instant.ts';
import { choice, fail, machine, succeed, task, WEATHER } from './asl/build.ts';

/** Look, write down, look again, mend. Every region runs it; copies and their records are the primary's to mend. */
export const reconcile = machine(
  'Compares the catalog with what is really there, mends what may be mended, and tells a person of the rest.',
  { startAt: 'Survey', giveUpAfter: hours(12) },
  {
    Survey: task('SurveyRegion', {
      comment:
        'Reads only, some clusters a lap; the plan is written before anything follows from it, and what does not fit is left to the next run.',
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'survey',
      next: 'Anything to mend?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Anything to mend?': choice(
      'survey.outcome',
      { mend: 'Discard what nobody claims', more: 'Survey', done: 'Conclude' },
      'Record the failure',
    ),
    'Discard what nobody claims': task('DiscardUnclaimed', {
      into: 'discarded',
      next: 'Mend records',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Mend records': task('MendRecords', {
      into: 'recorded',
      next: 'Survey',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    Conclude: task('ConcludeReconciliation', {
      into: 'ended',
      next: 'Done',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Record the failure': task('FailReconciliation', {
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    Done: succeed('What was found is mended, or somebody was told.'),
    Failed: fail(
      'ReconciliationFailed',
      'nothing is lost by this: what was not reached is looked at by the next run; the reason is in the event ReconciliationFailed',
    ),
  },
);
