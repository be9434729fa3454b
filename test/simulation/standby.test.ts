import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../adapters/aws/clients.ts';
import { lambdaReach } from '../../adapters/aws/lambda-reach.ts';
import { dorisStandby } from '../../adapters/engines/doris/standby/driver.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { DorisCluster as Configured } from '../../core/plan/installation.ts';
import { reachOf, type StandbyRecord } from '../../core/standby/record.ts';
import { days, hours, type Instant, minutes } from '../../core/time/instant.ts';
import type { CcrSyncer } from '../../embedded/doris/ccr/syncer.ts';
import { promoteStandby, reverseStandby } from '../../lambdas/standby/operations.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';
import { WITH_STANDBY } from './standby-installation.ts';

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(WITH_STANDBY);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

function begin(seed: number): void {
  stage = blueprint.stage(seed);
  heard = announcements(stage);
}
const olap = () => stage.installation.clusters[0] as Configured;
const pair = () => stage.doris.standbys.of('olap');
const syncer = (): CcrSyncer => pair().syncers[0]!;
const applications = () => stage.doris.applications.get('olap')!;
const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);
const alarm = (name: string) =>
  stage.cloud.monitoring.alarms.find(
    ({ region, input }) => region === AWAY && input.AlarmName === `holdfast-${name}`,
  )!.state;

async function record(): Promise<StandbyRecord> {
  return (await stage.until(stage.catalog(AWAY).standby('olap', AWAY)))!;
}

/** A day's orders begin, and a few hours of them pass. */
async function liveFor(someHours: number): Promise<void> {
  for (const application of applications()) application.scheduleDay(400);
  await stage.run(hours(someHours));
}

/** What a machine of the standby's region has, as an operator there. */
function ports() {
  const lambda = connect(new LambdaClient({ region: AWAY, maxAttempts: 1 }), 'lambda', AWAY, 1);
  const driver = dorisStandby({ reach: lambdaReach(() => lambda) });
  const said: HoldfastEvent[] = [];
  return {
    said,
    region: AWAY,
    catalog: stage.catalog(AWAY),
    announcer: { announce: async (event: HoldfastEvent) => void said.push(event) },
    standbys: () => driver,
  };
}

describe('a standby', () => {
  it('is followed from the first look on, through both databases, and its lag is published', async () => {
    begin(91);
    await liveFor(3);
    expect(
      told('StandbyBegun')
        .map(({ facts }) => facts?.['database'])
        .sort(),
    ).toEqual(['crm', 'shop']);
    const { databases } = await record();
    expect(Object.keys(databases)).toEqual(['shop', 'crm']);
    for (const one of Object.values(databases)) {
      expect(one).toMatchObject({ state: 'following' });
      expect(one.trouble).toBeUndefined();
      expect(stage.now - one.reaches!).toBeLessThanOrEqual(minutes(15));
    }
    const published = stage.cloud.monitoring.totals.filter(({ name }) => /^Standby/.test(name));
    expect(published.map(({ name, region }) => `${name} in ${region}`).sort()).toEqual([
      `StandbyBinlogs in ${AWAY}`,
      `StandbyLag in ${AWAY}`,
    ]);
    // Three looks in a quarter of an hour, each right after the binlogs that came before it.
    expect(published.find(({ name }) => name === 'StandbyLag')!.last).toBeLessThanOrEqual(900);
    expect([alarm('standby-broken'), alarm('standby-lagging')]).toEqual(['OK', 'OK']);
    // The passwords of both clusters begin so.
    const { monitoring, account } = stage.cloud;
    const lines = ['keep-standbys', 'reach-standby-olap'].flatMap((name) =>
      monitoring.info(`arn:aws:lambda:${AWAY}:${account}:function:holdfast-${name}`),
    );
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify([lines, monitoring.errors, heard, await record()])).not.toContain('of-olap');
    expect([...pair().standby.rowsNow('shop').keys()].length).toBeGreaterThan(10);
  }, 60_000);

  it('whose syncer is gone rings, and says so once; when it is back, it is over', async () => {
    begin(92);
    await liveFor(2);
    syncer().faults.isDown = true;
    await stage.run(hours(1));
    expect(alarm('standby-broken')).toBe('ALARM');
    expect(told('StandbyBroken')).toHaveLength(2);
    expect(told('StandbyBroken')[0]!.sentence).toContain('docs/runbooks/standby-broken.md');
    syncer().faults.isDown = false;
    await stage.run(hours(1));
    expect(alarm('standby-broken')).toBe('OK');
    expect((await record()).databases['shop']).toMatchObject({ state: 'following' });
    expect((await record()).databases['shop']!.trouble).toBeUndefined();
  }, 60_000);

  it('that stands still although its job says it runs is restarted, and lags are told', async () => {
    begin(93);
    await liveFor(2);
    syncer().faults.stalls = true;
    await stage.run(hours(2));
    const { databases } = await record();
    expect(databases['shop']!.restartedAt).toBeDefined();
    expect(told('StandbyBroken').map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('although it says that it runs'),
      expect.stringContaining('although it says that it runs'),
    ]);
    syncer().faults.stalls = false;
    await stage.run(minutes(30));
    expect((await record()).databases['shop']!.trouble).toBeUndefined();
  }, 60_000);

  it('that somebody paused runs again after a while', async () => {
    begin(94);
    await liveFor(1);
    for (const { job } of syncer().jobs.values()) job.paused = true;
    await stage.run(minutes(6));
    expect([...syncer().jobs.values()].map(({ job }) => job.paused)).toEqual([true, true]);
    await stage.run(minutes(25));
    expect([...syncer().jobs.values()].map(({ job }) => job.paused)).toEqual([false, false]);
  }, 60_000);

  it('whose jobs another syncer has is asked about there', async () => {
    begin(95);
    await liveFor(1);
    for (const one of syncer().jobs.values()) one.owner = pair().syncers[1]!;
    await stage.run(minutes(30));
    expect((await record()).databases['shop']).toMatchObject({ state: 'following' });
    expect(told('StandbyBroken')).toEqual([]);
  }, 60_000);
});

