import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { snapshotName } from '../../core/ids/names.ts';
import { indexKey, pointPrefix } from '../../core/manifest/layout.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 11;
const seed = `seed ${SEED}`;

/** Captures are at 03:30 and 04:45 UTC, reconciliations at 09:40 in the recovery region and at 10:40 at home. */
const BEFORE_CAPTURES = hours(3);
const AFTER_CAPTURES = hours(9);
const AFTER_RECONCILIATION = hours(13);

let blueprint: Blueprint;
let stage: Stage;
let heard: HoldfastEvent[];
let day = 0;
const watch = new LifeCycleWatch();

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  stage = blueprint.stage(SEED, watch);
  watch.begin({ stage });
  heard = announcements(stage);
  for (let n = 0; n < 20; n++)
    stage.files.get('documents')!.write(`file ${n}`, Buffer.from(`content ${n}\n`));
});
afterAll(() => blueprint?.close());

const midnight = Date.UTC(2026, 2, 18);
/** Goes on to an hour of a day of the test, the first being 0. */
async function until(which: number, time: number): Promise<void> {
  for (; day <= which; day++) {
    stage.files.get('documents')!.scheduleDay(day + 1);
    stage.orders.get('orders')!.scheduleDay(24);
  }
  await stage.run((midnight + days(which) + time - stage.now) as ReturnType<typeof hours>);
}

const copyIn = (region: string, id: string): CopyRecord | undefined =>
  catalogOf(stage, HOME).copies.find((copy) => copy.id === id && copy.region === region);
const told = (name: HoldfastEvent['name'], id: string): HoldfastEvent[] =>
  heard.filter((event) => event.name === name && event.recoveryPoint === id);
const root = (region: string) => ({
  account: stage.cloud.account,
  region,
  principal: `arn:aws:iam::${stage.cloud.account}:root`,
  now: stage.now,
});
const vault = (region: string): string => vaultName(stage.cloud.account, region);
const put = (region: string, key: string): object =>
  stage.cloud.s3.call('PutObject', { Bucket: vault(region), Key: key, Body: Buffer.from('x') }, root(region));
const hide = (region: string, key: string): object =>
  stage.cloud.s3.call('DeleteObject', { Bucket: vault(region), Key: key }, root(region));
const lies = (region: string, key: string): boolean =>
  [...stage.cloud.s3.current(vault(region))].some(([there]) => there === key);
const snapshots = (region: string): string[] => {
  const answer = stage.cloud.rds.call('DescribeDBClusterSnapshots', {}, root(region)) as {
    readonly DBClusterSnapshots: readonly { DBClusterSnapshotIdentifier: string }[];
  };
  return answer.DBClusterSnapshots.map((snapshot) => snapshot.DBClusterSnapshotIdentifier);
};

const FIRST_FILES = 'documents-daily-20260318t033000z';
const FIRST_ORDERS = 'orders-daily-20260318t044500z';

describe('a copy that failed', () => {
  it('is made by the next reconciliation, though a failed snapshot stood in its way or its machine was stopped', async () => {
    await until(0, BEFORE_CAPTURES);
    stage.cloud.rds.spoilSnapshot(AWAY, snapshotName(FIRST_ORDERS), 'fails');
    const { world, states } = stage.cloud;
    const arn = `arn:aws:states:${HOME}:${stage.cloud.account}:stateMachine:holdfast-copy`;
    const ofFiles = () => states.list(arn).find(({ input }) => input.includes('documents'));
    await world.runWhile(() => !ofFiles());
    states.stop(ofFiles()!, 'Operator', 'stopped by hand');
    await until(0, AFTER_CAPTURES);
    expect(copyIn(AWAY, FIRST_ORDERS)?.state, seed).toBe('failed');
    expect(copyIn(AWAY, FIRST_FILES)?.state, seed).not.toBe('proven');
    await until(0, AFTER_RECONCILIATION);
    for (const id of [FIRST_FILES, FIRST_ORDERS]) {
      expect(copyIn(AWAY, id)?.state, `${seed}: ${id}`).toBe('proven');
      expect(told('DifferenceMended', id).at(-1)?.sentence, seed).toContain('is copied again by');
    }
  });
});

describe('a snapshot that hung and was given up', () => {
  const id = 'orders-daily-20260319t044500z';

  it('is told of while RDS does not let it go, and removed once it does', async () => {
    await until(1, BEFORE_CAPTURES);
    stage.cloud.rds.spoilSnapshot(HOME, snapshotName(id), 'hangs');
    await until(2, AFTER_RECONCILIATION);
    expect(catalogOf(stage, HOME).points.find((point) => point.id === id)?.state, seed).toBe('failed');
    expect(snapshots(HOME), seed).toContain(snapshotName(id));
    expect(told('DifferenceFound', id).at(-1)?.sentence, seed).toContain('the next run tries again');
    stage.cloud.rds.endFates(stage.now);
    await until(3, AFTER_RECONCILIATION);
    expect(snapshots(HOME), seed).not.toContain(snapshotName(id));
    expect(told('DifferenceMended', id).at(-1)?.sentence, seed).toContain('it was removed');
  });
});

