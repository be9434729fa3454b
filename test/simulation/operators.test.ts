import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, earlier, hours, minutes, seconds } from '../../core/time/instant.ts';
import { Faults } from '../../embedded/faults/faults.ts';
import type { RandomStream } from '../../embedded/random/streams.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { machineArn } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { keptAsDecided } from './checkers/kept-as-decided.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { AWAY, HOME, SMALL } from './installations.ts';
import { holds, undeletes } from './sim/operators-catalog.ts';
import { deletesDatabase } from './sim/operators-deploying.ts';
import { type Act, Desk } from './sim/operators-desk.ts';
import { SCENERIES } from './sim/sceneries.ts';

const SEED = 21;
const seed = `seed ${SEED}`;
const { edited, without } = SCENERIES.small;
const SHORTER = edited[1]!;

let blueprint: Blueprint;
let stage: Stage;
let desk: Desk;
let heard: readonly HoldfastEvent[];

beforeAll(async () => {
  blueprint = await Blueprint.of(SMALL);
  stage = blueprint.stage(SEED);
  heard = announcements(stage);
  const none = new Faults({ seed: SEED, only: [] });
  none.release(stage.cloud, [...stage.files.values()]);
  desk = new Desk(stage, none, blueprint);
  await live(1);
});
afterAll(() => blueprint?.close());

async function live(forDays: number): Promise<void> {
  for (let day = 0; day < forDays; day++) {
    stage.files.get('documents')!.scheduleDay(3);
    stage.orders.get('orders')!.scheduleDay(4);
    await stage.run(days(1));
  }
}

async function redeploy(input: HoldfastInput): Promise<void> {
  const { installation, assembly } = await blueprint.variant(input);
  await stage.until(stage.redeploy(installation, assembly));
  desk.input = input;
}

const does = (act: Act): Promise<string | undefined> =>
  stage.until(act(desk, stage.cloud.world.random('test.operators')));
const pointsOf = (cluster: string) =>
  catalogOf(stage, HOME).points.filter((point) => point.cluster === cluster);
const sealed = (cluster: string): string[] =>
  pointsOf(cluster)
    .filter(({ state }) => state === 'sealed')
    .map(({ id }) => id);
const ended = async (...executions: Execution[]): Promise<string[]> => {
  for (const execution of executions) await stage.until(execution.ended);
  return executions.map((execution) => ending(execution).name);
};

