import { days, minutes } from '../core/time/instant.ts';
import { runMachine } from './asl/beyond.ts';
import { choice, fail, machine, succeed, task, WEATHER, waitFor } from './asl/build.ts';

/** A restore that was rehearsed: restored apart, compared, measured, removed, recorded. */
export const drill = machine(
  'Restores a cluster into isolation, compares it, and removes it again: { "cluster": "orders" }.',
  { startAt: 'Resolve', giveUpAfter: days(5) },
  {
    Resolve: task('ResolveDrill', {
      comment: 'A refusal of the request ends the execution under its own name: nothing has been done yet.',
      parameters: {
        'request.$': '$',
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
      },
      into: 'drill',
      next: 'How?',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(2),
    }),
    'How?': choice(
      'drill.next',
      { prove: 'Prove that the primary is denied', restore: 'Restore', fail: 'Record' },
      'Record',
    ),
    'Prove that the primary is denied': task('ProvePrimaryDenied', {
      comment:
        'Everything that restores here is denied every action in the primary, always. This shows that it is so.',
      into: 'denied',
      next: 'Restore',
      retry: WEATHER,
      onError: 'Tear down',
      timeout: minutes(2),
    }),
    Restore: runMachine('restore', {
      comment: 'The machine that anybody restores with.',
      name: 'drill.drillId',
      input: {
        'cluster.$': '$.drill.cluster',
        'to.$': '$.drill.to',
        drill: { 'id.$': '$.drill.drillId', 'deadline.$': '$.drill.deadline' },
      },
      into: 'restored',
      next: 'Compare',
      onError: 'Tear down',
      timeout: days(4),
    }),
    Compare: task('CompareDrill', {
      parameters: {
        'drill.$': '$.drill',
        'restore.$': '$.restored.output.restore',
        'work.$': '$.restored.output.work',
      },
      into: 'compared',
      next: 'Tear down',
      retry: WEATHER,
      onError: 'Tear down',
      timeout: minutes(15),
    }),
    'Tear down': task('TearDownDrill', {
      comment: 'Whatever happened before. What it does not bring about, SweepDrills does.',
      into: 'tearDown',
      next: 'Gone?',
      retry: [...WEATHER, 'EngineBusy', 'QuotaReached'],
      onError: 'Record',
      timeout: minutes(15),
    }),
    'Gone?': choice(
      'tearDown.outcome',
      { gone: 'Record', running: 'Wait until it is gone', overdue: 'Record' },
      'Record',
    ),
    'Wait until it is gone': waitFor('tearDown.pollAfterSeconds', 'Tear down'),
    Record: task('RecordDrill', {
      parameters: { 'state.$': '$' },
      into: 'record',
      next: 'Passed?',
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    'Passed?': choice('record.outcome', { passed: 'Passed', failed: 'Failed' }, 'Failed'),
    Passed: succeed('What was restored is what was captured, and nothing of it is left.'),
    Failed: fail(
      'DrillFailed',
      "the reason is in the drill's record, in the event DrillFailed and in the step before this one",
    ),
  },
);
