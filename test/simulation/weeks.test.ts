import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { ALERTS, type HoldfastEvent } from '../../core/catalog/events.ts';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  instant,
  iso,
  minutes,
  wholeSecond,
} from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { DEEP, writeOddFiles } from '../support/odd-files.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { floorAndHolds } from './checkers/floor-and-holds.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, HOME, SMALL } from './installations.ts';

const SEED = 20_260_318;
const seed = `seed ${SEED}`;
const DAYS = 10;

let blueprint: Blueprint;
let stage: Stage;
let heard: HoldfastEvent[];
const watch = new LifeCycleWatch();
const floors: string[] = [];

beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
  stage = blueprint.stage(SEED, watch);
  watch.begin({ stage });
  heard = announcements(stage);
  const files = stage.files.get('documents')!;
  writeOddFiles(files, stage.cloud.world.random('test.files'), 70);
  for (let day = 1; day <= DAYS; day++) {
    files.scheduleDay(day);
    stage.orders.get('orders')!.scheduleDay(40);
    await stage.run(days(1));
    for (const region of [HOME, AWAY]) floors.push(...floorAndHolds(stage, region));
  }
  // Off the full hours, so that nothing is under way.
  await stage.run(minutes(50));
});
afterAll(() => blueprint?.close());

const proven = (region: string, cluster: string): CopyRecord[] =>
  catalogOf(stage, region)
    .copies.filter((copy) => copy.cluster === cluster && copy.region === region && copy.state === 'proven')
    .sort((a, b) => a.takenAt! - b.takenAt!);
const pick = <T>(items: readonly T[]): T => stage.cloud.world.random('test.choice').pick(items);
const somewhere = (from: Instant, to: Instant): Instant =>
  instant(stage.cloud.world.random('test.choice').between(from, to));

describe('ten days of backups of files and of a database', () => {
  it('end without an alert', () => {
    expect(
      heard.filter(({ name }) => ALERTS.includes(name)).map(({ sentence }) => sentence),
      seed,
    ).toEqual([]);
    expect(heard.filter(({ name }) => name === 'RecoveryPointCopied').length, seed).toBe(DAYS * 7);
  });

  it('protect every recovery point in both regions', () => {
    for (const { name } of stage.installation.clusters) {
      const away = new Set(proven(AWAY, name).map(({ id }) => id));
      expect(
        proven(HOME, name)
          .map(({ id }) => id)
          .filter((id) => !away.has(id)),
        seed,
      ).toEqual([]);
      expect(away.size, seed).toBeGreaterThan(3);
    }
  });

  it('move records of the catalog along the written diagram only', () => {
    expect(watch.violations, seed).toEqual([]);
    for (const move of [
      'point: verified → sealed',
      'point: sealed → expiring',
      'copy: copied → proven',
      'copy: expiring → discarded',
    ])
      expect(watch.moves.get(move), `${seed}: ${move}`).toBeGreaterThan(5);
  });

  it('keep the floor every day', () => expect(floors, seed).toEqual([]));

  it.each([HOME, AWAY])('leave in the vault of %s what manifests name and nothing else', (region) => {
    expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
  });

  it('agree about the catalog in both regions', () => {
    const sorted = (region: string) =>
      JSON.stringify(
        Object.values(catalogOf(stage, region)).map((records) =>
          records.map((r: object) => JSON.stringify(r)).sort(),
        ),
      );
    expect(sorted(AWAY), seed).toBe(sorted(HOME));
  });
});

describe.each([HOME, AWAY])('a restore in %s equals the truth', (region) => {
  it.each(['documents', 'orders'])('of the latest state of %s', async (cluster) => {
    const { violations } = await restoreEqualsTruth(stage, region, cluster, 'latest');
    expect(violations, seed).toEqual([]);
  });

  it.each(['documents', 'orders'])('of a recovery point of %s by its id', async (cluster) => {
    const copy = pick(proven(region, cluster));
    const { result, violations } = await restoreEqualsTruth(stage, region, cluster, copy.id);
    expect(violations, seed).toEqual([]);
    expect(result.output?.record, seed).toMatchObject({
      recoveryPointId: copy.id,
      restoredTo: iso(copy.takenAt!),
    });
  });

  it('of files at an instant between two points: the older one, and it says how much older', async () => {
    const copies = proven(region, 'documents');
    const asked = wholeSecond(somewhere(copies[0]!.takenAt!, copies.at(-1)!.takenAt!));
    const expected = copies.findLast(({ takenAt }) => takenAt! <= asked)!;
    const { result, violations } = await restoreEqualsTruth(stage, region, 'documents', iso(asked));
    expect(violations, seed).toEqual([]);
    expect(result.output?.record.recoveryPointId, seed).toBe(expected.id);
    expect(result.output?.restore.earlierBySeconds, seed).toBe((asked - expected.takenAt!) / 1_000);
  });
});

it('a database is restored at home to any second of its log', async () => {
  for (let n = 0; n < 3; n++) {
    const asked = wholeSecond(somewhere(earlier(stage.now, days(6)), earlier(stage.now, hours(1))));
    const { result, violations } = await restoreEqualsTruth(stage, HOME, 'orders', iso(asked));
    expect(violations, seed).toEqual([]);
    expect(result.output?.record.restoredTo, seed).toBe(iso(asked));
    expect(result.output?.restore.earlierBySeconds, seed).toBe(0);
  }
});

it('what was deleted stays deleted, and comes back only with a point from before', async () => {
  const files = stage.files.get('documents')!;
  const before = proven(AWAY, 'documents').at(-1)!;
  files.remove(DEEP);
  await stage.run(minutes(1));
  const backup = await stage.execute(HOME, 'backup', { cluster: 'documents', note: 'after the deletion' });
  expect(backup.status, seed).toBe('SUCCEEDED');
  await stage.run(minutes(20));
  const after = await restoreEqualsTruth(stage, AWAY, 'documents', 'latest');
  const older = await restoreEqualsTruth(stage, AWAY, 'documents', before.id);
  expect([...after.violations, ...older.violations], seed).toEqual([]);
  const keysIn = ({ bucket, prefix = '' }: { bucket?: string; prefix?: string }) =>
    [...stage.cloud.s3.current(bucket!, prefix)].map(([key]) => key.slice(prefix.length));
  expect(keysIn(after.result.output!.restore.target), seed).not.toContain(DEEP);
  expect(keysIn(older.result.output!.restore.target), seed).toContain(DEEP);
});

it('every call was allowed by the synthesized policies', () => {
  expect(permissionsSuffice(stage), seed).toEqual([]);
});
