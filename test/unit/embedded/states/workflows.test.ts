import { expect, test } from 'vitest';
import { named, outputOf, type Toy } from './bench.ts';
import { answers, nothing, player } from './play.ts';

const POINT = 'orders-hourly-20261101t000000z';
const progress = (outcome: string, more: object = {}) => ({
  cluster: 'orders',
  recoveryPointId: POINT,
  outcome,
  pollAfterSeconds: 0,
  shards: [],
  doing: '',
  cursor: {},
  ...more,
});
const shards = progress('shards', { shards: [0, 1, 2] });
const running = progress('running', { pollAfterSeconds: 60 });
const ready = progress('ready');
const sound = { outcome: 'sound' };
const unsound = { outcome: 'unsound', reason: { name: 'RootMismatch', message: 'the roots differ' } };
const broken = named('CaptureFailed', 'the engine says no');

const play = player(['backup', 'copy', 'expire']);
const backup = (tasks: Readonly<Record<string, Toy>>) => play('backup', { cluster: 'orders' }, tasks);
const copy = (tasks: Readonly<Record<string, Toy>>) =>
  play('copy', { cluster: 'orders', recoveryPointId: POINT, region: 'eu-central-1' }, tasks);
const expire = (tasks: Readonly<Record<string, Toy>>) => play('expire', {}, tasks);

test('a backup goes through shards and waits to a sealed recovery point and started copies', async () => {
  const seen: unknown[] = [];
  const { execution, path, on } = await backup({
    CaptureRecoveryPoint: answers(shards),
    CaptureShard: (input) => {
      seen.push(input);
      return {};
    },
    PollCapture: answers(running, ready),
    VerifyRecoveryPoint: () => sound,
    SealRecoveryPoint: nothing,
    StartCopies: () => ({ regions: ['eu-central-1'] }),
  });
  expect(execution.status).toBe('SUCCEEDED');
  expect(path).toEqual([
    'Capture',
    'Captured?',
    'Capture shards',
    'Poll',
    'Captured?',
    'Wait for the engine',
    'Poll',
    'Captured?',
    'Verify',
    'Sound?',
    'Seal',
    'Start copies',
  ]);
  expect(seen).toHaveLength(3);
  expect(seen).toContainEqual({ cluster: 'orders', recoveryPointId: POINT, shard: 2 });
  expect(on.states.machines[0]?.counts).toEqual({ executions: 1, childExecutions: 3, transitions: 15 });
  expect(outputOf(execution)).toMatchObject({ cluster: 'orders', capture: ready, verdict: sound });
});

test('the first task reads the request and the identity of its execution', async () => {
  let read: unknown;
  const { execution } = await backup({
    CaptureRecoveryPoint: (input) => {
      read = input;
      return progress('alreadyTaken');
    },
  });
  expect(read).toEqual({
    request: { cluster: 'orders' },
    execution: execution.arn,
    startedAt: '2026-11-01T00:00:00.000Z',
  });
});

test('a backup that an earlier trigger has in hand ends well and does nothing', async () => {
  const { ended } = await backup({ CaptureRecoveryPoint: answers(progress('alreadyTaken')) });
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Already taken']);
});

test('a capture that fails is discarded and the backup fails', async () => {
  const { ended, path } = await backup({
    CaptureRecoveryPoint: answers(broken),
    DiscardPartialCapture: nothing,
  });
  expect(path).toEqual(['Capture', 'Discard what was begun', 'Failed']);
  expect(ended).toEqual(['FAILED', 'BackupFailed', 'Failed']);
});

test('a backup or a copy whose failure cannot be recorded fails under a name of its own', async () => {
  const refused = (): Toy => answers(named('PermissionMissing'));
  for (const { ended } of [
    await backup({ CaptureRecoveryPoint: answers(broken), DiscardPartialCapture: refused() }),
    await copy({ BeginCopy: answers(broken), FailCopy: refused() }),
  ])
    expect(ended).toEqual(['FAILED', 'FailureNotTold', 'Failure not told']);
});

