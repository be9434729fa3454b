import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { provenIn, restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { DORIS, snapshotsByPoint } from './ebs-installation.ts';
import { AWAY, HOME } from './installations.ts';

let blueprint: Blueprint;
beforeAll(async () => {
  blueprint = await Blueprint.of(DORIS);
});
afterAll(() => blueprint?.close());

const seed = 21;
let stage: Stage;
let heard: ReturnType<typeof announcements>;

async function liveADay(): Promise<void> {
  stage.ebs.applications.get('doris')!.scheduleDay(200);
  await stage.run(days(1));
}

describe(`a cluster on EBS, seed ${seed}`, () => {
  beforeAll(async () => {
    stage = blueprint.stage(seed);
    heard = announcements(stage);
    for (let day = 0; day < 3; day++) await liveADay();
    await stage.run(hours(2));
  });

  it('is captured, copied and restored in both regions, equal to the truth', async () => {
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached/.test(name))).toEqual([]);
    for (const region of [HOME, AWAY]) {
      const points = provenIn(stage, region, 'doris');
      expect(points.length, region).toBeGreaterThanOrEqual(2);
      for (const to of ['latest', points[0]!.id]) {
        const { result, violations } = await restoreEqualsTruth(stage, region, 'doris', to);
        expect(violations).toEqual([]);
        expect(result.comparison?.compared).toBeGreaterThan(50);
        expect(result.output?.record).toMatchObject({ items: 6, bytes: 120 * 1024 ** 3 });
      }
    }
  });

  it('leaves no snapshot of what is discarded, and none that nobody names', () => {
    for (const region of [HOME, AWAY]) {
      const kept = catalogOf(stage, region).copies.filter(
        (copy) => copy.region === region && copy.state !== 'discarded',
      );
      const lying = [...snapshotsByPoint(stage, region)];
      expect(lying.map(([id, all]) => `${all.length} of ${id}`).sort()).toEqual(
        kept.map(({ id }) => `6 of ${id}`).sort(),
      );
    }
    const discarded = catalogOf(stage, HOME).points.filter(({ state }) => state === 'discarded');
    expect(discarded.length).toBeGreaterThan(0);
  });

  it('is refused by name where its request names what it cannot have', async () => {
    const zone = { cluster: 'doris', to: 'latest', target: { availabilityZone: `${AWAY}z` } };
    expect(ending(await stage.execute(AWAY, 'restore', zone))).toMatchObject({
      name: 'TargetNotUsable',
      message: expect.stringMatching(/there is no zone eu-central-1z/),
    });
  });

  it('is restored in the recovery region when its own is lost in the middle of a backup', async () => {
    stage.ebs.applications.get('doris')!.scheduleDay(200);
    stage.start(HOME, 'backup', { cluster: 'doris' });
    await stage.run(minutes(2));
    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    const { violations } = await restoreEqualsTruth(stage, AWAY, 'doris', 'latest');
    expect(violations).toEqual([]);
    stage.cloud.bringBack(HOME);
    await stage.run(days(1));
    expect((await restoreEqualsTruth(stage, HOME, 'doris', 'latest')).violations).toEqual([]);
  });

  it('was never refused a permission', () => expect(permissionsSuffice(stage)).toEqual([]));
});
