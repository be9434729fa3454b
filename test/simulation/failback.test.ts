import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { MoveMember } from '../../core/groups/move.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { answerTo, questionOf } from './asking.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { GROUPED } from './group-installation.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

const AWAY_BUCKET = 'acme-minutes-away';
const HOME_BUCKET = 'acme-minutes';

/** Files that are a group of their own. */
const INPUT: HoldfastInput = {
  ...GROUPED,
  name: 'homecoming',
  plans: { often: GROUPED.plans['often']! },
  clusters: { minutes: GROUPED.clusters['minutes']! },
  groups: { archive: { layers: [['minutes']], to: AWAY } },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INPUT);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);
const groups = () => recordsIn(AWAY).groups;

function openAwayBucket(): void {
  const { s3, world, kms, iam, account } = stage.cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region: AWAY, account, now: world.now() });
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  iam.addResourcePolicy(kmsKeyArn, {
    Statement: { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
  });
  s3.createBucket({
    name: AWAY_BUCKET,
    region: AWAY,
    account,
    versioning: true,
    eventBridge: false,
    kmsKeyArn,
  });
}

/** Answers the question that an execution asks, once it asks it. */
const answered = async (execution: Execution, said: 'yes' | 'no') =>
  answerTo(stage, await questionOf(stage, heard, execution), said);

/** Half a day at home, the region lost, taken over, and some hours of work on the other side. */
async function takeOver(seed: number): Promise<void> {
  stage = blueprint.stage(seed);
  heard = announcements(stage);
  openAwayBucket();
  writeOddFiles(stage.files.get('minutes')!, stage.cloud.world.random('test'), 25);
  await stage.run(hours(5));
  stage.cloud.loseRegion(HOME);
  await stage.run(minutes(12));
  const failover = stage.start(AWAY, 'failover', { group: 'archive' });
  await answered(failover, 'yes');
  await stage.until(failover.ended);
  expect([failover.status, failover.error]).toEqual(['SUCCEEDED', undefined]);
  write('decided/away.txt', 'on the other side');
  await stage.run(hours(5));
}

function write(key: string, body: string): void {
  asOwner(stage, 's3', 'PutObject', { Bucket: AWAY_BUCKET, Key: key, Body: Buffer.from(body) }, AWAY);
}

const contentOf = (bucket: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...stage.cloud.s3.current(bucket, '')].map(([key, { body }]) => [key, body.toString('base64')]),
  );

async function goHome(): Promise<Execution> {
  const failback = stage.start(AWAY, 'failback', { group: 'archive', by: 'ben' });
  await answered(failback, 'yes');
  await stage.until(failback.ended);
  return failback;
}

async function memberOf(kind: string): Promise<MoveMember> {
  const move = (await stage.until(groups().moves('archive'))).find((one) => one.kind === kind)!;
  const [member] = await stage.until(groups().members('archive', move.id));
  return member!;
}

/** Captured in a region, oldest first. */
const pointsOf = (region: string): readonly RecoveryPoint[] =>
  catalogOf(stage, region)
    .points.filter((point) => point.region === region)
    .sort((a, b) => a.openedAt - b.openedAt);

describe('after a failover', () => {
  it('the other side is protected, goes home by difference without loss, and home protects itself again', async () => {
    await takeOver(501);
    const away = pointsOf(AWAY);
    expect(away.map(({ rule, state }) => [rule, state])).toContainEqual(['fourhourlydr', 'sealed']);
    // One file was written there: that is all that its first capture stored.
    expect(away[0]!.content).toMatchObject({ newItems: 1, newBytes: 'on the other side'.length });

    stage.cloud.bringBack(HOME);
    await stage.run(hours(5));
    write('decided/late.txt', 'after home was back');
    const key = Object.keys(contentOf(AWAY_BUCKET)).find((name) => !name.startsWith('decided/'))!;
    asOwner(stage, 's3', 'DeleteObject', { Bucket: AWAY_BUCKET, Key: key }, AWAY);
    await stage.run(minutes(5));
    const failback = await goHome();
    expect([failback.status, failback.error, failback.cause]).toEqual(['SUCCEEDED', undefined, undefined]);

    expect(contentOf(HOME_BUCKET)).toEqual(contentOf(AWAY_BUCKET));
    const member = await memberOf('failback');
    expect(member).toMatchObject({ state: 'switched', lossSeconds: 0, target: HOME_BUCKET });
    expect(member.movedBytes).toBe('on the other side'.length + 'after home was back'.length);
    expect(member.movedBytes!).toBeLessThan(member.totalBytes!);
    expect(await stage.until(recordsIn(HOME).groups.epoch('archive'))).toMatchObject({
      number: 3,
      active: HOME,
    });

    const before = { home: pointsOf(HOME).length, away: pointsOf(AWAY).length };
    await stage.run(hours(5));
    const newest = pointsOf(HOME).at(-1);
    expect(newest).toMatchObject({ state: 'sealed', rule: 'fourhourly', epoch: 3 });
    // What came home by difference is in the vault already.
    expect(newest!.content).toMatchObject({ newItems: 0 });
    expect(pointsOf(HOME).length).toBeGreaterThan(before.home);
    expect(pointsOf(AWAY).length).toBe(before.away);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);

  it('nothing changes sides while home is away, or while somebody still writes', async () => {
    await takeOver(502);
    const dark = await stage.execute(AWAY, 'failback', { group: 'archive' });
    expect(dark.error).toBe('RegionNotBack');
    stage.cloud.bringBack(HOME);
    await stage.run(hours(2));
    const refused = stage.start(AWAY, 'failback', { group: 'archive' });
    await answered(refused, 'no');
    await stage.until(refused.ended);
    expect(refused.error).toBe('ApprovalRefused');
    expect(told('FailbackRefused')).toHaveLength(1);
    expect(await stage.until(groups().epoch('archive'))).toMatchObject({ number: 2, active: AWAY });
    const home = await goHome();
    expect([home.status, home.error, home.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
    expect(contentOf(HOME_BUCKET)).toEqual(contentOf(AWAY_BUCKET));
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