test('the discarding task reads the error that its machine caught', async () => {
  let read: unknown;
  await backup({
    CaptureRecoveryPoint: answers(broken),
    DiscardPartialCapture: (input) => {
      read = input;
      return {};
    },
  });
  expect(JSON.stringify(read)).toContain('"Error":"CaptureFailed"');
});

test('a shard that fails for good fails the Map and discards the capture', async () => {
  const { ended, on } = await backup({
    CaptureRecoveryPoint: answers(shards),
    CaptureShard: answers({}, named('ChecksumMismatch'), {}),
    DiscardPartialCapture: nothing,
  });
  expect(ended).toEqual(['FAILED', 'BackupFailed', 'Failed']);
  expect(on.states.machines[0]?.counts.childExecutions).toBe(3);
});

test('an unsound capture is set aside and never sealed', async () => {
  const { path } = await backup({
    CaptureRecoveryPoint: answers(ready),
    VerifyRecoveryPoint: () => unsound,
    QuarantineRecoveryPoint: nothing,
  });
  expect(path.slice(-4)).toEqual(['Verify', 'Sound?', 'Quarantine', 'Failed']);
});

test('copies that cannot be started leave the point sealed and fail under their own name', async () => {
  const { ended } = await backup({
    CaptureRecoveryPoint: answers(ready),
    VerifyRecoveryPoint: () => sound,
    SealRecoveryPoint: nothing,
    StartCopies: answers(named('PermissionMissing')),
  });
  expect(ended).toEqual(['FAILED', 'CopiesNotStarted', 'Copies not started']);
});

test('a throttled task is tried again until it works', async () => {
  const { execution, on } = await backup({
    CaptureRecoveryPoint: answers(named('Throttled'), named('EngineBusy'), progress('alreadyTaken')),
  });
  expect(execution.status).toBe('SUCCEEDED');
  expect(on.states.machines[0]?.counts.transitions).toBe(5);
});

test('a backup that never ends is given up after its deadline', async () => {
  const { execution } = await backup({
    CaptureRecoveryPoint: answers(running),
    PollCapture: () => progress('running', { pollAfterSeconds: 3_600 }),
  });
  expect(execution.status).toBe('TIMED_OUT');
  expect((execution.stoppedAt ?? 0) - execution.startedAt).toBe(26 * 3_600_000);
});

test('a copy moves its shards, waits and is proven', async () => {
  const { ended } = await copy({
    BeginCopy: answers(shards),
    CopyShard: nothing,
    PollCopy: answers(running, ready),
    ProveCopy: () => sound,
  });
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Protected']);
});

test('a copy started twice finds the first one', async () => {
  const { ended } = await copy({ BeginCopy: answers(progress('alreadyTaken')) });
  expect(ended).toEqual(['SUCCEEDED', undefined, 'Already copied']);
});

test('a copy whose root differs is recorded as failed', async () => {
  const { ended, path } = await copy({
    BeginCopy: answers(ready),
    ProveCopy: () => unsound,
    FailCopy: nothing,
  });
  expect(path).toContain('Record the failure');
  expect(ended).toEqual(['FAILED', 'CopyFailed', 'Failed']);
});

test('an expiry run decides and requests until nothing is left, then discards until nothing is due', async () => {
  const lap = { handled: 10, refused: 0, lap: 1 };
  const { path } = await expire({
    DecideExpiry: answers(
      { outcome: 'expire', plan: 'work/plan-1', ...lap },
      { outcome: 'nothing', plan: '', ...lap },
    ),
    RequestExpiry: () => ({ moved: 10, refused: 0 }),
    DiscardExpired: answers({ outcome: 'more', ...lap }, { outcome: 'done', ...lap }),
  });
  expect(path.filter((state) => !state.endsWith('?'))).toEqual([
    'Decide',
    'Request',
    'Decide',
    'Discard',
    'Discard',
    'Done',
  ]);
});

test('an expiry run that fails says so', async () => {
  const { ended } = await expire({ DecideExpiry: answers(named('CatalogOutOfReach')), FailExpiry: nothing });
  expect(ended).toEqual(['FAILED', 'ExpiryFailed', 'Failed']);
});
