import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import { logWindows } from '../../core/log/windows.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { provenOldestFirst } from '../../core/recovery/restorable.ts';
import { minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import type { TidbCluster as Running } from '../../embedded/tidb/cluster.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { answerTo, questionOf } from './asking.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { LOGGED, network, secret } from './self-run.ts';

const reach = (name: string, region: string) => ({
  pd: `pd.${name}:2379`,
  ...network(region),
  sql: { host: name, secret: secret(region, name) },
});

/** A database that is a group of its own, with a log at home and an empty cluster in the other region. */
const INPUT: HoldfastInput = {
  name: 'ledgers',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    continuous: LOGGED,
  },
  clusters: {
    ledger: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
      // Each flush is an event, a proof and a copy: as few as the objective allows.
      logFlush: '8m',
      reach: reach('ledger', HOME),
      restoreInto: { [AWAY]: { reach: reach('ledger-away', AWAY) } },
      expectedSize: '100 GB',
    },
  },
  groups: { books: { layers: [['ledger']], to: AWAY, approvalWithin: '1h' } },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INPUT);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);
const ledger = () => stage.installation.clusters[0] as TidbCluster;
const atHome = () => stage.tidb.fleet.at(HOME, ledger().reach.pd)!;
const away = () => stage.tidb.targetOf(ledger(), AWAY);
/** Without Holdfast's own heartbeat, which beats on where the true side is. */
const contentOf = (cluster: Running) =>
  [...cluster.rowsNow()].filter(([key]) => !key.startsWith('holdfast.')).sort(([a], [b]) => (a < b ? -1 : 1));
const databasesOf = (cluster: Running) => [...cluster.contentsNow().databases].sort();
const chains = () => stage.until(stage.catalog(HOME).chains('ledger', HOME));

/** Starts a move, waits until it asks, and says what it was asked. */
async function asks(machine: 'failover' | 'failback' | 'switchover'): Promise<[Execution, HoldfastEvent]> {
  const execution = stage.start(AWAY, machine, { group: 'books', by: 'ben' });
  return [execution, await questionOf(stage, heard, execution)];
}

