import { hours, minutes } from '../core/time/instant.ts';
import { choice, eachShard, fail, machine, notTold, succeed, task, WEATHER, waitFor } from './asl/build.ts';

/** From a trigger to a sealed recovery point. */
export const backup = machine(
  'Takes one recovery point: capture, verify, seal, start the copies.',
  { startAt: 'Capture', giveUpAfter: hours(26) },
  {
    Capture: task('CaptureRecoveryPoint', {
      comment: 'A duplicated or retried trigger finds the first attempt here.',
      parameters: {
        'request.$': '$',
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
      },
      into: 'capture',
      next: 'Captured?',
      retry: [...WEATHER, 'EngineBusy', 'QuotaReached'],
      onError: 'Discard what was begun',
      timeout: minutes(15),
    }),
    'Captured?': choice(
      'capture.outcome',
      {
        alreadyTaken: 'Already taken',
        shards: 'Capture shards',
        running: 'Wait for the engine',
        waiting: 'Wait for the engine',
        ready: 'Verify',
        failed: 'Discard what was begun',
        overdue: 'Discard what was begun',
      },
      'Discard what was begun',
    ),
    'Capture shards': eachShard(
      { state: 'Capture shard', task: 'CaptureShard', timeout: minutes(15), retry: WEATHER },
      {
        comment: 'About a thousand objects per child, copied on the side of S3.',
        items: 'capture.shards',
        select: {
          'cluster.$': '$.capture.cluster',
          'recoveryPointId.$': '$.capture.recoveryPointId',
          'shard.$': '$$.Map.Item.Value',
        },
        concurrency: 40,
        next: 'Poll',
        onError: 'Discard what was begun',
      },
    ),
    'Wait for the engine': waitFor('capture.pollAfterSeconds', 'Poll'),
    Poll: task('PollCapture', {
      into: 'capture',
      next: 'Captured?',
      retry: [...WEATHER, 'EngineBusy'],
      onError: 'Discard what was begun',
      timeout: minutes(15),
    }),
    // From here nothing is discarded: a capture that exists but is not proven is set aside, never deleted.
    Verify: task('VerifyRecoveryPoint', {
      into: 'verdict',
      next: 'Sound?',
      retry: WEATHER,
      onError: 'Quarantine',
      timeout: minutes(15),
    }),
    'Sound?': choice('verdict.outcome', { sound: 'Seal', unsound: 'Quarantine' }, 'Quarantine'),
    Seal: task('SealRecoveryPoint', {
      into: 'sealed',
      next: 'Start copies',
      retry: WEATHER,
      onError: 'Quarantine',
      timeout: minutes(2),
    }),
    // Sealed is sealed: copies that cannot be started now do not undo it. The failure is announced and watched for.
    'Start copies': task('StartCopies', {
      into: 'copies',
      next: 'end',
      retry: WEATHER,
      onError: 'Copies not started',
      timeout: minutes(2),
    }),
    'Copies not started': fail(
      'CopiesNotStarted',
      'the recovery point is sealed, but its copies could not be started; start holdfast-copy by hand',
    ),
    Quarantine: task('QuarantineRecoveryPoint', {
      into: 'ended',
      next: 'Failed',
      retry: WEATHER,
      onError: 'Failure not told',
      timeout: minutes(2),
    }),
    'Discard what was begun': task('DiscardPartialCapture', {
      parameters: {
        'execution.$': '$$.Execution.Id',
        'startedAt.$': '$$.Execution.StartTime',
        'state.$': '$',
      },
      into: 'ended',
      next: 'Failed',
      retry: [...WEATHER, 'EngineBusy', 'QuotaReached'],
      onError: 'Failure not told',
      timeout: minutes(15),
    }),
    'Failure not told': notTold,
    'Already taken': succeed(
      'An earlier trigger for the same cluster, rule and time has this recovery point in hand.',
    ),
    Failed: fail(
      'BackupFailed',
      'no recovery point was sealed; the reason is in the catalog, in the event BackupFailed and in the step before this one',
    ),
  },
);
