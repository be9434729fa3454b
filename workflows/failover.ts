import { days, minutes, seconds } from '../core/time/instant.ts';
import { askWith, each, runMachine } from './asl/beyond.ts';
import { choice, fail, machine, notTold, succeed, task, WEATHER } from './asl/build.ts';
import { restore } from './restore.ts';

/** A restore gives up by itself; this waits a little longer than that. */
const RESTORE = seconds(restore.TimeoutSeconds + 3_600);

const ONE = {
  'execution.$': '$.execution',
  'failover.$': '$.failover',
  'member.$': '$.member',
};

/** Nobody allowed it, so nothing was done but to ask. */
const notAllowed = (unapproved: 'refused' | 'expired', next: string) =>
  task('FailFailover', {
    parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$', unapproved },
    into: 'ended',
    next,
    retry: WEATHER,
    onError: 'Failure not told',
    timeout: minutes(2),
  });

const restored = (comment: string, how: Readonly<Record<string, string>> = {}) =>
  runMachine('restore', {
    comment,
    name: 'member.run',
    input: {
      'cluster.$': '$.member.cluster',
      'to.$': '$.member.to',
      'target.$': '$.member.target',
      ...how,
    },
    into: 'restored',
    next: 'See what became of it',
    onError: 'See what became of it',
    timeout: RESTORE,
  });

/** What is done for each member of a layer. None of it fails the others: what failed is written down. */
const bringBack = each(
  {
    comment: 'Side by side. A member that fails stops no other of its layer.',
    items: 'layer.members',
    select: {
      'execution.$': '$$.Execution.Id',
      'failover.$': '$.failover',
      'member.$': '$$.Map.Item.Value',
    },
    concurrency: 40,
    startAt: 'How does it come back?',
    next: 'Next layer',
    onError: 'Record the failure',
  },
  {
    'How does it come back?': choice(
      'member.how',
      {
        promote: 'Promote the standby',
        restore: 'Restore',
        over: 'Restore over what was left',
        look: 'See what became of it',
      },
      'See what became of it',
    ),
    'Promote the standby': task('PromoteMember', {
      parameters: ONE,
      into: 'served',
      next: 'Switch',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Write down why not',
      timeout: minutes(15),
    }),
    Restore: restored('holdfast-restore of this region, with everything that a restore by hand looks at.'),
    'Restore over what was left': restored(
      'Its group was active here before: what it left is brought to the state that is wanted, by difference.',
      { mode: 'difference' },
    ),
    'See what became of it': task('AdoptRestore', {
      comment:
        'What counts is what the catalog says of the restore, however this execution heard of its end.',
      parameters: { ...ONE, 'state.$': '$' },
      into: 'served',
      next: 'Switch',
      retry: WEATHER,
      onError: 'Write down why not',
      timeout: minutes(2),
    }),
    Switch: task('SwitchCluster', {
      comment: 'What the configuration names points to it from now on: a record, a parameter, a secret.',
      parameters: {
        'cluster.$': '$.member.cluster',
        'region.$': '$.failover.to',
        'target.$': '$.served.target',
      },
      into: 'switched',
      next: 'Write down what was switched',
      retry: WEATHER,
      onError: 'Write down why not',
      timeout: minutes(15),
    }),
    'Write down what was switched': task('RecordMember', {
      parameters: { 'failover.$': '$.failover', 'member.$': '$.member', 'state.$': '$' },
      into: 'ended',
      next: 'It serves',
      retry: WEATHER,
      onError: 'It does not serve',
      timeout: minutes(2),
    }),
    'Write down why not': task('RecordMember', {
      parameters: { 'failover.$': '$.failover', 'member.$': '$.member', 'state.$': '$' },
      into: 'ended',
      next: 'It does not serve',
      retry: WEATHER,
      onError: 'It does not serve',
      timeout: minutes(2),
    }),
    'It serves': succeed('The next layer may count on it.'),
    'It does not serve': succeed('The others go on; the layer after this one does not begin.'),
  },
);

/** Another region takes over. Started in that region, and complete without the one that is lost. */
export const failover = machine(
  'Brings a group of clusters back in this region, layer by layer, once somebody has allowed it: { "group": "shop" }.',
  { startAt: 'Resolve', giveUpAfter: days(30) },
  {
    Resolve: task('ResolveFailover', {
      comment:
        'Nothing has been done yet, so a refusal ends the execution under its own name and says what would work.',
      parameters: {
        'request.$': '$',
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
      },
      into: 'failover',
      next: 'Was it begun before?',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(5),
    }),
    'Was it begun before?': choice(
      'failover.outcome',
      { new: 'Ask for approval', again: 'Raise the epoch again' },
      'Ask for approval',
    ),
    'Ask for approval': askWith('AskApproval', {
      comment: 'What is given up is shown, member by member. Silence is a no.',
      parameters: {
        'id.$': '$.failover.move',
        about: 'failover',
        'sentence.$': '$.failover.sentence',
        'facts.$': '$.failover.facts',
        'askedBy.$': '$.failover.askedBy',
        'withinSeconds.$': '$.failover.withinSeconds',
        fourEyes: false,
      },
      into: 'approval',
      next: 'Approved?',
      retry: WEATHER,
      within: 'failover.withinSeconds',
      onSilence: 'Record the silence',
      onError: 'Record the failure',
    }),
    'Approved?': choice(
      'approval.answer',
      { yes: 'Raise the epoch', no: 'Record the refusal' },
      'Record the refusal',
    ),
    'Raise the epoch': task('RaiseEpoch', {
      comment: 'From here on this region is the true side, and whoever wakes up on the other one is refused.',
      parameters: {
        'execution.$': '$$.Execution.Id',
        'failover.$': '$.failover',
        'approval.$': '$.approval',
      },
      into: 'epoch',
      next: 'Next layer',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Raise the epoch again': task('RaiseEpoch', {
      comment: 'It finds that this move raised it.',
      parameters: { 'execution.$': '$$.Execution.Id', 'failover.$': '$.failover' },
      into: 'epoch',
      next: 'Next layer',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Next layer': task('NextLayer', {
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'layer',
      next: 'Is there one?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Is there one?': choice(
      'layer.outcome',
      { members: 'Bring back each member', done: 'Record', incomplete: 'Record the failure' },
      'Record the failure',
    ),
    'Bring back each member': bringBack,
    Record: task('RecordFailover', {
      parameters: { 'failover.$': '$.failover' },
      into: 'record',
      next: 'end',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(5),
    }),
    'Record the refusal': notAllowed('refused', 'Refused'),
    Refused: fail('ApprovalRefused', 'somebody said no; nothing was done'),
    'Record the silence': notAllowed('expired', 'Nobody answered'),
    'Nobody answered': fail('ApprovalExpired', 'nobody answered in time, which is a no; nothing was done'),
    'Record the failure': task('FailFailover', {
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'ended',
      next: 'Incomplete',
      retry: WEATHER,
      onError: 'Failure not told',
      timeout: minutes(5),
    }),
    'Failure not told': notTold,
    Incomplete: fail(
      'FailoverIncomplete',
      'some members do not serve yet; the reasons are in the event FailoverIncomplete and in the catalog, and starting it again goes on with it',
    ),
  },
);
