import { beforeEach, describe, expect, test } from 'vitest';
import { EngineBusy, PermissionMissing } from '../../../core/errors/registry.ts';
import { restoreId } from '../../../core/ids/names.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import { hours, iso, later, minutes, seconds } from '../../../core/time/instant.ts';
import { begin } from '../../../lambdas/restore/begin-restore/begin.ts';
import { fail } from '../../../lambdas/restore/fail-restore/fail.ts';
import { poll } from '../../../lambdas/restore/poll-restore/poll.ts';
import { type Resolved, restoreSpec } from '../../../lambdas/restore/restore-spec.ts';
import { claimTarget } from '../../../lambdas/shared/claim-target.ts';
import { endRestore } from '../../../lambdas/shared/end-restore.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import { copied, sealed, twice } from '../../support/task-runs.ts';
import { RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NINE = time('2026-11-21T09:00:00Z');
const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-restore:r';
const RESTORE = restoreId('orders', NOON, EXECUTION);
const NO_APPROVAL = {
  ...{ needed: 'no' as const, sentence: '', facts: {}, askedBy: '', fourEyes: false, withinSeconds: 1 },
};
const OVERDUE = { name: 'RestoreOverdue', message: 'it took too long' };

let world: TaskWorld;
let restore: Resolved;
const ports = () => world.ports(RECOVERY);
const recorded = () => world.catalog.restore('orders', RESTORE);

beforeEach(async () => {
  world = new TaskWorld();
  await copied(world, 'orders', await sealed(world, 'orders', 'hourly', NINE), NINE);
  restore = {
    restoreId: RESTORE,
    cluster: 'orders',
    recoveryPointId: 'orders-hourly-20261121t090000z',
    restoresTo: iso(NINE),
    earlierBySeconds: 0,
    nativePointInTime: false,
    target: { bucket: 'acme-restored', prefix: 'shared/' },
    approval: NO_APPROVAL,
  };
  await begin({ restore }, ports(), NOON);
  world.events.length = 0;
});

const failed = () => fail({ execution: EXECUTION, state: { restore, work: overdue } }, ports(), NOON);
const work = { pollAfterSeconds: 1, shards: [], cursor: { handedOut: 2 } };
const overdue = { outcome: 'overdue', pollAfterSeconds: 0, shards: [], cursor: {}, reason: OVERDUE } as never;

describe('a restore that nobody goes on with', () => {
  test('is ended by its engine, and what that leaves stands in the record and in the word of it', async () => {
    world.driver.leaves = { target: 'unfinished', left: 'turn the collector on again' };
    const { same } = await twice(world, failed);
    expect(same).toBe(true);
    expect(world.driver.abandoned.map((spec) => [spec.restore.id, spec.region])).toEqual([
      [RESTORE, RECOVERY],
      [RESTORE, RECOVERY],
    ]);
    const message = 'it took too long; turn the collector on again';
    expect(await recorded()).toMatchObject({ state: 'failed', reason: { name: 'RestoreOverdue', message } });
    for (const { sentence } of world.events)
      expect(sentence).toContain(`${message}; s3://acme-restored/shared/`);
  });

  test('because it was stopped by a person, in another region than the primary', async () => {
    const detail = {
      executionArn: EXECUTION,
      stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:holdfast-restore',
      name: 'r',
      status: 'ABORTED',
      input: JSON.stringify({ cluster: 'orders', to: 'latest' }),
      startDate: NOON,
    };
    await close({ detail }, ports(), NOON);
    expect(world.driver.abandoned).toMatchObject([{ region: RECOVERY, restore: { id: RESTORE } }]);
    expect(await recorded()).toMatchObject({ state: 'failed' });
  });

  test('and was closed while it was being begun or looked at, ends what was started meanwhile', async () => {
    await failed();
    world.driver.abandoned.length = 0;
    const closed = { state: 'failed', reason: OVERDUE } as const;
    // Opened by the task itself, and closed before it has started anything.
    const { catalog, ...others } = ports();
    const openRestore: Catalog['openRestore'] = async (record) => record;
    const late = {
      ...others,
      catalog: new Proxy(catalog, {
        get: (real, name: keyof Catalog) =>
          name === 'openRestore' ? openRestore : (real[name] as () => unknown).bind(real),
      }),
    };
    for (const run of [
      () => begin({ restore }, late, NOON),
      () => poll({ restore, work: { ...work, outcome: 'running' } as never }, late, NOON),
    ])
      expect(await run()).toMatchObject({ outcome: 'failed', reason: closed.reason });
    expect(world.driver.abandoned).toMatchObject([
      { restore: { id: RESTORE }, cursor: { handedOut: 2 } },
      { restore: { id: RESTORE }, cursor: { handedOut: 2 } },
    ]);
  });

  test('has left a target alone that was refused, and the word of it says so', async () => {
    world.driver.leaves = { target: 'untouched' };
    await failed();
    expect(world.events[0]?.sentence).toContain('nothing was written into s3://acme-restored/shared/');
    expect(world.events[0]?.sentence).not.toContain('remove');
  });

  test('has left its target alone when pre-flight could not look at it, whatever the engine says of it', async () => {
    world.driver.leaves = { target: 'unfinished', left: 'look at its tables' };
    const error = { Error: 'ServiceUnavailable', Cause: '{"errorMessage":"the frontend does not answer"}' };
    await fail({ execution: EXECUTION, state: { restore, error } }, ports(), NOON);
    const reason = { name: 'ServiceUnavailable', message: 'the frontend does not answer' };
    expect(await recorded()).toMatchObject({ state: 'failed', reason });
    expect(world.driver.abandoned).toHaveLength(1);
    expect(world.events[0]?.sentence).toContain('nothing was written into s3://acme-restored/shared/');
  });

  test('stays open while its engine is busy, so that a repetition ends it', async () => {
    world.driver.failNext = new EngineBusy('not now');
    await expect(failed()).rejects.toMatchObject({ name: 'EngineBusy' });
    expect(await recorded()).toMatchObject({ state: 'restoring' });
    await failed();
    expect(await recorded()).toMatchObject({ state: 'failed' });
  });

  test('and is closed already, is told while its engine is busy with another one', async () => {
    await failed();
    world.events.length = 0;
    world.driver.failNext = new EngineBusy('another restore reads the same repository');
    await failed();
    expect(world.events).toMatchObject([{ name: 'RestoreFailed', reason: OVERDUE }]);
  });

  test('and cannot be ended, is closed with that, for a person to end it', async () => {
    world.driver.failNext = new PermissionMissing('no right to stop');
    await failed();
    expect((await recorded())?.reason?.message).toContain(
      `could not be stopped (PermissionMissing: no right to stop); stop it yourself: it is marked as started by ${RESTORE}`,
    );
    expect(world.errors).toHaveLength(1);
  });
});

describe('a cluster that a tool fills', () => {
  const intoCluster = async (execution: string) => {
    const { spec } = await restoreSpec(restore, ports(), NOON);
    return { ...spec.restore, id: restoreId('orders', NOON, execution), target: 'pd.away:2379' };
  };

  test('is filled by one restore at a time, and free again once the tool has had its time to end', async () => {
    const [one, other] = [await intoCluster('one'), await intoCluster('other')];
    const claim = (record: typeof one, at = NOON) => claimTarget(record, ports(), hours(72), at);
    expect(await claim(one)).toBeUndefined();
    expect(await claim(other)).toMatchObject({
      name: 'TargetNotEmpty',
      message: expect.stringContaining('wait for its end, or name another target'),
    });
    world.driver.leaves = { target: 'unfinished', ending: true };
    await endRestore(one, OVERDUE, ports(), NOON);
    // As it is done again by the event of the execution's end.
    world.driver.leaves = { target: 'unfinished' };
    const closed = { ...one, state: 'failed', reason: OVERDUE } as const;
    await endRestore(closed, OVERDUE, ports(), later(NOON, seconds(5)));
    expect(await claim(other, later(NOON, minutes(2)))).toMatchObject({ name: 'TargetNotEmpty' });
    expect(await claim(other, later(NOON, minutes(4)))).toBeUndefined();
  });

  test('is free at once when nothing had to be stopped', async () => {
    const [one, other] = [await intoCluster('one'), await intoCluster('other')];
    expect(await claimTarget(one, ports(), hours(72), NOON)).toBeUndefined();
    await endRestore(one, OVERDUE, ports(), NOON);
    expect(await claimTarget(other, ports(), hours(72), NOON)).toBeUndefined();
  });
});
