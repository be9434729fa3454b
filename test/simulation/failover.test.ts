import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { MoveMember } from '../../core/groups/move.ts';
import { hours, type Instant, minutes } from '../../core/time/instant.ts';
import type { Attempt, Disturbance } from '../../embedded/sdk/transport.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { answerTo, questionOf } from './asking.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { GROUPED } from './group-installation.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
let called: string[];
beforeAll(async () => {
  blueprint = await Blueprint.of(GROUPED);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

/** Whoever works in the recovery region and calls the other one. */
class CallsHome implements Disturbance {
  readonly seen: string[] = [];
  before({ call, service, operation }: Attempt): void {
    if (call.region === HOME && call.principal.includes(`/holdfast-${AWAY}-`))
      this.seen.push(`${call.principal.split('/').at(-1)} ${service}:${operation}`);
  }
  after(): void {}
}

/** A morning's work, copied away; then the region is lost. */
async function loseHome(seed: number): Promise<Instant> {
  const calls = new CallsHome();
  called = calls.seen;
  stage = blueprint.stage(seed, calls);
  heard = announcements(stage);
  const { s3, world, kms, iam, account } = stage.cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region: AWAY, account, now: world.now() });
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  } as const;
  iam.addResourcePolicy(kmsKeyArn, { Statement });
  for (const name of ['acme-documents-away', 'acme-minutes-away'])
    s3.createBucket({ name, region: AWAY, account, versioning: true, eventBridge: false, kmsKeyArn });
  for (const files of stage.files.values()) writeOddFiles(files, world.random('test'), 15);
  stage.orders.get('orders')!.scheduleDay(24);
  for (const application of stage.doris.applications.get('olap')!) application.scheduleDay(60);
  await stage.run(hours(5));
  stage.cloud.loseRegion(HOME);
  const lostAt = stage.now;
  await stage.run(minutes(12));
  called.length = 0;
  return lostAt;
}

const groups = () => recordsIn(AWAY).groups;
const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);

/** Somebody answers the newest question. */
const answer = (said: 'yes' | 'no') => answerTo(stage, told('ApprovalAsked').at(-1)!, said);

/** Waits for the question of an execution, and half an hour more. */
async function asked(execution: Execution): Promise<void> {
  await questionOf(stage, heard, execution);
  await stage.run(minutes(30));
}

async function failedOver(input: object): Promise<Execution> {
  const execution = stage.start(AWAY, 'failover', input);
  await asked(execution);
  await answer('yes');
  await stage.until(execution.ended);
  return execution;
}

async function membersOf(group: string): Promise<readonly MoveMember[]> {
  const [move] = await stage.until(groups().moves(group));
  return stage.until(groups().members(group, move!.id));
}

const equalsTruth = (members: readonly MoveMember[]): void => {
  const of = (name: string) => members.find(({ cluster }) => cluster === name)!;
  const documents = of('documents');
  const files = stage.files.get('documents')!.compareWith(documents.target!, '', documents.instant);
  expect([files.differing, files.compared]).toEqual([0, expect.toSatisfy((n: number) => n > 10)]);
  const orders = of('orders');
  const rows = stage.orders.get('orders')!.compareWith(stage.rowsOf(AWAY, orders.target!), orders.instant);
  expect([rows.differing, rows.compared]).toEqual([0, expect.toSatisfy((n: number) => n > 1)]);
};
const standings = (members: readonly MoveMember[]) =>
  members.map(({ cluster, way, state, target }) => [cluster, way, state, target]);

describe('when the primary region is lost', () => {
  it('a group is brought back in the other one, layer by layer, equal to the truth, without a call to the first', async () => {
    const lostAt = await loseHome(401);
    const execution = await failedOver({ group: 'shop', by: 'ben' });
    expect([execution.status, execution.error, execution.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
    const members = await membersOf('shop');
    expect(standings(members)).toEqual([
      ['documents', 'restore', 'switched', 'acme-documents-away'],
      ['orders', 'restore', 'switched', 'orders'],
      ['olap', 'promote', 'switched', 'fe.olap-standby'],
    ]);
    equalsTruth(members);
    const [documents, orders, olap] = members as [MoveMember, MoveMember, MoveMember];
    // The second layer began when the first served.
    expect(olap.startedAt!).toBeGreaterThanOrEqual(Math.max(documents.servingAt!, orders.servingAt!));
    expect(lostAt - olap.instant).toBeLessThan(hours(1));
    expect(await stage.until(groups().epoch('shop'))).toMatchObject({ number: 2, active: AWAY });
    expect(await stage.until(groups().epoch('archive'))).toBeUndefined();
    expect(told('FailoverFinished').map(({ facts }) => facts)).toEqual([
      expect.objectContaining({ group: 'shop', members: 3, epoch: 2 }),
    ]);
    const { record } = JSON.parse(execution.output!) as { record: Record<string, unknown> };
    expect(record['achievedRtoSeconds']).toBeGreaterThan(1_800);
    expect(record['members']).toHaveLength(3);
    const again = await stage.execute(AWAY, 'failover', { group: 'shop' });
    expect(again.error).toBe('AlreadyActive');
    expect(called).toEqual([]);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);

  it('nothing is done when somebody says no, or nobody answers; what failed is gone on with, and nothing done twice', async () => {
    await loseHome(402);
    const refused = stage.start(AWAY, 'failover', { group: 'archive' });
    await stage.run(minutes(1));
    const twice = await stage.execute(AWAY, 'failover', { group: 'archive' });
    expect(twice.error).toBe('MoveUnderWay');
    await answer('no');
    await stage.until(refused.ended);
    expect(refused.error).toBe('ApprovalRefused');
    const silent = await stage.execute(AWAY, 'failover', { group: 'archive' });
    expect(silent.error).toBe('ApprovalExpired');
    expect(told('FailoverRefused')).toHaveLength(2);
    expect(await stage.until(groups().epoch('archive'))).toBeUndefined();

    const { s3 } = stage.cloud;
    const Bucket = 'acme-documents-away';
    asOwner(stage, 's3', 'PutObject', { Bucket, Key: 'in-the-way', Body: Buffer.from('x') }, AWAY);
    const incomplete = await failedOver({ group: 'shop' });
    expect(incomplete.error).toBe('FailoverIncomplete');
    expect(standings(await membersOf('shop'))).toEqual([
      ['documents', 'restore', 'failed', undefined],
      ['orders', 'restore', 'switched', 'orders'],
      ['olap', 'promote', 'planned', undefined],
    ]);
    expect(told('FailoverIncomplete').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /orders serve; not yet: documents: .*TargetNotEmpty.*; olap; start holdfast-failover/,
      ),
    ]);
    asOwner(stage, 's3', 'DeleteObject', { Bucket, Key: 'in-the-way' }, AWAY);
    expect([...s3.current(Bucket, '')]).toEqual([]);
    const questions = told('ApprovalAsked').length;
    const done = await stage.execute(AWAY, 'failover', { group: 'shop' });
    expect([done.status, done.error]).toEqual(['SUCCEEDED', undefined]);
    expect(told('ApprovalAsked')).toHaveLength(questions);
    expect(await stage.until(groups().epoch('shop'))).toMatchObject({ number: 2, active: AWAY });
    const members = await membersOf('shop');
    expect(members.map(({ state }) => state)).toEqual(['switched', 'switched', 'switched']);
    equalsTruth(members);
    expect(told('RestoreFinished').filter(({ cluster }) => cluster === 'orders')).toHaveLength(1);
    expect(called).toEqual([]);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
