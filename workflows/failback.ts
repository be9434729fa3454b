import { days, minutes } from '../core/time/instant.ts';
import { askWith } from './asl/beyond.ts';
import { choice, fail, machine, succeed, task, WEATHER, waitFor } from './asl/build.ts';
import { endsWith, everyMember, ONE, protect } from './failback-member.ts';

/** The active side goes home. Started where the group is active, with its home there again. */
export const failback = machine(
  'Brings a group home by difference, from the region that took it over: { "group": "shop" }.',
  { startAt: 'Resolve', giveUpAfter: days(30) },
  {
    Resolve: task('ResolveFailback', {
      comment:
        'Nothing has been done yet, so a refusal ends the execution under its own name and says what would work.',
      parameters: {
        'request.$': '$',
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
      },
      into: 'failback',
      next: 'Was it home before?',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(5),
    }),
    'Was it home before?': choice(
      'failback.outcome',
      { new: 'Protect this side first', again: 'Switch each member' },
      'Protect this side first',
    ),
    'Protect this side first': protect('first', {
      comment: 'While this side works on: most of what has to move moves now.',
      next: 'Ask whether writers have stopped',
      names: [
        'Back up',
        'Look for it at home',
        'Is it proven there?',
        'Wait for its copy',
        'It is protected',
        'Write down why it is not protected',
        'It is not protected',
      ],
    }),
    'Ask whether writers have stopped': askWith('AskApproval', {
      comment:
        'From here on what is written on this side is lost. Silence is a no, and nothing has happened.',
      parameters: {
        'id.$': '$.failback.move',
        about: 'writers-stopped',
        'sentence.$': '$.failback.sentence',
        'facts.$': '$.failback.facts',
        'askedBy.$': '$.failback.askedBy',
        'withinSeconds.$': '$.failback.withinSeconds',
        fourEyes: false,
      },
      into: 'approval',
      next: 'Have they stopped?',
      retry: WEATHER,
      within: 'failback.withinSeconds',
      onSilence: 'Record the silence',
      onError: 'Record the failure',
    }),
    'Have they stopped?': choice(
      'approval.answer',
      { yes: 'Take the last difference', no: 'Record the refusal' },
      'Record the refusal',
    ),
    'Take the last difference': protect('last', {
      comment: 'Nobody writes any more, so this is the state that goes home.',
      next: 'Bring each member home',
      names: [
        'Back up again',
        'Look for that at home',
        'Is that proven there?',
        'Wait for that copy',
        'That is protected',
        'Write down why that is not protected',
        'That is not protected',
      ],
    }),
    'Bring each member home': everyMember(
      'Side by side. Home is not the true side yet, so what is there may be brought up to date.',
      'Bring it home',
      'Raise the epoch',
      {
        'Bring it home': task('BringHome', {
          comment: 'holdfast-restore of the other region: an execution there cannot be waited for from here.',
          parameters: { ...ONE, 'state.$': '$' },
          into: 'brought',
          next: 'Is it there?',
          retry: [...WEATHER, 'EngineBusy'],
          onError: 'Write down why it is not there',
          timeout: minutes(5),
        }),
        'Is it there?': choice(
          'brought.outcome',
          { home: 'It is there', waiting: 'Wait for its restore' },
          'Wait for its restore',
        ),
        'Wait for its restore': waitFor('brought.pollAfterSeconds', 'Bring it home'),
        'It is there': succeed('It holds the last state of the other side.'),
        ...endsWith('Write down why it is not there', 'It is not there'),
      },
    ),
    'Raise the epoch': task('RaiseEpoch', {
      comment: 'From here on home is the true side, its schedules run again, and this side is refused.',
      parameters: {
        'execution.$': '$$.Execution.Id',
        'failover.$': '$.failback',
        'approval.$': '$.approval',
      },
      into: 'epoch',
      next: 'Switch each member',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Switch each member': everyMember(
      'What the configuration names points home from now on: records, parameters, secrets.',
      'Switch',
      'Record',
      {
        Switch: task('SwitchCluster', {
          parameters: { 'cluster.$': '$.member.cluster', 'region.$': '$.failback.to' },
          into: 'switched',
          next: 'Write down what was switched',
          retry: WEATHER,
          onError: 'Write down why it is not switched',
          timeout: minutes(15),
        }),
        'Write down what was switched': task('RecordMember', {
          parameters: { 'failover.$': '$.failback', 'member.$': '$.member', 'state.$': '$' },
          into: 'ended',
          next: 'It is switched',
          retry: WEATHER,
          onError: 'It is not switched',
          timeout: minutes(2),
        }),
        'It is switched': succeed('It serves at home.'),
        ...endsWith('Write down why it is not switched', 'It is not switched'),
      },
    ),
    Record: task('RecordFailback', {
      parameters: { 'failback.$': '$.failback' },
      into: 'record',
      next: 'end',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(5),
    }),
    'Record the refusal': notStopped('refused', 'Refused'),
    Refused: fail('ApprovalRefused', 'somebody said no; the group stays where it is, and protected'),
    'Record the silence': notStopped('expired', 'Nobody answered'),
    'Nobody answered': fail(
      'ApprovalExpired',
      'nobody said in time that writers have stopped; the group stays where it is, and protected',
    ),
    'Record the failure': task('FailFailback', {
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'ended',
      next: 'Incomplete',
      retry: WEATHER,
      onError: 'Incomplete',
      timeout: minutes(5),
    }),
    Incomplete: fail(
      'FailbackIncomplete',
      'the group is not home, or not switched; the reason is in the event FailbackIncomplete and in the catalog, and starting it again goes on with it',
    ),
  },
);

function notStopped(unapproved: 'refused' | 'expired', next: string) {
  return task('FailFailback', {
    parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$', unapproved },
    into: 'ended',
    next,
    retry: WEATHER,
    onError: next,
    timeout: minutes(2),
  });
}
