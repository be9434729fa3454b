import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  days,
  earlier,
  hours,
  iso,
  later,
  minutes,
  parseInstant,
  wholeSecond,
} from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { installationFor, Mishaps, pointOf } from './bad-days.ts';
import { AWAY, HOME } from './installations.ts';

let blueprint: Blueprint;
let world: Mishaps;
let first: string;
let newest: string;

beforeAll(async () => {
  blueprint = await Blueprint.of(installationFor('documents', 'binned', 'twice', 'wordy'));
  world = new Mishaps(blueprint, 1);
  first = await world.protect('documents');
  world.files('documents').write('a.txt', Buffer.from('changed'));
  await world.stage.run(hours(2));
  newest = await world.protect('documents');
});
afterAll(() => blueprint?.close());

describe('a restore is refused by name, says what would work, and starts nothing', () => {
  it('of a cluster that nobody knows', async () => {
    expect(await world.ask(AWAY, { cluster: 'nobody', to: 'latest' })).toEqual({
      name: 'UnknownCluster',
      message: 'no cluster is called nobody; known clusters: documents, binned, twice, wordy, orders',
    });
  });

  it.each([
    ['before the window', () => iso(earlier(world.stage.now, days(3)))],
    ['in the future', () => iso(later(world.stage.now, hours(1)))],
  ])('to an instant %s', async (_, to) => {
    const { name, message } = await world.ask(AWAY, { cluster: 'documents', to: to() });
    expect(name).toBe('WindowNotCovered');
    const { copies } = catalogOf(world.stage, AWAY);
    const [from, until] = [first, newest].map((id) => iso(copies.find((copy) => copy.id === id)!.takenAt!));
    expect(message).toContain(`restorable window of documents in ${AWAY} is ${from} to ${until}`);
  });

  it('to a recovery point that never was', async () => {
    const { name, message } = await world.ask(HOME, {
      cluster: 'documents',
      to: 'documents-weekly-20260101t030000z',
    });
    expect(name).toBe('UnknownRecoveryPoint');
    expect(message).toContain(`the newest proven recovery point in ${HOME} is ${newest}`);
  });

  it('to words that mean nothing', async () => {
    expect((await world.ask(HOME, { cluster: 'documents', to: 'yesterday' })).name).toBe('InvalidInput');
    expect((await world.ask(HOME, { cluster: 'documents', to: '2026-03-18T03:00:00' })).name).toBe(
      'InvalidInput',
    );
    expect((await world.ask(HOME, { cluster: 'documents', to: 'latest', force: true })).name).toBe(
      'InvalidInput',
    );
  });

  it('into a target that is not empty, which stays as it is', async () => {
    const bucket = world.landing(AWAY);
    world.call('s3', AWAY, 'PutObject', { Bucket: bucket, Key: 'mine/a.txt', Body: Buffer.from('precious') });
    const { name, message } = await world.ask(AWAY, {
      cluster: 'documents',
      to: 'latest',
      target: { prefix: 'mine/' },
    });
    expect(name).toBe('TargetNotEmpty');
    expect(message).toContain('"mine/a.txt"');
    const there = [...world.stage.cloud.s3.current(bucket, 'mine/')];
    expect(there.map(([key, { body }]) => [key, body.toString()])).toEqual([['mine/a.txt', 'precious']]);
  });

  it('into a vault', async () => {
    const target = { bucket: world.vault(HOME), prefix: 'x/' };
    expect((await world.ask(HOME, { cluster: 'documents', to: 'latest', target })).name).toBe(
      'TargetNotUsable',
    );
  });

  it('of a database over a database', async () => {
    await world.protect('orders');
    const { name, message } = await world.ask(HOME, {
      cluster: 'orders',
      to: 'latest',
      target: { clusterId: 'orders' },
    });
    expect(name).toBe('TargetNotEmpty');
    expect(message).toContain('orders');
    expect((await world.ask(HOME, { cluster: 'orders', to: 'latest', target: { bucket: 'x' } })).name).toBe(
      'InvalidInput',
    );
  });

  it('below a prefix that makes a key too long; a shorter one restores it', async () => {
    const files = world.files('wordy');
    files.write('w'.repeat(1_010), Buffer.from('a long name'));
    await world.stage.run(minutes(1));
    const id = await world.protect('wordy');
    const { name, message } = await world.ask(AWAY, { cluster: 'wordy', to: id });
    expect(name).toBe('TargetNotUsable');
    expect(message).toContain('S3 takes 1024; name a shorter prefix');
    expect((await world.ask(AWAY, { cluster: 'wordy', to: id, target: { prefix: 'short/' } })).name).toBe(
      'SUCCEEDED',
    );
    const at = catalogOf(world.stage, AWAY).copies.find((copy) => copy.id === id)!.takenAt!;
    expect(files.compareWith(world.landing(AWAY), 'short/', at)).toMatchObject({ compared: 4, differing: 0 });
  });

  it('and after all of them every point restores as before', async () => {
    for (const region of [HOME, AWAY])
      for (const id of [first, newest]) await world.restores(region, 'documents', id);
  });
});

