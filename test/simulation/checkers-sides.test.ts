import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { MoveMember } from '../../core/groups/move.ts';
import { RECEIPTS_PREFIX } from '../../core/receipts/canonical.ts';
import { earlier, hours, type Instant, minutes } from '../../core/time/instant.ts';
import { landingName, vaultName } from '../../lib/names.ts';
import { Blueprint } from '../support/world-of.ts';
import { activeBetween, isActiveThroughout, isSettledThroughout } from './checkers/active-side.ts';
import { Announced } from './checkers/announced.ts';
import { drillsEnd, drillsIn, nothingOfADrillLeft } from './checkers/drills-end.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { movesEnd } from './checkers/moves-end.ts';
import { RecordWatch } from './checkers/record-watch.ts';
import { runsCertain } from './checkers/runs-due.ts';
import { SidesKeepTruth } from './checkers/sides-keep-truth.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';
import { DOCUMENTS_AWAY, SIDED } from './sided-installation.ts';
import { Sides } from './sim/sides.ts';

const SEED = 5;
const seed = `seed ${SEED}`;

let blueprint: Blueprint;
let stage: Stage;
let sides: Sides;
const lives = new LifeCycleWatch();
const announced = new Announced();
const truth = new SidesKeepTruth(lives);
const run = () => ({ stage, sides });
const groups = () => recordsIn(AWAY).groups;

/** A morning at home, a drill, and the group moved to the other side; by noon every drill's time is over. */
beforeAll(async () => {
  blueprint = await Blueprint.of(SIDED);
  stage = blueprint.stage(SEED, lives);
  sides = new Sides(stage, stage.installation.groups[0]!);
  announced.begin(stage);
  lives.begin({ stage });
  truth.begin({ ...run(), faults: undefined as never, began: stage.now });
  for (const n of [1, 2, 3]) stage.files.get('documents')!.write(`invoice-${n}.txt`, Buffer.from(`${n}`));
  stage.orders.get('orders')!.scheduleDay(24);
  await stage.run(hours(2));
  stage.start(AWAY, 'drill', { cluster: 'documents' });
  await stage.run(minutes(10));
  const failover = stage.start(AWAY, 'failover', { group: 'shop' });
  await stage.run(minutes(2));
  const [asked] = announced.heard.filter(({ event }) => event.name === 'ApprovalAsked');
  const answer = { approval: asked!.event.facts!['approval'], answer: 'yes', by: 'ann' };
  await stage.execute(AWAY, 'answer', answer);
  await stage.until(failover.ended);
  expect([failover.status, failover.cause], seed).toEqual(['SUCCEEDED', undefined]);
  sides.pointed = AWAY;
  sides.scheduleDay(1);
  await stage.run(hours(9));
}, 120_000);
afterAll(() => blueprint?.close());

const put = (Bucket: string, Key: string): void =>
  asOwner(stage, 's3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') }, AWAY);

