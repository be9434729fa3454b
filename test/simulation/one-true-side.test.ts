import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, type Instant, minutes } from '../../core/time/instant.ts';
import { machineArn, vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { nothingStuck } from './checkers/nothing-stuck.ts';
import { OneTrueSide } from './checkers/one-true-side.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

const SEED = 6;
const seed = `seed ${SEED}`;

/** Two buckets that are captured often: one in a group, one that has no sides. */
const TWO: HoldfastInput = {
  ...FLEETING,
  name: 'sides',
  plans: {
    files: {
      ...FLEETING.plans['files']!,
      rules: [{ name: 'hourly', cron: '30 * * * ? *', deadline: '30m' }],
      retention: { keepLast: 3, minimumKeep: 2 },
    },
  },
  clusters: {
    documents: {
      ...FLEETING.clusters['documents']!,
      restoreInto: { [AWAY]: { bucket: 'acme-documents-away' } },
    } as HoldfastInput['clusters'][string],
    notes: { engine: 'objects', plan: 'files', bucket: 'acme-notes', expectedSize: '1 GB' },
  },
  groups: { web: { layers: [['documents']] } },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
let raisedAt: Instant;
const lives = new LifeCycleWatch();
const sides = new OneTrueSide(lives);

const pointsOf = (cluster: string, region = HOME) =>
  catalogOf(stage, region).points.filter((point) => point.cluster === cluster);

/** Where the group lives after a failover. */
function bucketAway(): void {
  const { s3, kms, iam, account, world } = stage.cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region: AWAY, account, now: world.now() });
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' } as const;
  iam.addResourcePolicy(kmsKeyArn, { Statement });
  const name = 'acme-documents-away';
  s3.createBucket({ name, region: AWAY, account, versioning: true, eventBridge: false, kmsKeyArn });
}

/** Until a backup of the cluster is half-way. */
async function untilHalfWay(cluster: string): Promise<void> {
  const { states, account, world } = stage.cloud;
  const arn = machineArn(account, HOME, 'backup');
  const before = states.list(arn).length;
  const runs = () =>
    states
      .list(arn)
      .slice(before)
      .some(({ status, input }) => status === 'RUNNING' && input.includes(cluster));
  await world.runWhile(() => !runs());
  await world.runWhile(() => !pointsOf(cluster).some(({ state }) => state === 'capturing'));
}

beforeAll(async () => {
  blueprint = await Blueprint.of(TWO);
  stage = blueprint.stage(SEED, lives);
  heard = announcements(stage);
  for (const checker of [lives, sides]) checker.begin({ stage });
  bucketAway();
  for (const files of stage.files.values()) files.scheduleDay(1);
  await stage.run(hours(5));
  await untilHalfWay('documents');
  stage.cloud.loseRegion(HOME);
  await stage.run(minutes(20));
  const { groups } = recordsIn(AWAY);
  raisedAt = stage.now;
  const next = { group: 'web', number: 2, active: AWAY, since: raisedAt, move: 'failover-web-1' };
  await stage.until(groups.raise(next));
  await stage.run(minutes(10));
  stage.cloud.bringBack(HOME);
  for (const files of stage.files.values()) files.scheduleDay(2);
  await stage.run(hours(12));
}, 60_000);
afterAll(() => blueprint?.close());

describe('a region that comes back after another one took over', () => {
  it('writes nothing more about what is protected elsewhere, and the number is the new one in both', async () => {
    expect(sides.judged, seed).toBeGreaterThan(30);
    expect([lives.judge(), sides.judge()], seed).toEqual([[], []]);
    for (const region of [HOME, AWAY])
      expect(await stage.until(recordsIn(region).groups.epoch('web')), seed).toMatchObject({ number: 2 });
    const after = pointsOf('documents').filter(({ sealedAt }) => (sealedAt ?? 0) > raisedAt);
    expect(new Set(after.map(({ region, epoch }) => `${region} ${epoch}`)), seed).toEqual(
      new Set([`${AWAY} 2`]),
    );
    expect(after.length, seed).toBeGreaterThan(9);
    const copied = catalogOf(stage, AWAY).copies.filter(
      ({ id, state }) => /hourlydr/.test(id) && state === 'proven',
    );
    expect(new Set(copied.map(({ region }) => region)), seed).toEqual(new Set([HOME, AWAY]));
  });

  it('ends what it had begun, with the reason, and leaves nothing under way', () => {
    const ended = pointsOf('documents').filter(({ state }) => state === 'failed' || state === 'quarantined');
    expect(ended.length, seed).toBeGreaterThan(0);
    expect(nothingStuck(stage), seed).toEqual([]);
  });

  it('lets nothing of it expire, and goes on with what has no sides', () => {
    const after = pointsOf('notes').filter(({ sealedAt }) => (sealedAt ?? 0) > raisedAt);
    expect(after.length, seed).toBeGreaterThan(9);
    const kept = (cluster: string) => pointsOf(cluster).filter(({ state }) => state === 'sealed').length;
    expect(kept('notes'), seed).toBeLessThanOrEqual(5);
    expect(kept('documents'), seed).toBeGreaterThanOrEqual(12);
  });

  it('says so without a storm: a word for each thing that was cut off, and no more', () => {
    const bad = heard.filter(
      ({ name, cluster }) => cluster === 'documents' && /Failed|Quarantined|Refused/.test(name),
    );
    expect(bad.length, seed).toBeLessThanOrEqual(3);
    expect(permissionsSuffice(stage), seed).toEqual([]);
  });
});

describe('the side that took over', () => {
  it('removes what a stopped backup of its own left, and needs nothing of the other region for it', async () => {
    const { states, s3, account } = stage.cloud;
    const [Bucket, Body] = ['acme-documents-away', Buffer.from('written there')];
    for (const Key of ['a', 'b', 'c']) asOwner(stage, 's3', 'PutObject', { Bucket, Key, Body }, AWAY);
    await stage.run(minutes(1));
    const execution = stage.start(AWAY, 'backup', { cluster: 'documents' });
    const latest = () => pointsOf('documents', AWAY).find((point) => point.execution === execution.arn);
    const stored = () => [...s3.current(vaultName(account, AWAY), `documents/${latest()?.id}/data/`)];
    await stage.cloud.world.runWhile(() => stored().length === 0);
    stage.cloud.loseRegion(HOME);
    states.stop(execution, 'Stopped', 'by an operator');
    await stage.run(minutes(20));
    stage.cloud.bringBack(HOME);
    const { state, reason } = latest()!;
    expect([state, reason?.message], seed).toEqual(['failed', expect.stringMatching(/by somebody$/)]);
    expect(stored(), seed).toEqual([]);
    expect(permissionsSuffice(stage), seed).toEqual([]);
  });
});

describe('one-true-side', () => {
  it('sees who writes under an old number, and who lets something expire meanwhile', async () => {
    const watched = sides.violations.length;
    const at = stage.now;
    const [sealed] = pointsOf('documents').filter(({ state }) => state === 'sealed');
    const late = {
      ...sealed!,
      id: 'documents-hourly-20270101t000000z',
      state: 'capturing',
      openedAt: at,
    } as const;
    // What a person writes by hand has no fence.
    const byHand = stage.catalog(HOME);
    await stage.until(byHand.open(late));
    expect(sides.violations.at(-1)).toContain(`where ${AWAY} is known to be active`);
    await stage.until(byHand.advance(sealed!.id, 'expiring', { discardAfter: at }));
    expect(sides.violations.at(-1)).toContain(`as expiring, while ${AWAY} is active`);
    expect(sides.violations).toHaveLength(watched + 2);
  });
});
