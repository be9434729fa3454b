import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { TidbCluster } from '../../core/plan/installation.ts';
import { minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import type { TidbCluster as Running } from '../../embedded/tidb/cluster.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { network, secret } from './self-run.ts';

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
    continuous: {
      rules: [{ name: 'daily', cron: '10 0 * * ? *', deadline: '2h' }],
      retention: { daily: 3, minimumKeep: 2 },
      objectives: { rpo: '15m', rto: '4h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
      logBackup: true,
    },
  },
  clusters: {
    ledger: {
      engine: 'tidb',
      plan: 'continuous',
      version: 'v8.5.3',
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
const contentOf = (cluster: Running) => [...cluster.rowsNow()].sort(([a], [b]) => (a < b ? -1 : 1));
const chains = () => stage.until(stage.catalog(HOME).chains('ledger', HOME));

/** Starts a move, waits until it asks, and says what it was asked. */
async function asks(machine: 'failover' | 'failback' | 'switchover'): Promise<[Execution, HoldfastEvent]> {
  const execution = stage.start(AWAY, machine, { group: 'books', by: 'ben' });
  const before = told('ApprovalAsked').length;
  await stage.cloud.world.runWhile(
    () => told('ApprovalAsked').length === before && execution.status === 'RUNNING',
  );
  const asked = told('ApprovalAsked').at(-1);
  if (told('ApprovalAsked').length === before || !asked)
    throw new Error(`${execution.error} before it asked: ${execution.cause}`);
  return [execution, asked];
}

const answer = (asked: HoldfastEvent, said: 'yes' | 'no') =>
  stage.execute(AWAY, 'answer', { approval: asked.facts!['approval'], answer: said, by: 'ann' });

async function move(machine: 'failover' | 'failback' | 'switchover'): Promise<HoldfastEvent> {
  const [execution, asked] = await asks(machine);
  await answer(asked, 'yes');
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

/** Orders at home, home lost, taken over, and work on the other side, where something is deleted, too. */
async function takeOver(seed: number): Promise<string> {
  stage = blueprint.stage(seed);
  heard = announcements(stage);
  await work(5);
  stage.cloud.loseRegion(HOME);
  await stage.run(minutes(12));
  await move('failover');
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
  await stage.run(minutes(40));
  return key;
}

describe('TiDB after a failover', () => {
  it('comes home into itself, holds what the other side held and nothing else, and is logged anew', async () => {
    const deleted = await takeOver(621);
    const [before] = (await chains()).slice(-1);
    const asked = await move('failback');
    expect(asked.sentence).toContain(`emptied in ${HOME} first: ledger`);
    expect(contentOf(atHome())).toEqual(contentOf(away()));
    expect([...atHome().contentsNow().databases].sort()).toEqual([...away().contentsNow().databases].sort());
    expect(contentOf(atHome()).map(([key]) => key)).not.toContain(deleted);
    expect(await stage.until(recordsIn(HOME).groups.epoch('books'))).toMatchObject({
      number: 3,
      active: HOME,
    });
    const filledAt = stage.now;
    await stage.run(minutes(90));
    const all = await chains();
    const old = all.find(({ chain }) => chain === before!.chain)!;
    expect(old.state).toBe('stopped');
    expect(all.at(-1)).toMatchObject({ state: 'running', epoch: 3 });
    expect(all.at(-1)!.from).toBeGreaterThanOrEqual(filledAt);
    expect(old.checkpoint).toBeLessThan(filledAt);
    expect(told('LogChainBegun').length).toBeGreaterThan(1);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