describe('a trigger that comes twice', () => {
  it('from the schedule, with the same time: one recovery point, and the second start says so', async () => {
    const due = wholeSecond(world.stage.now);
    const event = JSON.stringify({ plan: 'files', rule: 'weekly', scheduledAt: iso(due) });
    const startBackups = `arn:aws:lambda:${HOME}:${world.stage.cloud.account}:function:holdfast-start-backups`;
    const deliver = () => world.stage.cloud.functions.invoke(startBackups, event);
    const [one, other] = await world.stage.until(Promise.all([deliver(), deliver()]));
    const late = await world.stage.until(world.stage.run(minutes(30)).then(deliver));
    for (const outcome of [one, other, late]) expect(outcome.ok).toBe(true);
    expect(JSON.parse((late as { payload: string }).payload)).toEqual({ started: 0, alreadyStarted: 4 });
    const taken = catalogOf(world.stage, HOME).points.filter(({ scheduledAt }) => scheduledAt === due);
    expect(taken.map(({ cluster, state }) => `${cluster} ${state}`).sort()).toEqual(
      ['binned', 'documents', 'twice', 'wordy'].map((cluster) => `${cluster} sealed`),
    );
  });

  it('from a person, for a time that is taken: finds the point, and takes none', async () => {
    const id = pointOf(await world.backup('twice'));
    const scheduledAt = iso(wholeSecond(world.stage.now));
    const request = { cluster: 'twice', rule: 'weekly', scheduledAt };
    const begun = world.stage.start(HOME, 'backup', request, 'first');
    const again = world.stage.start(HOME, 'backup', request, 'second');
    await world.stage.until(Promise.all([begun.ended, again.ended]));
    expect([begun.status, again.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const points = catalogOf(world.stage, HOME).points.filter(
      (point) => point.cluster === 'twice' && point.id > id && point.rule === 'weekly',
    );
    expect(points.filter((point) => iso(point.scheduledAt) === scheduledAt)).toHaveLength(1);
  });

  it('for two different states in one second: two restores, each in its own place, each true', async () => {
    await world.stage.run(minutes(1));
    const start = (to: string) => world.stage.start(AWAY, 'restore', { cluster: 'documents', to });
    const executions = [start(first), start(newest)];
    await world.stage.until(Promise.all(executions.map(({ ended }) => ended)));
    for (const { output } of executions) {
      const { restore } = JSON.parse(output!) as {
        restore: { restoresTo: string; target: { bucket: string; prefix: string } };
      };
      const { bucket, prefix } = restore.target;
      const truth = world.files('documents').compareWith(bucket, prefix, parseInstant(restore.restoresTo)!);
      expect(truth).toMatchObject({ compared: 3, differing: 0 });
    }
  });
});

describe('a recovery point that has left', () => {
  it('is refused from the bin with the end of its grace, and when it is discarded with what there is', async () => {
    const id = await world.protect('binned', { keepDays: 1, note: 'for a day' });
    const kept = await world.protect('binned');
    await world.stage.run(hours(24));
    while (catalogOf(world.stage, HOME).points.find((point) => point.id === id)?.state === 'sealed')
      await world.stage.run(minutes(20));
    const fromBin = await world.ask(AWAY, { cluster: 'binned', to: id });
    expect(fromBin.name).toBe('RecoveryPointNotRestorable');
    expect(fromBin.message).toMatch(/is in the bin until 2026-.*: all of it is still there/);
    await world.stage.run(hours(14));
    for (const region of [HOME, AWAY]) {
      const { name, message } = await world.ask(region, { cluster: 'binned', to: id });
      expect(name).toBe('RecoveryPointDiscarded');
      expect(message).toContain(`has been discarded in ${region}, nothing of it is left`);
      await world.restores(region, 'binned', kept);
    }
  });
});