describe('while people work at the consoles', () => {
  it('of two restores into one place at the same instant one is equal to the truth, and one is refused by name', async () => {
    const into = (to: string) =>
      stage.start(HOME, 'restore', { cluster: 'documents', to, target: { prefix: 'shared/' } });
    const [oldest = ''] = sealed('documents');
    const names = await ended(into('latest'), into(oldest));
    expect(names.toSorted(), seed).toEqual(['SUCCEEDED', 'TargetNotEmpty']);
  });

  it('a backup that runs while everything is redeployed is sealed, and nobody is refused its configuration', async () => {
    const execution = stage.start(HOME, 'backup', { cluster: 'documents', keepDays: 1 });
    await stage.run(seconds(1));
    await redeploy(SHORTER);
    expect(await ended(execution), seed).toEqual(['SUCCEEDED']);
    expect(permissionsSuffice(stage), seed).toEqual([]);
  });

  it('a plan that keeps less expires what it does not keep, and taking it back is right about both', async () => {
    await live(1);
    const binned = pointsOf('documents').filter(({ state }) => state === 'expiring');
    expect(binned.length, seed).toBeGreaterThan(0);
    expect(keptAsDecided(stage), seed).toEqual([]);
    await redeploy(SMALL);
    await stage.run(hours(2));
    expect(keptAsDecided(stage), seed).toEqual([]);
  });

  it('a point that somebody brings back from the bin restores in the other region', async () => {
    const what = await does(undeletes);
    expect(what, seed).toMatch(/: sealed again$/);
    const [id = ''] = what!.split(':');
    expect(sealed('documents'), seed).toContain(id);
    await stage.run(minutes(1));
    expect((await restoreEqualsTruth(stage, AWAY, 'documents', id)).violations, seed).toEqual([]);
  });

  it('a hold that somebody places stands until it is lifted a day or two later', async () => {
    const what = await does(holds);
    // The catalog's other region is a moment behind.
    await stage.run(minutes(1));
    expect(catalogOf(stage, AWAY).holds, `${seed}: ${what}`).toHaveLength(1);
    await live(2);
    expect(catalogOf(stage, AWAY).holds, seed).toEqual([]);
    expect(desk.lifted, seed).toHaveLength(1);
    expect(keptAsDecided(stage, { lifted: desk.lifted }), seed).toEqual([]);
  });

  it('a hold on what is in the bin keeps it there beyond its grace, and lifted lets it go', async () => {
    const first = { chance: () => true, between: () => 40, pick: <T>([item]: readonly T[]) => item! };
    const what = await stage.until(holds(desk, first as unknown as RandomStream));
    const [id = ''] = what!.split(' ');
    const held = () => catalogOf(stage, HOME).points.find((point) => point.id === id)!;
    expect(held().state, `${seed}: ${what}`).toBe('expiring');
    await stage.run(hours(36));
    expect(held().discardAfter! < earlier(stage.now, hours(6)), seed).toBe(true);
    expect(held().state, seed).toBe('expiring');
    expect(keptAsDecided(stage, { lifted: desk.lifted }), seed).toEqual([]);
    await stage.run(hours(16));
    expect(held().state, seed).toBe('discarded');
  });

  it('two backups by hand in one second are one recovery point', async () => {
    const before = pointsOf('documents').length;
    const byHand = () => stage.start(HOME, 'backup', { cluster: 'documents', keepDays: 1 });
    await ended(byHand(), byHand());
    expect(pointsOf('documents'), seed).toHaveLength(before + 1);
  });

  it('a backup that somebody stops is closed and told, and the next one succeeds', async () => {
    const execution = stage.start(HOME, 'backup', { cluster: 'orders', keepDays: 1 });
    await stage.run(minutes(1));
    stage.cloud.states.stop(execution);
    const from = heard.length;
    await stage.run(minutes(10));
    expect(
      heard.slice(from).map(({ name }) => name),
      seed,
    ).toContain('BackupFailed');
    expect(pointsOf('orders').at(-1)!.state, seed).toBe('failed');
    expect(await ended(stage.start(HOME, 'backup', { cluster: 'orders', keepDays: 1 })), seed).toEqual([
      'SUCCEEDED',
    ]);
  });

  it('a cluster that leaves the configuration loses none of its points, and restores when it is back', async () => {
    // Its last copy has come to its end.
    await stage.run(hours(3));
    await redeploy(without['orders']!);
    const before = sealed('orders');
    await live(1);
    expect(sealed('orders'), seed).toEqual(before);
    const [refused] = await ended(stage.start(AWAY, 'restore', { cluster: 'orders', to: 'latest' }));
    expect(refused, seed).toBe('UnknownCluster');
    const runs = stage.cloud.states.list(machineArn(stage.cloud.account, HOME, 'expire'));
    expect(new Set(runs.map(({ status }) => status)), seed).toEqual(new Set(['SUCCEEDED']));
    await redeploy(SMALL);
    const { violations } = await restoreEqualsTruth(stage, AWAY, 'orders', before[0]!);
    expect(violations, seed).toEqual([]);
  });

  it('when the database is deleted, its backups fail by name and aloud, and its points restore in both regions', async () => {
    expect(deletesDatabase(desk), seed).toBe('orders in RDS');
    await stage.run(hours(1));
    const kept = sealed('orders');
    const from = heard.length;
    const [failed] = await ended(stage.start(HOME, 'backup', { cluster: 'orders' }));
    expect(failed, seed).toBe('BackupFailed');
    expect(heard.slice(from), seed).toContainEqual(
      expect.objectContaining({
        name: 'BackupFailed',
        cluster: 'orders',
        reason: expect.objectContaining({ name: 'ResourceMissing' }),
      }),
    );
    for (const region of [HOME, AWAY])
      expect((await restoreEqualsTruth(stage, region, 'orders', kept.at(-1)!)).violations, seed).toEqual([]);
  });
});
