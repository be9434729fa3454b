import { days, minutes, seconds } from '../core/time/instant.ts';
import { askWith } from './asl/beyond.ts';
import { choice, fail, machine, notTold, pause, succeed, task, WEATHER, waitFor } from './asl/build.ts';
import type { Definition } from './asl/language.ts';
import { INCOMPLETE, type PlannedKind } from './contracts/failback.ts';
import { endsWith, everyMember, ONE, protect } from './planned-member.ts';

/**
 * A group changes sides with both regions there, and without loss: home again (failback), or away as an exercise
 * (switchover). Both run in the region that the group fails over to, which alone ever writes the epoch.
 */
export const plannedMove = (kind: PlannedKind, comment: string): Definition =>
  machine(
    comment,
    { startAt: 'Resolve', giveUpAfter: days(30) },
    {
      Resolve: task('ResolveFailback', {
        comment:
          'Nothing has been done yet, so a refusal ends the execution under its own name and says what would work.',
        parameters: {
          kind,
          'request.$': '$',
          'execution.$': '$$.Execution.Id',
          'startedAt.$': '$$.Execution.StartTime',
        },
        into: 'planned',
        next: 'Has it changed sides before?',
        retry: WEATHER,
        onError: 'refuse',
        timeout: minutes(5),
      }),
      'Has it changed sides before?': choice(
        'planned.outcome',
        { new: 'Protect the active side first', again: 'Switch each member' },
        'Protect the active side first',
      ),
      'Protect the active side first': protect(kind, 'first', {
        comment: 'While it works on: most of what has to move moves now.',
        next: 'Ask whether writers have stopped',
        names: {
          back: 'Back up',
          goesOn: 'Is the backup done?',
          meanwhile: 'Wait for the backup',
          look: 'Look for it on the other side',
          there: 'Is it proven there?',
          wait: 'Wait for its copy',
          done: 'It is protected',
          why: 'Write down why it is not protected',
          end: 'It is not protected',
        },
      }),
      'Ask whether writers have stopped': askWith('AskApproval', {
        comment:
          'From here on what is written on the active side is lost. Silence is a no, and nothing has happened.',
        parameters: {
          'id.$': '$.planned.move',
          about: 'writers-stopped',
          'sentence.$': '$.planned.sentence',
          'facts.$': '$.planned.facts',
          'askedBy.$': '$.planned.askedBy',
          'withinSeconds.$': '$.planned.withinSeconds',
          fourEyes: false,
        },
        into: 'approval',
        next: 'Have they stopped?',
        retry: WEATHER,
        within: 'planned.withinSeconds',
        onSilence: 'Record the silence',
        onError: 'Record the failure',
      }),
      'Have they stopped?': choice(
        'approval.answer',
        { yes: 'Let the last write come to rest', no: 'Record the refusal' },
        'Record the refusal',
      ),
      'Let the last write come to rest': pause(
        'A capture holds what was there a second or two before it began: what was written right before the answer is to be in it.',
        seconds(10),
        'Take the last difference',
      ),
      'Take the last difference': protect(kind, 'last', {
        comment: 'Nobody writes any more, so this is the state that changes sides.',
        next: 'Bring each member over',
        names: {
          back: 'Back up again',
          goesOn: 'Is that backup done?',
          meanwhile: 'Wait for that backup',
          look: 'Look for that on the other side',
          there: 'Is that proven there?',
          wait: 'Wait for that copy',
          done: 'That is protected',
          why: 'Write down why that is not protected',
          end: 'That is not protected',
        },
      }),
      'Bring each member over': everyMember(
        'Side by side. The other side is not the true one yet, so what is there may be brought up to date.',
        'Bring it over',
        'Raise the epoch',
        {
          'Bring it over': task('BringOver', {
            comment: 'holdfast-restore of the region that it goes to, under a name that finds it again.',
            parameters: { ...ONE, 'state.$': '$' },
            into: 'brought',
            next: 'Is it there?',
            retry: [...WEATHER, 'EngineBusy'],
            onError: 'Write down why it is not there',
            timeout: minutes(5),
          }),
          'Is it there?': choice(
            'brought.outcome',
            { there: 'It is there', waiting: 'Wait for its restore' },
            'Wait for its restore',
          ),
          'Wait for its restore': waitFor('brought.pollAfterSeconds', 'Bring it over'),
          'It is there': succeed('It holds the last state of the active side.'),
          ...endsWith(kind, 'Write down why it is not there', 'It is not there'),
        },
      ),
      'Raise the epoch': task('RaiseEpoch', {
        comment:
          'From here on the other side is the true one, its schedules run, and the side that was left is refused.',
        parameters: {
          'execution.$': '$$.Execution.Id',
          'failover.$': '$.planned',
          'approval.$': '$.approval',
        },
        into: 'epoch',
        next: 'Switch each member',
        retry: WEATHER,
        onError: 'Record the failure',
        timeout: minutes(2),
      }),
      'Switch each member': everyMember(
        'What the configuration names points to the new side from now on: records, parameters, secrets.',
        'How does it take over?',
        'Record',
        {
          'How does it take over?': choice(
            'member.how',
            { promote: 'Promote the standby', look: 'Switch' },
            'Switch',
          ),
          'Promote the standby': task('PromoteMember', {
            comment: 'It has everything. Nothing undoes this, so it comes when its side is the true one.',
            parameters: { 'execution.$': '$.execution', 'failover.$': '$.planned', 'member.$': '$.member' },
            into: 'served',
            next: 'Switch',
            retry: [...WEATHER, 'EngineBusy'],
            onError: 'Write down why it is not switched',
            timeout: minutes(15),
          }),
          Switch: task('SwitchCluster', {
            parameters: {
              'cluster.$': '$.member.cluster',
              'region.$': '$.planned.to',
              'target.$': '$.member.called',
            },
            into: 'switched',
            next: 'Write down what was switched',
            retry: WEATHER,
            onError: 'Write down why it is not switched',
            timeout: minutes(15),
          }),
          'Write down what was switched': task('RecordMember', {
            parameters: { 'failover.$': '$.planned', 'member.$': '$.member', 'state.$': '$' },
            into: 'ended',
            next: kind === 'failback' ? 'Make room on the side that it left' : 'It is switched',
            retry: WEATHER,
            onError: 'It is not switched',
            timeout: minutes(2),
          }),
          ...(kind === 'failback' && MAKE_ROOM),
          'It is switched': succeed('It serves there.'),
          ...endsWith(kind, 'Write down why it is not switched', 'It is not switched'),
        },
        'switched',
      ),
      Record: task('RecordFailback', {
        parameters: { 'planned.$': '$.planned' },
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
        onError: 'Failure not told',
        timeout: minutes(5),
      }),
      'Failure not told': notTold,
      Incomplete: fail(
        INCOMPLETE[kind],
        `the group has not changed sides, or is not switched; the reason is in the event ${INCOMPLETE[kind]} and in the catalog, and starting it again goes on with it`,
      ),
    },
  );

/** Home keeps its cluster, which a switchover only visits away from; the other side is to be ready for the next failover. */
const MAKE_ROOM = {
  'Make room on the side that it left': task('LeaveBehind', {
    comment:
      'So that the next failover finds none of it in its way. It is no part of coming home: it may fail.',
    parameters: { 'planned.$': '$.planned', 'member.$': '$.member' },
    into: 'left',
    next: 'It is switched',
    retry: WEATHER,
    onError: 'It is switched',
    timeout: minutes(2),
  }),
};

function notStopped(unapproved: 'refused' | 'expired', next: string) {
  return task('FailFailback', {
    parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$', unapproved },
    into: 'ended',
    next,
    retry: WEATHER,
    onError: 'Failure not told',
    timeout: minutes(2),
  });
}
