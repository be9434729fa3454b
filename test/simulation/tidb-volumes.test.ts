import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, hours, minutes, seconds } from '../../core/time/instant.ts';
import type { Comparison } from '../../embedded/applications/compare.ts';
import { instantOf } from '../../embedded/tidb/tso.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { provenIn } from './checkers/restores-equal-truth.ts';
import { snapshotsByPoint } from './ebs-installation.ts';
import { AWAY, HOME } from './installations.ts';

const INSTALLATION: HoldfastInput = {
  name: 'tidb-volumes',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    volumes: {
      rules: [{ name: 'twelvely', cron: '15 0/12 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '2h',
      maxExpireShare: 1,
    },
  },
  clusters: {
    ledger: {
      engine: 'tidb',
      plan: 'volumes',
      version: 'v8.5.3',
      reach: { pd: 'pd.ledger:2379', subnets: ['subnet-01'], securityGroups: ['sg-01'] },
      volumes: { instances: { key: 'role', value: 'ledger-tikv' } },
      expectedSize: '300 GB',
      restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b` } },
    },
  },
};

let blueprint: Blueprint;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
});
afterAll(() => blueprint?.close());

const seed = 33;
let stage: Stage;
let heard: ReturnType<typeof announcements>;

const application = () => stage.tidb.applications.get('ledger')!;
const pd = () => stage.tidb.fleet.cluster('ledger').pd;

interface Output {
  readonly restore: { readonly restoreId: string };
  readonly record: { readonly recoveryPointId: string; readonly items: number };
}

/** Restores, lets BR's data phase do its part, and compares with the truth at the timestamp that the set says it has. */
async function restored(region: string, to: string): Promise<{ output: Output; comparison: Comparison }> {
  const execution = await stage.execute(region, 'restore', { cluster: 'ledger', to });
  expect(execution.status, execution.cause).toBe('SUCCEEDED');
  const output = JSON.parse(execution.output!) as Output;
  const volumes = stage.tidb.volumes.restored(region, output.restore.restoreId);
  return { output, comparison: application().compareWith(volumes, volumes.resolved) };
}

async function liveADay(): Promise<void> {
  application().scheduleDay(600);
  await stage.run(days(1));
}

describe(`volumes of a TiDB cluster, seed ${seed}`, () => {
  beforeAll(async () => {
    stage = blueprint.stage(seed);
    heard = announcements(stage);
    for (let day = 0; day < 3; day++) await liveADay();
    await stage.run(hours(2));
  });

  it('are captured as one set, copied, and restored in both regions, equal to the truth at its timestamp', async () => {
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached/.test(name))).toEqual([]);
    for (const region of [HOME, AWAY]) {
      const points = provenIn(stage, region, 'ledger');
      expect(points.length, region).toBeGreaterThanOrEqual(2);
      for (const to of ['latest', points[0]!.id]) {
        const { output, comparison } = await restored(region, to);
        expect(comparison.differences).toEqual([]);
        expect(comparison.compared).toBeGreaterThan(300);
        expect(output.record.items).toBe(6);
      }
    }
  });

  it('claims no later instant than the one it restores to', () => {
    const sealed = catalogOf(stage, HOME).points.filter(({ state }) => state === 'sealed');
    expect(sealed.length).toBeGreaterThan(0);
    for (const { id, takenAt, engine } of sealed) {
      expect(engine).toBe('ebs');
      expect(takenAt).toBe(instantOf(stage.tidb.volumes.resolvedOf(HOME, id)));
    }
  });

  it('leaves the cluster going on, and no snapshot of what is discarded', () => {
    expect(pd().isStill).toBe(false);
    expect([...pd().serviceSafepoints]).toEqual([]);
    for (const region of [HOME, AWAY]) {
      const kept = catalogOf(stage, region).copies.filter(
        (copy) => copy.region === region && copy.state !== 'discarded',
      );
      const lying = [...snapshotsByPoint(stage, region)];
      expect(lying.map(([id, all]) => `${all.length} of ${id}`).sort()).toEqual(
        kept.map(({ id }) => `6 of ${id}`).sort(),
      );
    }
    expect(catalogOf(stage, HOME).points.some(({ state }) => state === 'discarded')).toBe(true);
  });

  it('fail by name when BR ends before all snapshots were begun, and lie nowhere afterwards', async () => {
    const backup = stage.start(HOME, 'backup', { cluster: 'ledger' });
    const known = snapshotsByPoint(stage, HOME).size;
    for (let looked = 0; snapshotsByPoint(stage, HOME).size === known && looked < 300; looked++)
      await stage.run(seconds(1));
    expect(pd().isStill).toBe(true);
    for (const { taskArn } of runningTasks(stage)) stopTask(stage, taskArn);
    await stage.until(backup.ended);
    await stage.run(minutes(30));
    const { id, reason } = catalogOf(stage, HOME).points.find(({ state }) => state === 'failed')!;
    expect(reason).toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringMatching(
        /br was to keep ledger still .* it ended, or was told to, before all snapshots/,
      ),
    });
    expect([...snapshotsByPoint(stage, HOME).keys()]).not.toContain(id);
  });

  it('are restored in the recovery region when their own is lost in the middle of a backup', async () => {
    application().scheduleDay(500);
    stage.start(HOME, 'backup', { cluster: 'ledger' });
    await stage.run(minutes(1));
    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    expect((await restored(AWAY, 'latest')).comparison.differences).toEqual([]);
    stage.cloud.bringBack(HOME);
    await stage.run(days(1));
    expect((await restored(HOME, 'latest')).comparison.differences).toEqual([]);
    expect(pd().isStill).toBe(false);
  });

  it('was never refused a permission', () => expect(permissionsSuffice(stage)).toEqual([]));
});

const asRoot = (of: Stage) =>
  ({ account: of.cloud.account, region: HOME, principal: 'root', now: of.now }) as const;

function runningTasks(of: Stage): readonly { readonly taskArn: string }[] {
  const { taskArns } = of.cloud.ecs.call('ListTasks', { cluster: 'holdfast' }, asRoot(of)) as {
    readonly taskArns: readonly string[];
  };
  return taskArns.map((taskArn) => ({ taskArn }));
}

function stopTask(of: Stage, task: string): void {
  of.cloud.ecs.call('StopTask', { cluster: 'holdfast', task, reason: 'a test' }, asRoot(of));
}
