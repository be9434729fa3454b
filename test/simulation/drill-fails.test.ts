import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { DrillRecord } from '../../core/drills/drill.ts';
import { drillFolder } from '../../core/drills/isolation.ts';
import { type RecoveryPointId, snapshotName } from '../../core/ids/names.ts';
import { indexKey } from '../../core/manifest/layout.ts';
import { hours, milliseconds, minutes } from '../../core/time/instant.ts';
import type { Interference } from '../../embedded/faults/hooks.ts';
import type { FunctionIdentity } from '../../embedded/functions/sandbox.ts';
import type { Blow } from '../../embedded/functions/settings.ts';
import type { Attempt, Disturbance } from '../../embedded/sdk/transport.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { functionName } from '../../lib/names.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { DRILLED_BY_HAND } from './drill-installation.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

/** What strikes one function down whenever it is invoked. */
class Deadly implements Interference {
  strikes: string | undefined;
  strike({ name }: FunctionIdentity): Blow | undefined {
    return name === this.strikes ? { after: milliseconds(0), as: 'Lambda.Unknown' } : undefined;
  }
  before(): void {}
  after(): void {}
}

/** Somebody who comes by between the end of a restore and its comparison. */
class Passerby implements Disturbance {
  does: (() => void) | undefined;
  before({ owner }: Attempt): void {
    if (owner !== 'holdfast-compare-drill') return;
    this.does?.();
    this.does = undefined;
  }
  after(): void {}
}

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
const passerby = new Passerby();
const deadly = new Deadly();
beforeAll(async () => {
  blueprint = await Blueprint.of(DRILLED_BY_HAND);
  stage = blueprint.stage(94, passerby, deadly);
  heard = announcements(stage);
  for (const files of stage.files.values())
    for (let n = 0; n < 12; n++) files.write(`invoice-${n}.txt`, Buffer.from(`invoice ${n}`));
  stage.orders.get('orders')!.scheduleDay(24);
  for (const application of stage.doris.applications.get('olap')!) application.scheduleDay(40);
  await stage.run(hours(1.5));
}, 60_000);
afterAll(() => blueprint.close());

const vault = (): string => `holdfast-vault-${stage.cloud.account}-${AWAY}`;
const told = (name: HoldfastEvent['name'], cluster: string) =>
  heard.filter((event) => event.name === name && event.cluster === cluster).length;

/** Drills the newest point, and answers how that went down in the catalog. Nothing of it is left when it has ended. */
async function drill(cluster: string): Promise<DrillRecord> {
  const execution = await stage.execute(AWAY, 'drill', { cluster });
  const [record] = await stage.until(recordsIn(AWAY).drills.drills(cluster));
  expect(ending(execution).name).toBe(record?.state === 'passed' ? 'SUCCEEDED' : 'DrillFailed');
  expect(record!.tornDownAt).toBeDefined();
  return record!;
}

/** What became of the copy that it restored, once the primary has looked at the drill. */
async function copyAfter({ recoveryPoint }: DrillRecord): Promise<string | undefined> {
  await stage.run(hours(1.2));
  return (await stage.until(stage.catalog(HOME).copy(recoveryPoint!, AWAY)))?.state;
}

/** Flips a bit in each file of a tablet. */
function alterTablets(point: RecoveryPointId): void {
  let altered = 0;
  for (const [key] of stage.cloud.s3.current(vault(), `olap/${point}/`)) {
    if (!/__ss_content\/.*\.dat\./.test(key)) continue;
    stage.cloud.s3.corrupt(vault(), key);
    altered++;
  }
  expect(altered).toBeGreaterThan(0);
}

/** Turns one bit of a word that a restore would hand on to RDS. */
function alterConfiguration(point: RecoveryPointId): void {
  const key = indexKey('orders', point);
  const [found] = stage.cloud.s3.current(vault(), key);
  const text = found![1].body.toString();
  const at = text.indexOf('"configuration"');
  const engine = text.indexOf('aurora', at);
  expect(Math.min(at, engine)).toBeGreaterThan(0);
  stage.cloud.s3.corrupt(vault(), key, undefined, engine);
}

const deleteSnapshot = (point: RecoveryPointId): void =>
  asOwner(
    stage,
    'rds',
    'DeleteDBClusterSnapshot',
    { DBClusterSnapshotIdentifier: snapshotName(point) },
    AWAY,
  );