/** The rows of a database in the standby are what the application knows of it behind some commit; answers the last such. */
function commitOf(database: string): bigint {
  const mine = pair().standby.rowsNow(database);
  const app = applications().find((one) => one.database === database)!;
  const { changes } = pair().source.catalog;
  const print = (rows: ReadonlyMap<string, object>): string =>
    JSON.stringify([...rows].map(([key, row]) => [key, Object.entries(row).sort()]).sort());
  const wanted = print(mine);
  for (let n = changes.length; n >= 0; n--) if (print(app.truthAt(BigInt(n))) === wanted) return BigInt(n);
  throw new Error(`the standby's rows of ${database} are those of no commit`);
}

/** The last commit of the source at or before an instant. */
const lastAt = (at: Instant): bigint =>
  BigInt(pair().source.catalog.changes.filter((one) => one.at <= at).length);

describe('when the primary region is lost', () => {
  it('the standby is promoted where it is, with all that its lag promised, takes writes and is left alone', async () => {
    begin(96);
    await liveFor(6);
    await stage.run(minutes(2));
    stage.cloud.loseRegion(HOME);
    await stage.run(hours(1));
    expect(alarm('standby-lagging')).toBe('ALARM');
    const before = await record();
    const reaches = reachOf(before)!;
    const using = ports();
    const promoted = await stage.until(promoteStandby(olap(), using, stage.now));
    expect(promoted.mode).toBe('promoted');
    expect(using.said.map(({ name }) => name)).toEqual(['StandbyPromoted']);
    for (const database of ['shop', 'crm']) {
      expect(lastAt(reaches)).toBeGreaterThan(50n);
      expect(commitOf(database)).toBeGreaterThanOrEqual(lastAt(reaches));
    }
    expect(syncer().jobs.size).toBe(0);
    const tables = [...pair().standby.catalog.database('shop').tables.values()];
    expect(tables.filter(({ properties }) => properties.get('is_being_synced') === 'true')).toEqual([]);
    pair().standby.write('shop', 'items', 'mine', { day: '2026-03-18', amount: 1, state: 'taken' });
    await stage.run(hours(2));
    expect(syncer().jobs.size).toBe(0);
    expect(pair().standby.rowsNow('shop').has('shop.items/mine')).toBe(true);
    // Again, as a machine would that was killed behind it.
    expect(await stage.until(promoteStandby(olap(), ports(), stage.now))).toEqual(promoted);
  }, 60_000);

  it('and comes back, the old primary follows the new one, over what it holds only when that is said', async () => {
    begin(97);
    await liveFor(4);
    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(10));
    for (const application of applications()) application.close();
    await stage.until(promoteStandby(olap(), ports(), stage.now));
    pair().standby.write('shop', 'items', 'new', { day: '2026-03-18', amount: 1, state: 'taken' });
    stage.cloud.bringBack(HOME);
    await stage.run(minutes(10));
    await expect(stage.until(reverseStandby(olap(), 'nothing', ports(), stage.now))).rejects.toMatchObject({
      name: 'TargetNotEmpty',
    });
    const returning = await stage.until(reverseStandby(olap(), 'what is there', ports(), stage.now));
    expect(returning.mode).toBe('returning');
    await stage.run(hours(1));
    expect(pair().source.rowsNow('shop')).toEqual(pair().standby.rowsNow('shop'));
    expect(pair().source.rowsNow('shop').has('shop.items/new')).toBe(true);
    expect([...syncer().jobs.keys()].sort()).toEqual(['holdfast_olap_crm_back', 'holdfast_olap_shop_back']);
    await stage.until(reverseStandby(olap(), 'what is there', ports(), stage.now));
    await stage.run(days(1));
    expect(syncer().jobs.size).toBe(2);
  }, 60_000);
});