describe('files that nobody names', () => {
  const unknown = pointPrefix('documents', 'documents-daily-20260301t033000z');
  /** Captured on the fourth day: the day after, it is compared for the first time. */
  const kept = pointPrefix('documents', 'documents-daily-20260321t033000z');

  it('stay for a day and are hidden then, in both regions, and nothing else is', async () => {
    for (const region of [HOME, AWAY])
      for (const key of [
        `${unknown}data/lost`,
        `${unknown}manifest/shard-00000.jsonl.gz`,
        `${kept}data/zz tried before`,
      ])
        put(region, key);
    await until(4, AFTER_RECONCILIATION);
    expect(lies(HOME, `${unknown}data/lost`), seed).toBe(true);
    await until(5, AFTER_RECONCILIATION);
    for (const region of [HOME, AWAY]) {
      for (const key of [
        `${unknown}data/lost`,
        `${unknown}manifest/shard-00000.jsonl.gz`,
        `${kept}data/zz tried before`,
      ])
        expect(lies(region, key), `${seed}: ${key} in ${region}`).toBe(false);
      // Bytes are hidden, not destroyed: an administrator can still bring them back.
      expect([...stage.cloud.s3.versions(vault(region), `${unknown}data/`)].length, seed).toBe(1);
      expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
    }
  });

  it('stay as long as they like when a whole manifest says that the catalog forgot their point', async () => {
    const forgotten = pointPrefix('documents', 'documents-daily-20260302t033000z');
    const id = 'documents-daily-20260302t033000z';
    put(HOME, indexKey('documents', id));
    put(HOME, `${forgotten}data/precious`);
    put(HOME, `${unknown}data/lost again`);
    await until(7, AFTER_RECONCILIATION);
    expect(lies(HOME, `${forgotten}data/precious`), seed).toBe(true);
    expect(lies(HOME, `${unknown}data/lost again`), seed).toBe(true);
    expect(told('DifferenceFound', id)[0]?.sentence, seed).toContain(
      'the catalog has no such recovery point',
    );
    hide(HOME, indexKey('documents', id));
    await until(8, AFTER_RECONCILIATION);
    expect(lies(HOME, `${forgotten}data/precious`), seed).toBe(false);
  });
});

describe('bytes that are gone', () => {
  const newest = (cluster: string): string =>
    catalogOf(stage, HOME)
      .copies.filter((copy) => copy.cluster === cluster && copy.region === AWAY && copy.state === 'proven')
      .map(({ id }) => id)
      .sort()
      .at(-1)!;

  it('are told and made anew in the recovery region, and set aside at home', async () => {
    await until(9, AFTER_CAPTURES);
    const [files, orders] = [newest('documents'), newest('orders')];
    const older = catalogOf(stage, HOME)
      .copies.filter(
        (copy) => copy.cluster === 'documents' && copy.region === HOME && copy.state === 'proven',
      )
      .map(({ id }) => id)
      .sort()[0]!;
    hide(AWAY, indexKey('documents', files));
    hide(HOME, indexKey('documents', older));
    stage.cloud.rds.call(
      'DeleteDBClusterSnapshot',
      { DBClusterSnapshotIdentifier: snapshotName(orders) },
      root(AWAY),
    );
    await until(9, AFTER_RECONCILIATION);
    for (const id of [files, orders]) {
      expect(told('DifferenceFound', id)[0]?.region, `${seed}: ${id}`).toBe(AWAY);
      expect(told('RecoveryPointQuarantined', id)[0]?.sentence, `${seed}: ${id}`).toContain(
        'copied again by',
      );
      expect(copyIn(AWAY, id)?.state, `${seed}: ${id}`).toBe('proven');
    }
    expect(copyIn(HOME, older), seed).toMatchObject({
      state: 'quarantined',
      reason: { name: 'ManifestIncomplete' },
    });
    expect(vaultHoldsWhatIsNamed(stage, AWAY), seed).toEqual([]);
    for (const cluster of ['documents', 'orders'])
      for (const region of [HOME, AWAY])
        expect((await restoreEqualsTruth(stage, region, cluster, 'latest')).violations, seed).toEqual([]);
  });

  it('and every run came to its end, said what it did, and moved records along the diagram only', async () => {
    await stage.run(minutes(10));
    for (const region of [HOME, AWAY]) {
      const ends = heard.filter(
        (event) => event.name === 'ReconciliationFinished' && event.region === region,
      );
      expect(ends.length, seed).toBe(10);
    }
    expect(
      heard.filter(({ name }) => name === 'ReconciliationFailed'),
      seed,
    ).toEqual([]);
    expect(watch.violations, seed).toEqual([]);
    expect(permissionsSuffice(stage), seed).toEqual([]);
  });
});
