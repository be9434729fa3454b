import { days, minutes } from '../core/time/instant.ts';
import { askWith } from './asl/beyond.ts';
import { choice, eachShard, fail, machine, notTold, task, WEATHER, waitFor } from './asl/build.ts';

/** Ends what was begun of it, which is the claim on its target, and says so. */
const notApproved = (unapproved: 'refused' | 'expired', next: string) =>
  task('FailRestore', {
    parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$', unapproved },
    into: 'ended',
    next,
    retry: WEATHER,
    onError: 'Failure not told',
    timeout: minutes(2),
  });

/** From three lines of JSON to a validated copy of the data, in the region where it is started. */
export const restore = machine(
  'Restores a cluster to a recovery point or an instant: { "cluster": "orders", "to": "latest" }.',
  { startAt: 'Resolve', giveUpAfter: days(3) },
  {
    Resolve: task('ResolveRestore', {
      comment:
        'Nothing has been done yet, so a refusal ends the execution under its own name and says what would work.',
      parameters: {
        'request.$': '$',
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
      },
      into: 'restore',
      next: 'Pre-flight',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(2),
    }),
    'Pre-flight': task('PreflightRestore', {
      comment:
        'Everything that would make the restore fail later is looked for now. What cannot be looked at is told, and nothing is begun.',
      into: 'preflight',
      next: 'Does it need approval?',
      retry: WEATHER,
      onError: 'refuse',
      onWeather: 'Record the failure',
      timeout: minutes(15),
    }),
    'Does it need approval?': choice(
      'restore.approval.needed',
      { yes: 'Ask for approval', no: 'Begin' },
      'Ask for approval',
    ),
    'Ask for approval': askWith('AskApproval', {
      comment: 'It would write over what is there. What is asked was checked, and nothing was done yet.',
      parameters: {
        'id.$': '$.restore.restoreId',
        about: 'restore',
        'sentence.$': '$.restore.approval.sentence',
        'facts.$': '$.restore.approval.facts',
        'askedBy.$': '$.restore.approval.askedBy',
        'withinSeconds.$': '$.restore.approval.withinSeconds',
        'fourEyes.$': '$.restore.approval.fourEyes',
      },
      into: 'approval',
      next: 'Approved?',
      retry: WEATHER,
      within: 'restore.approval.withinSeconds',
      onSilence: 'Record the silence',
      onError: 'Record the failure',
    }),
    'Approved?': choice('approval.answer', { yes: 'Begin', no: 'Record the refusal' }, 'Record the refusal'),
    Begin: task('BeginRestore', {
      into: 'work',
      next: 'Restored?',
      retry: [...WEATHER, 'EngineBusy', 'QuotaReached'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Restored?': choice(
      'work.outcome',
      {
        shards: 'Restore shards',
        running: 'Wait for the engine',
        waiting: 'Wait for the engine',
        ready: 'Validate',
        failed: 'Record the failure',
        overdue: 'Record the failure',
      },
      'Record the failure',
    ),
    'Restore shards': eachShard(
      { state: 'Restore shard', task: 'RestoreShard', timeout: minutes(15), retry: WEATHER },
      {
        comment: 'Vault to target, about a thousand objects per child.',
        items: 'work.shards',
        select: { 'restore.$': '$.restore', 'shard.$': '$$.Map.Item.Value' },
        concurrency: 40,
        next: 'Poll',
        onError: 'Record the failure',
      },
    ),
    'Wait for the engine': waitFor('work.pollAfterSeconds', 'Poll'),
    Poll: task('PollRestore', {
      into: 'work',
      next: 'Restored?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    Validate: task('ValidateRestore', {
      into: 'verdict',
      next: 'Valid?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Valid?': choice(
      'verdict.outcome',
      { sound: 'Read the heartbeat', unsound: 'Record the failure' },
      'Record the failure',
    ),
    'Read the heartbeat': task('ReadHeartbeat', {
      comment:
        'What was lost, proven by what is there. It fails no restore: what cannot be read is recorded as not read.',
      parameters: { 'restore.$': '$.restore', 'work.$': '$.work', 'validatedAt.$': '$$.State.EnteredTime' },
      into: 'heartbeat',
      next: 'Record',
      retry: ['Throttled', 'ServiceUnavailable'],
      attempts: 6,
      onError: 'Record',
      timeout: minutes(5),
    }),
    Record: task('RecordRestore', {
      into: 'record',
      next: 'end',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(2),
    }),
    'Record the failure': task('FailRestore', {
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'ended',
      next: 'Failed',
      retry: [...WEATHER, 'EngineBusy', 'QuotaReached'],
      onError: 'Failure not told',
      timeout: minutes(2),
    }),
    'Record the refusal': notApproved('refused', 'Refused'),
    Refused: fail('ApprovalRefused', 'somebody said no; nothing was written'),
    'Record the silence': notApproved('expired', 'Nobody answered'),
    'Nobody answered': fail('ApprovalExpired', 'nobody answered in time, which is a no; nothing was written'),
    'Failure not told': notTold,
    Failed: fail(
      'RestoreFailed',
      'why, and whether anything was written into the target, is in the event RestoreFailed and in the catalog; what was written is not to be trusted',
    ),
  },
);
