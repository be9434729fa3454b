import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hours } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { floorAndHolds } from './checkers/floor-and-holds.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, HOME, SMALL } from './installations.ts';
import { lose, MOMENTS, newestProvenAway, type Run } from './region-loss.ts';

let blueprint: Blueprint;
beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
});
afterAll(() => blueprint?.close());

describe.each(MOMENTS)('the region is lost $when', (moment) => {
  const seed = `seed ${moment.seed}`;
  let run: Run;
  beforeAll(async () => {
    run = await lose(blueprint, moment);
  });

  it('and both clusters are restored in the recovery region, equal to the truth', () => {
    expect(run.whileDark, seed).toEqual([]);
    expect((run.lostAt - run.provenBefore['documents']!) / hours(1), seed).toBeLessThan(8);
    expect((run.lostAt - run.provenBefore['orders']!) / hours(1), seed).toBeLessThan(15);
  });

  it('and backups and copies go on when it is back', async () => {
    for (const { name } of run.stage.installation.clusters) {
      const ageHours = (run.stage.now - newestProvenAway(run.stage, name)) / hours(1);
      expect(ageHours, `${seed}: newest copy of ${name}`).toBeLessThan(14);
      for (const region of [HOME, AWAY])
        expect((await restoreEqualsTruth(run.stage, region, name, 'latest')).violations, seed).toEqual([]);
    }
  });

  it('and nothing is left under way for ever, unless somebody was told', () => {
    const { points, copies } = catalogOf(run.stage, HOME);
    const open = [...points, ...copies].filter(
      ({ state, id }) =>
        ['capturing', 'captured', 'verified', 'copying', 'copied'].includes(state) &&
        !run.heard.some((event) => event.recoveryPoint === id && /Failed|Quarantined/.test(event.name)),
    );
    const late = open.filter((record) => {
      const since = 'openedAt' in record ? record.openedAt : record.startedAt;
      return run.stage.now - since > hours(6);
    });
    expect(late, seed).toEqual([]);
  });

  it('and the catalog is the same in both regions, moved along the diagram only, floor kept', () => {
    expect(run.watch.violations, seed).toEqual([]);
    const sorted = (region: string) =>
      catalogOf(run.stage, region)
        .points.map((point) => JSON.stringify(point))
        .sort();
    expect(sorted(AWAY), seed).toEqual(sorted(HOME));
    for (const region of [HOME, AWAY]) expect(floorAndHolds(run.stage, region), seed).toEqual([]);
  });

  it('and both vaults hold what manifests name and nothing else', () => {
    for (const region of [HOME, AWAY]) expect(vaultHoldsWhatIsNamed(run.stage, region), seed).toEqual([]);
  });

  it('and no permission was missing', () => expect(permissionsSuffice(run.stage), seed).toEqual([]));
});
