import { days, minutes } from '../core/time/instant.ts';
import { choice, eachShard, fail, machine, task, WEATHER, waitFor } from './asl/build.ts';

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
      comment: 'Everything that would make the restore fail later is looked for now.',
      into: 'preflight',
      next: 'Begin',
      retry: WEATHER,
      onError: 'refuse',
      timeout: minutes(15),
    }),
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
      retry: WEATHER,
      onError: 'Failed',
      timeout: minutes(2),
    }),
    Failed: fail(
      'RestoreFailed',
      'the target is not to be trusted; the reason is in the catalog, in the event RestoreFailed and in the step before this one',
    ),
  },
);
