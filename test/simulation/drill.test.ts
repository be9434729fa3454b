import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import type { DorisCluster } from '../../core/plan/installation.ts';
import { hours } from '../../core/time/instant.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { DRILLED } from './drill-installation.ts';
import { AWAY, HOME } from './installations.ts';

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(DRILLED);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

/** A night's work, copied away. */
async function live(seed: number, long = hours(2)): Promise<void> {
  stage = blueprint.stage(seed);
  heard = announcements(stage);
  for (const files of stage.files.values())
    for (let n = 0; n < 12; n++) files.write(`invoice-${n}.txt`, Buffer.from(`invoice ${n} of ${seed}`));
  stage.orders.get('orders')!.scheduleDay(24);
  for (const application of stage.doris.applications.get('olap')!) application.scheduleDay(40);
  await stage.run(long);
}

const CLUSTERS = ['documents', 'orders', 'olap'] as const;
const drillsOf = (cluster: string): Promise<readonly DrillRecord[]> =>
  stage.until(recordsIn(AWAY).drills.drills(cluster));
const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);

/** What lies in the recovery region under the name, the tag or in the place of a drill. */
async function left(): Promise<readonly string[]> {
  const ids = (await drillsOf('orders')).map(({ id }) => id);
  const { s3, rds, world, account } = stage.cloud;
  const landing = s3.current(`holdfast-restored-${account}-${AWAY}`, 'drill/');
  const olap = stage.installation.clusters.find(({ name }) => name === 'olap') as DorisCluster;
  const databases = [...stage.doris.targetOf(olap, AWAY).catalog.databases.keys()];
  return [
    ...[...landing].map(([key]) => key),
    ...ids.filter((id) => rds.stays(id, AWAY, world.now())),
    ...databases.filter((name) => name.startsWith('drill_')),
  ];
}

describe('drills', () => {
  it('run by their schedule, pass on every engine, leave nothing, and are refused nothing', async () => {
    await live(91, hours(3.5));
    for (const cluster of CLUSTERS) {
      const [drill, ...more] = await drillsOf(cluster);
      expect(drill?.reason).toBeUndefined();
      expect(more).toEqual([]);
      expect(drill).toMatchObject({ state: 'passed', mode: 'ordinary', tornDownAt: expect.any(Number) });
      expect(drill!.steps!.map(({ name }) => name)).toEqual(['resolve', 'restore', 'validate', 'tear-down']);
    }
    expect(
      told('DrillPassed')
        .map(({ cluster }) => cluster)
        .sort(),
    ).toEqual([...CLUSTERS].sort());
    const [files] = await drillsOf('documents');
    expect(files!.checks!.find(({ name }) => name === 'samples')).toMatchObject({ outcome: 'passed' });
    expect(await left()).toEqual([]);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 90_000);

  it('as if the region were lost prove that it is denied, while it is there', async () => {
    await live(92);
    for (const cluster of CLUSTERS) {
      const execution = await stage.execute(AWAY, 'drill', { cluster, mode: 'region-lost', pick: 'random' });
      const [drill] = await drillsOf(cluster);
      expect(drill!.reason).toBeUndefined();
      expect(ending(execution)).toMatchObject({ name: 'SUCCEEDED' });
      expect(drill!.checks![0]).toMatchObject({ name: 'primary-denied', outcome: 'passed' });
    }
    expect(await left()).toEqual([]);
    const refused = stage.cloud.iam.refusals.map(({ principal, action }) => `${principal} ${action}`);
    expect(refused).toEqual(CLUSTERS.map(() => expect.stringMatching(/prove-primary-denied s3:ListBucket$/)));
  }, 90_000);

  it('of an altered copy fail by its name, set it aside, and leave nothing', async () => {
    await live(93);
    const { account, s3 } = stage.cloud;
    const vault = `holdfast-vault-${account}-${AWAY}`;
    const altered = [...s3.current(vault, 'documents/')].filter(
      ([key, { body }]) => key.includes('/data/') && body.length > 0,
    );
    expect(altered.length).toBeGreaterThan(3);
    for (const [key] of altered) s3.corrupt(vault, key);
    const execution = await stage.execute(AWAY, 'drill', { cluster: 'documents' });
    expect(ending(execution)).toMatchObject({ name: 'DrillFailed' });
    const [drill] = await drillsOf('documents');
    expect(drill).toMatchObject({ state: 'failed', reason: { name: 'ChecksumMismatch' } });
    expect(told('DrillFailed')).toHaveLength(1);
    await stage.run(hours(2));
    const copy = await stage.until(stage.catalog(HOME).copy(drill!.recoveryPoint!, AWAY));
    expect(copy!.state).toBe('quarantined');
    expect(await left()).toEqual([]);
  }, 60_000);
});
