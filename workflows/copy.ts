import { days, minutes } from '../core/time/instant.ts';
import { choice, eachShard, fail, machine, notTold, succeed, task, WEATHER, waitFor } from './asl/build.ts';

/** From a sealed recovery point to one that is proven in another region. */
export const copy = machine(
  'Copies one recovery point to one region and proves the copy.',
  { startAt: 'Begin', giveUpAfter: days(2) },
  {
    Begin: task('BeginCopy', {
      comment: 'Started twice, the second start finds what the first one did.',
      into: 'copy',
      next: 'Copied?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Copied?': choice(
      'copy.outcome',
      {
        alreadyTaken: 'Already copied',
        shards: 'Copy shards',
        running: 'Wait for the copy',
        waiting: 'Wait for the copy',
        ready: 'Prove',
        failed: 'Record the failure',
        overdue: 'Record the failure',
      },
      'Record the failure',
    ),
    'Copy shards': eachShard(
      { state: 'Copy shard', task: 'CopyShard', timeout: minutes(15), retry: WEATHER },
      {
        comment: 'Vault to vault, about a thousand objects per child.',
        items: 'copy.shards',
        select: {
          'cluster.$': '$.cluster',
          'recoveryPointId.$': '$.recoveryPointId',
          'region.$': '$.region',
          'shard.$': '$$.Map.Item.Value',
        },
        concurrency: 40,
        next: 'Poll',
        onError: 'Record the failure',
      },
    ),
    'Wait for the copy': waitFor('copy.pollAfterSeconds', 'Poll'),
    Poll: task('PollCopy', {
      into: 'copy',
      next: 'Copied?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    Prove: task('ProveCopy', {
      into: 'verdict',
      next: 'Proven?',
      retry: WEATHER,
      onError: 'Record the failure',
      timeout: minutes(15),
    }),
    'Proven?': choice(
      'verdict.outcome',
      { sound: 'Protected', unsound: 'Record the failure' },
      'Record the failure',
    ),
    'Record the failure': task('FailCopy', {
      parameters: { 'execution.$': '$$.Execution.Id', 'state.$': '$' },
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failure not told',
      timeout: minutes(2),
    }),
    'Failure not told': notTold,
    Protected: succeed('The roots are equal: the recovery point is protected in this region.'),
    'Already copied': succeed('An earlier start of the same copy has proven it.'),
    Failed: fail(
      'CopyFailed',
      'the recovery point is not protected in this region; the reason is in the catalog and in the event CopyFailed',
    ),
  },
);
