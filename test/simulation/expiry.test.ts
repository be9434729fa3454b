import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { days, minutes } from '../../core/time/instant.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { floorAndHolds } from './checkers/floor-and-holds.ts';
import { keptAsDecided } from './checkers/kept-as-decided.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 7;
const seed = `seed ${SEED}`;
const DAYS = 22;
/** The hold is placed when the point is a day old, and every rule has let it go long before the end. */
const HOLD_ON = 3;

let blueprint: Blueprint;
let stage: Stage;
let heard: HoldfastEvent[];
let held: RecoveryPoint;
const watch = new LifeCycleWatch();
const daily: string[] = [];

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  stage = blueprint.stage(SEED, watch);
  watch.begin({ stage });
  heard = announcements(stage);
  writeOddFiles(stage.files.get('documents')!, stage.cloud.world.random('test.files'), 40);
  for (let day = 1; day <= DAYS; day++) {
    stage.files.get('documents')!.scheduleDay(day);
    stage.orders.get('orders')!.scheduleDay(20);
    await stage.run(days(1));
    if (day === HOLD_ON) held = await placeHold();
    // Half past midnight: nothing is under way, and S3 has swept what was hidden long enough.
    if (day === 1) await stage.run(minutes(30));
    daily.push(...keptAsDecided(stage));
    for (const region of [HOME, AWAY])
      daily.push(...floorAndHolds(stage, region), ...vaultHoldsWhatIsNamed(stage, region));
  }
});
afterAll(() => blueprint?.close());

async function placeHold(): Promise<RecoveryPoint> {
  const point = pointsIn('sealed').find(({ cluster }) => cluster === 'documents')!;
  const catalog = stage.catalog(HOME);
  await stage.until(
    catalog.placeHold({
      name: 'audit-7',
      cluster: 'documents',
      recoveryPoint: point.id,
      placedAt: stage.now,
      why: 'tax audit',
    }),
  );
  return point;
}

const pointsIn = (state: RecoveryPoint['state']): RecoveryPoint[] =>
  catalogOf(stage, HOME).points.filter((point) => point.state === state);

describe('over three weeks', () => {
  it('every day exactly what the rules keep is kept, in vaults that hold nothing else', () => {
    expect(daily, seed).toEqual([]);
  });

  it('records moved along the written diagram only, to its end', () => {
    expect(watch.violations, seed).toEqual([]);
    expect(watch.moves.get('point: expiring → discarded'), seed).toBeGreaterThan(10);
    expect(watch.moves.get('copy: expiring → discarded'), seed).toBeGreaterThan(20);
  });

  it('nothing of a point that was discarded more than nine days ago is stored anywhere', () => {
    const long = heard.filter(({ name }) => name === 'RecoveryPointDiscarded').slice(0, 8);
    expect(long.length, seed).toBe(8);
    for (const { recoveryPoint: id, cluster, region } of long) {
      const there = [...stage.cloud.s3.versions(vaultName(stage.cloud.account, region), `${cluster}/${id}/`)];
      // What later points found unchanged lies under the first point's name for as long as one of them is kept.
      expect(
        there.filter(([key]) => key.includes('/manifest/')),
        `${seed}: ${id} in ${region}`,
      ).toEqual([]);
    }
  });

  it.each([HOME, AWAY])('every point that remains in %s still restores to its truth', async (region) => {
    const points = pointsIn('sealed');
    expect(points.length, seed).toBeGreaterThan(8);
    for (const { cluster, id } of points)
      expect((await restoreEqualsTruth(stage, region, cluster, id)).violations, seed).toEqual([]);
  });

  it('no permission was missing', () => expect(permissionsSuffice(stage), seed).toEqual([]));
});

describe('a legal hold that was placed through the catalog', () => {
  it('holds its point beyond every rule, and says so when it is looked at', () => {
    const now = catalogOf(stage, HOME).points.find(({ id }) => id === held.id);
    expect(now?.state, seed).toBe('sealed');
    const told = heard.filter(
      ({ name, reason }) => name === 'ExpiryRefused' && reason?.name === 'LegalHoldActive',
    );
    expect(told.map(({ sentence }) => sentence).join('\n'), seed).toContain(
      `${held.id} would expire but for`,
    );
  });

  it('lets it go when it is lifted by its name', async () => {
    const catalog = stage.catalog(HOME);
    await stage.until(catalog.liftHold('documents', 'audit-7'));
    // A point is looked at about once a week; then come the grace of a day and the discards of both regions.
    await stage.run(days(7 + 1 + 1));
    const now = catalogOf(stage, HOME).points.find(({ id }) => id === held.id);
    expect(now?.state, seed).toBe('discarded');
    for (const region of [HOME, AWAY]) expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
    expect(
      keptAsDecided(stage).filter((line) => line.includes(held.id)),
      seed,
    ).toEqual([]);
  });
});