describe('of a group that changed sides', () => {
  it('each checker finds nothing, and has looked', () => {
    expect(sides.arrived, seed).toBe(2);
    expect(drillsIn(stage, AWAY).length, seed).toBeGreaterThan(1);
    const found = [drillsEnd(stage, announced), nothingOfADrillLeft(stage), movesEnd(run(), announced)];
    expect([...found, truth.judge()], seed).toEqual([[], [], [], []]);
  });

  it('what is due on a side is due there while it is the active one', () => {
    const since = announced.heard.find(({ event }) => event.name === 'FailoverFinished')!.at;
    expect([...activeBetween(stage, 'orders', 0 as never, stage.now)]).toEqual([HOME, AWAY]);
    expect(isActiveThroughout(stage, 'orders', AWAY, since, stage.now)).toBe(true);
    const due = runsCertain(stage, since, stage.now).map(({ id, region }) => [region, id.split('-')[1]]);
    expect(due.length, seed).toBeGreaterThan(1);
    expect(new Set(due.map(String))).toEqual(new Set([`${AWAY},sixhourlydr`, `${AWAY},eighthlydr`]));
    const asked = announced.heard.find(({ event }) => event.name === 'ApprovalAsked')!.at;
    const settled = (from: Instant, to: Instant) => isSettledThroughout(stage, 'orders', AWAY, from, to);
    expect([settled(asked, since), settled(since, stage.now)], seed).toEqual([false, true]);
  });

  it('sides-keep-truth sees a move that brought something else', () => {
    class Told extends RecordWatch {}
    const told: ((written: never) => void)[] = [];
    const records = new Told();
    records.onWritten = (listener) => void told.push(listener as (written: never) => void);
    sides.watch(records);
    const before = sides.violations.length;
    asOwner(stage, 's3', 'DeleteObject', { Bucket: DOCUMENTS_AWAY, Key: 'invoice-2.txt' }, AWAY);
    const [restored] = announced.heard.filter(
      ({ event }) =>
        event.name === 'RestoreFinished' &&
        event.cluster === 'documents' &&
        /documents-away/.test(event.sentence),
    );
    const item = {
      ...{ cluster: 'documents', state: 'restored', target: `s3://${DOCUMENTS_AWAY}/` },
      ...{ recoveryPoint: restored!.event.recoveryPoint, instant: '2026-03-18T00:10:00Z' },
    };
    for (const listener of told) listener({ kind: 'restore', item, region: AWAY, at: stage.now } as never);
    expect(sides.violations.slice(before).join()).toMatch(/items differ from .*missing: invoice-2.txt/);
    put(DOCUMENTS_AWAY, 'of nobody');
    expect(sides.differencesIn(AWAY).join()).toContain('not to be there: of nobody');
    expect(movesEnd(run(), announced).join()).toContain('not to be there: of nobody');
  });

  it('moves-end sees regions that do not agree, a move that nobody ended, and one that nobody told', async () => {
    expect(movesEnd({ stage }, { heard: [] }).join()).toContain('is moved, and no event says so');
    const [move] = await stage.until(groups().moves('shop'));
    const [member] = await stage.until(groups().members('shop', move!.id));
    const half: MoveMember = { ...member!, state: 'serving' };
    await stage.until(groups().recordMember(half));
    // Asked for longer ago than any move takes.
    const askedAt = earlier(move!.askedAt, hours(12));
    await stage.until(groups().recordMove({ ...move!, state: 'moving', askedAt }, move!));
    await stage.run(minutes(1));
    const found = movesEnd({ stage }, announced).join();
    expect(found).toContain('raised the epoch and is moving');
    expect(found).toContain(`${member!.cluster} is serving`);
    stage.cloud.loseRegion(AWAY);
    const next = { group: 'shop', number: 3, active: HOME, since: stage.now, move: 'failback-shop-1' };
    await stage.until(recordsIn(HOME).groups.raise(next));
    expect(movesEnd({ stage }, announced).join()).toMatch(/knows eu-west-1 in epoch 3, .*in epoch 2/);
    stage.cloud.bringBack(AWAY);
  });

  it('drills-end sees one that never ended, that nobody told, and that has no receipt', async () => {
    const [drill] = drillsIn(stage, AWAY);
    const { tornDownAt: _, ...open } = drill!;
    expect(drillsEnd(stage, { heard: [] }).join()).toContain(
      `${drill!.id} in ${AWAY} became ${drill!.state}, and no event`,
    );
    asOwner(
      stage,
      's3',
      'DeleteObject',
      { Bucket: vaultName(stage.cloud.account, AWAY), Key: receiptOf(drill!.id) },
      AWAY,
    );
    await stage.until(recordsIn(AWAY).drills.recordDrill(open));
    const found = drillsEnd(stage, announced).join();
    expect(found).toContain(`${drill!.id} in ${AWAY} is not torn down`);
    expect(found).toContain(`${drill!.id} in ${AWAY} became ${drill!.state}, and has no receipt`);
  });

  it('nothing-of-a-drill-left sees objects, hidden ones too, and a cluster that bears the name', () => {
    const landing = landingName(stage.cloud.account, AWAY);
    put(landing, 'drill/drill-documents-0000000-20260318t010000z/a.txt');
    const DeleteKey = 'drill/drill-documents-0000001-20260318t010000z/b.txt';
    put(landing, DeleteKey);
    asOwner(stage, 's3', 'DeleteObject', { Bucket: landing, Key: DeleteKey }, AWAY);
    const found = nothingOfADrillLeft(stage);
    expect(found.join()).toContain('drill-documents-0000000-20260318t010000z/ is left of a drill');
    expect(found.join()).toContain('drill-documents-0000001-20260318t010000z/ is left of a drill');
    stage.cloud.rds.seedCluster({
      ...{ region: AWAY, clusterId: 'drill-orders-0000000-20260318t010000z', engine: 'aurora-postgresql' },
      ...{ kmsKeyId: 'arn:aws:kms:eu-central-1:111111111111:key/of-a-drill', createdAt: stage.now, tags: {} },
    });
    expect(nothingOfADrillLeft(stage).join()).toContain('cluster drill-orders-0000000-20260318t010000z');
  });
});

const receiptOf = (about: string): string =>
  [...stage.cloud.s3.current(vaultName(stage.cloud.account, AWAY), RECEIPTS_PREFIX)].find(([, { body }]) =>
    body.toString('utf8').includes(`"${about}"`),
  )![0];