async function move(machine: 'failover' | 'failback' | 'switchover'): Promise<HoldfastEvent> {
  const [execution, asked] = await asks(machine);
  await answerTo(stage, asked, 'yes');
  await stage.until(execution.ended);
  expect([execution.status, execution.error, execution.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  return asked;
}

async function work(quarters: number): Promise<void> {
  const application = stage.tidb.applications.get('ledger')!;
  for (let quarter = 0; quarter < quarters; quarter++) {
    for (let order = 0; order < 8; order++) application.act();
    await stage.run(minutes(15));
  }
}

/** With one store of TiKV, which flushes a third of the files. */
const deployed = (seed: number): Stage => blueprint.deploy({ seed, tidbClusters: { stores: 1 } });

/** Orders at home, home lost, taken over, and work on the other side, where something is deleted, too. */
async function takeOver(seed: number): Promise<string> {
  stage = deployed(seed);
  heard = announcements(stage);
  await work(3);
  stage.cloud.loseRegion(HOME);
  await stage.run(minutes(12));
  expect((await move('failover')).facts!['ledger']).not.toContain('by hand');
  const [key] = contentOf(away()).at(-1)!;
  const [table = '', id = ''] = key.split('/');
  const [database = '', name = ''] = table.split('.');
  away().write(database, name, id, undefined);
  away().createDatabase('after');
  away().createTable('after', 'all', [{ name: 'what', default: 0 }]);
  away().write('after', 'all', 'one', { what: 1 });
  // In the dark, home believes itself the true side for a while.
  atHome().createDatabase('dark');
  atHome().createTable('dark', 'sheep', [{ name: 'wool', default: 0 }]);
  atHome().write('dark', 'sheep', 'black', { wool: 3 });
  stage.cloud.bringBack(HOME);
  await stage.run(minutes(20));
  return key;
}

const restoreAtHome = (): Execution | undefined => {
  const { states, account } = stage.cloud;
  const arn = `arn:aws:states:${HOME}:${account}:stateMachine:holdfast-restore`;
  return states.list(arn).findLast(({ status }) => status === 'RUNNING');
};

/** A way home that was allowed, and that somebody stops as soon as something is true of what it does at home. */
async function stoppedOnceIn(isThere: () => boolean): Promise<Execution> {
  const [failback, asked] = await asks('failback');
  await answerTo(stage, asked, 'yes');
  await stage.cloud.world.runWhile(() => failback.status === 'RUNNING' && !isThere());
  const restore = restoreAtHome()!;
  stage.cloud.states.stop(failback, 'Operator', 'never mind');
  return restore;
}

describe('TiDB after a failover', () => {
  it('comes home into itself, holds what the other side held and nothing else, and is logged anew', async () => {
    const deleted = await takeOver(621);
    const [before] = (await chains()).slice(-1);
    const asked = await move('failback');
    expect(asked.sentence).toContain(`emptied in ${HOME} first: ledger`);
    expect(contentOf(atHome())).toEqual(contentOf(away()));
    expect(databasesOf(atHome())).toEqual(databasesOf(away()));
    expect(contentOf(atHome()).map(([key]) => key)).not.toContain(deleted);
    expect(await stage.until(recordsIn(HOME).groups.epoch('books'))).toMatchObject({
      number: 3,
      active: HOME,
    });
    const filledAt = stage.now;
    await stage.run(minutes(45));
    const all = await chains();
    const old = all.find(({ chain }) => chain === before!.chain)!;
    expect(old.state).toBe('stopped');
    expect(old.checkpoint).toBeLessThan(filledAt);
    expect(all.at(-1)).toMatchObject({ state: 'running', epoch: 3 });
    expect(all.at(-1)!.from).toBeGreaterThanOrEqual(filledAt);
    expect(told('LogChainBegun').at(-1)!.facts).toEqual({ chain: all.at(-1)!.chain });
    const copies = await stage.until(stage.catalog(HOME).copies('ledger', HOME));
    const [window, ...others] = logWindows(all, provenOldestFirst(copies)).slice(-1);
    expect(window).toMatchObject({ chain: { chain: all.at(-1)!.chain } });
    expect([window!.earliest > filledAt, others]).toEqual([true, []]);
    const followed = await stage.until(stage.catalog(HOME).chains('ledger', AWAY));
    expect(followed.at(-1)).toMatchObject({ chain: all.at(-1)!.chain, state: 'running', epoch: 3 });
    expect(followed.at(-1)!.checkpoint).toBeGreaterThan(filledAt);
    expect(followed.at(-2)!.checkpoint).toBeLessThanOrEqual(old.checkpoint);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);

  it('is not emptied for a move that was stopped, and is begun anew by the next one, however far the last one came', async () => {
    await takeOver(622);
    const before = [contentOf(atHome()), databasesOf(atHome())];
    const late = await stoppedOnceIn(() => restoreAtHome() !== undefined);
    await stage.until(late.ended);
    expect(ending(late).name).toBe('RestoreFailed');
    const [record] = (await stage.until(stage.catalog(HOME).restores('ledger'))).filter(
      ({ region }) => region === HOME,
    );
    expect(record).toMatchObject({ state: 'failed', reason: { name: 'FencedOff' } });
    const { sentence } = told('RestoreFailed').at(-1)!;
    expect(sentence).toContain('start holdfast-failback again');
    expect(sentence).toContain('the cluster itself is not to be removed');
    expect([contentOf(atHome()), databasesOf(atHome())]).toEqual(before);
    // Nobody's word is enough, whoever may start restores.
    const [newest] = (await stage.until(stage.catalog(HOME).points('ledger'))).slice(-1);
    const byHand = await stage.execute(HOME, 'restore', {
      ...{ cluster: 'ledger', to: newest!.id, mode: 'refill' },
    });
    expect(ending(byHand)).toMatchObject({ name: 'FencedOff' });

    stage.tidb.fleet.killNext('restore full', 0.5);
    const half = await stoppedOnceIn(() => atHome().restore !== undefined);
    stage.cloud.states.stop(half, 'Operator', 'never mind');
    await stage.run(minutes(15));
    expect(databasesOf(atHome()).join()).toContain('__TiDB_BR_Temporary');
    expect((await stage.until(recordsIn(AWAY).groups.epoch('books')))!.number).toBe(2);
    await move('failback');
    expect(contentOf(atHome())).toEqual(contentOf(away()));
    expect(databasesOf(atHome())).toEqual(databasesOf(away()));
  }, 60_000);
});

describe('TiDB that moves away as an exercise', () => {
  it('fills the cluster that is kept there once that is empty, and leaves what it holds alone', async () => {
    stage = deployed(623);
    heard = announcements(stage);
    await work(2);
    away().createDatabase('theirs');
    const refused = await stage.execute(AWAY, 'switchover', { group: 'books', by: 'ben' });
    expect(ending(refused)).toMatchObject({
      name: 'TargetNotEmpty',
      message: expect.stringContaining('theirs'),
    });
    expect(await stage.until(recordsIn(AWAY).groups.moves('books'))).toEqual([]);
    expect(databasesOf(away())).toEqual(['theirs']);

    away().dropDatabase('theirs');
    const asked = await move('switchover');
    expect(asked.sentence).not.toContain('emptied');
    expect(contentOf(away())).toEqual(contentOf(atHome()));
    expect(contentOf(away()).length).toBeGreaterThan(5);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