describe('a drill fails by its name', () => {
  it.each([
    ['disabled', 'DisableKey', ['EnableKey']],
    ['about to be deleted', 'ScheduleKeyDeletion', ['CancelKeyDeletion', 'EnableKey']],
  ] as const)(
    'of a region whose key is %s, and the copy stays: with the key it passes',
    async (_, away, back) => {
      const { kmsKeyArn } = stage.cloud.s3.bucket(vault())!;
      const key = (operation: string) => asOwner(stage, 'kms', operation, { KeyId: kmsKeyArn }, AWAY);
      key(away);
      const failed = await drill('documents');
      for (const operation of back) key(operation);
      expect(failed).toMatchObject({ state: 'failed', reason: { name: 'KeyNotUsable' } });
      expect(await copyAfter(failed)).toBe('proven');
      expect(await drill('documents')).toMatchObject({ state: 'passed' });
    },
  );

  it('whose counts differ from the manifest, and the copy stays: it was proven, and whoever came by was in the target', async () => {
    const { account, s3 } = stage.cloud;
    const landing = `holdfast-restored-${account}-${AWAY}`;
    passerby.does = () => {
      const [[Key]] = [...s3.current(landing, 'drill/')] as [[string, unknown]];
      asOwner(stage, 's3', 'DeleteObject', { Bucket: landing, Key }, AWAY);
    };
    const failed = await drill('documents');
    expect(failed.reason).toMatchObject({
      name: 'DrillDiffers',
      message: expect.stringContaining('11 objects and the manifest says 12'),
    });
    expect([...s3.current(landing, drillFolder(failed.id))]).toEqual([]);
    expect(await copyAfter(failed)).toBe('proven');
    expect(told('DrillFailed', 'documents')).toBeGreaterThan(0);
  });

  it.each([
    ['olap', 'what Doris stored is altered', alterTablets, 'ChecksumMismatch'],
    ['orders', 'a bit of what RDS is told turned', alterConfiguration, 'ManifestAltered'],
    ['orders', 'the snapshot is gone', deleteSnapshot, 'RecoveryPointNotRestorable'],
  ] as const)(
    'of %s, in whose copy %s: it is set aside, and the one before passes',
    async (cluster, _, spoil, name) => {
      const { id: newest } = (await stage.until(stage.catalog(AWAY).newestProven(cluster, AWAY)))!;
      const before = told('RecoveryPointQuarantined', cluster);
      spoil(newest);
      const failed = await drill(cluster);
      expect(failed).toMatchObject({ recoveryPoint: newest, reason: { name } });
      expect(await copyAfter(failed)).toBe('quarantined');
      expect(told('RecoveryPointQuarantined', cluster)).toBe(before + 1);
      expect(await drill(cluster)).toMatchObject({ state: 'passed' });
    },
  );

  it('when its execution is stopped: what it restored is swept within the hour', async () => {
    const execution = stage.start(AWAY, 'drill', { cluster: 'orders' });
    await stage.run(minutes(10));
    const [running] = await stage.until(recordsIn(AWAY).drills.drills('orders'));
    expect(stage.cloud.rds.stays(running!.id, AWAY, stage.now)).toBe(true);
    stage.cloud.states.stop(execution);
    await stage.run(hours(1.5));
    const [swept] = await stage.until(recordsIn(AWAY).drills.drills('orders'));
    expect(swept).toMatchObject({ id: running!.id, state: 'failed', reason: { name: 'DrillFailed' } });
    expect(swept!.tornDownAt).toBeLessThan(swept!.deadline);
    // Whoever was cut off wrote no receipt: the sweep did.
    expect(swept!.receipt).toEqual(expect.any(Number));
    expect(stage.cloud.rds.stays(running!.id, AWAY, stage.now)).toBe(false);
  });
});

/** Functions without which a drill does not come to its end. */
const AT_WORK: readonly TaskName[] = [
  ...(['ResolveRestore', 'BeginRestore', 'RestoreShard', 'PollRestore', 'ValidateRestore'] as const),
  ...(['CompareDrill', 'TearDownDrill', 'RecordDrill'] as const),
];

describe('a drill of which a function never comes to its end', () => {
  it('is ended and gone by its deadline, whichever function it is', async () => {
    const began = stage.now;
    for (const task of AT_WORK) {
      deadly.strikes = functionName(task);
      const [files, rows] = ['documents', 'orders'].map((cluster) =>
        stage.start(AWAY, 'drill', { cluster }),
      ) as [Execution, Execution];
      await stage.until(rows.ended);
      await stage.until(files.ended);
      expect([task, files.status]).toEqual([task, 'FAILED']);
    }
    deadly.strikes = undefined;
    await stage.run(hours(1.5));
    const { s3, rds, account } = stage.cloud;
    for (const cluster of ['documents', 'orders'])
      for (const drilled of await stage.until(recordsIn(AWAY).drills.drills(cluster))) {
        expect(drilled.state, drilled.id).not.toBe('drilling');
        expect(drilled.tornDownAt, `${drilled.id}: ${drilled.reason?.name}`).toBeLessThan(drilled.deadline);
        if (drilled.startedAt >= began) expect(drilled.receipt, drilled.id).toEqual(expect.any(Number));
        expect(rds.stays(drilled.id, AWAY, stage.now)).toBe(false);
      }
    expect([...s3.current(`holdfast-restored-${account}-${AWAY}`, 'drill/')]).toEqual([]);
  });
});
