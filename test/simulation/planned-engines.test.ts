import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { DorisCluster as Configured, MilvusCluster } from '../../core/plan/installation.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import { entitiesOf } from '../../embedded/applications/vectors.ts';
import type { DorisCluster } from '../../embedded/doris/cluster.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { answerTo, questionOf } from './asking.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { dorisReach, milvusReach, network, secret } from './self-run.ts';

/** Self-run clusters that another one waits for in the other region. */
const INPUT: HoldfastInput = {
  name: 'selfrun',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    tables: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '1d',
    },
  },
  clusters: {
    olap: {
      engine: 'doris',
      plan: 'tables',
      version: '3.0.6',
      reach: dorisReach('fe.olap', HOME),
      databases: { shop: {}, crm: {} },
      restoreInto: { [AWAY]: { reach: dorisReach('fe.olap-away', AWAY) } },
      expectedSize: '100 GB',
    },
    vectors: {
      engine: 'milvus',
      plan: 'tables',
      version: 'v2.6.12',
      reach: milvusReach('vectors', HOME),
      restoreInto: { [AWAY]: { reach: milvusReach('vectors-away', AWAY) } },
      expectedSize: '10 GB',
    },
    mart: {
      engine: 'doris',
      plan: 'tables',
      version: '3.0.6',
      reach: dorisReach('fe.mart', HOME),
      databases: { shop: {} },
      // What hosts of the standby work under, once it is the cluster.
      restoreInto: {
        [AWAY]: {
          reach: {
            ...dorisReach('fe.mart-beside', AWAY),
            hostRole: 'arn:aws:iam::111111111111:role/doris-mart-standby',
          },
        },
      },
      standby: {
        region: AWAY,
        reach: { sql: { host: 'fe.mart-standby', secret: secret(AWAY, 'mart-standby') }, ...network(AWAY) },
        syncer: { host: 'ccr.mart' },
        source: { secret: secret(AWAY, 'mart') },
        lagBinlogs: 20,
      },
      expectedSize: '100 GB',
    },
  },
  groups: {
    search: { layers: [['vectors']], to: AWAY, approvalWithin: '1h' },
    mart: { layers: [['mart']], to: AWAY, approvalWithin: '1h' },
    insight: { layers: [['olap']], to: AWAY, maxSkew: '27h', approvalWithin: '1h' },
  },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INPUT);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

/** Starts a planned move, says yes once it asks whether writers have stopped, and sees it through. */
async function move(
  machine: 'switchover' | 'failback',
  group: string,
  stopWriting: () => void = () => undefined,
): Promise<Execution> {
  const execution = stage.start(AWAY, machine, { group, by: 'ben' });
  const question = await questionOf(stage, heard, execution);
  stopWriting();
  await answerTo(stage, question, 'yes');
  await stage.until(execution.ended);
  expect([execution.status, execution.error, execution.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  return execution;
}

const contentOf = (cluster: DorisCluster) =>
  Object.fromEntries(
    [...cluster.catalog.databases.keys()].map((name) => [name, Object.fromEntries(cluster.rowsNow(name))]),
  );

describe('Doris without a standby', () => {
  const olap = () => stage.installation.clusters.find(({ name }) => name === 'olap') as Configured;
  const atHome = () => stage.doris.sourceOf(olap());
  const away = () => stage.doris.targetOf(olap(), AWAY);

  it('moves away and home again over what each side held before, and what was dropped on the other one is gone', async () => {
    stage = blueprint.stage(611);
    heard = announcements(stage);
    const applications = stage.doris.applications.get('olap')!;
    for (const application of applications) application.scheduleDay(60);
    await stage.run(hours(4));
    await move('switchover', 'insight', () => {
      for (const application of applications) application.close();
    });
    expect(contentOf(away())).toEqual(contentOf(atHome()));
    expect(Object.keys(contentOf(away())['shop']!).length).toBeGreaterThan(3);

    away().write('shop', 'items', 'mine', { day: '2026-03-18', amount: 1, state: 'taken' });
    const shop = away().catalog.database('shop');
    const dropped = [...shop.tables.keys()].find((name) => name !== 'items')!;
    away().catalog.dropTable(shop, dropped, true, false);
    await stage.run(minutes(30));
    await move('failback', 'insight');
    expect(contentOf(atHome())).toEqual(contentOf(away()));
    expect(contentOf(atHome())['shop']).toHaveProperty(['shop.items/mine']);
    expect([...atHome().catalog.database('shop').tables.keys()]).not.toContain(dropped);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});

describe('Doris with a standby', () => {
  const pair = () => stage.doris.standbys.of('mart');
  const record = async () => (await stage.until(stage.catalog(AWAY).standby('mart', AWAY)))!;

  it('moves to its standby once that has everything, comes home, and is followed again', async () => {
    stage = blueprint.stage(612);
    heard = announcements(stage);
    const applications = stage.doris.applications.get('mart')!;
    for (const application of applications) application.scheduleDay(60);
    await stage.run(hours(3));
    await move('switchover', 'mart', () => {
      for (const application of applications) application.close();
    });
    expect(contentOf(pair().standby)).toEqual(contentOf(pair().source));
    expect(await record()).toMatchObject({ mode: 'promoted' });

    pair().standby.write('shop', 'items', 'mine', { day: '2026-03-18', amount: 1, state: 'taken' });
    await stage.run(minutes(30));
    await move('failback', 'mart');
    expect(contentOf(pair().source)).toEqual(contentOf(pair().standby));
    expect(contentOf(pair().source)['shop']).toHaveProperty(['shop.items/mine']);

    pair().source.write('shop', 'items', 'at-home', { day: '2026-03-18', amount: 2, state: 'taken' });
    await stage.run(hours(1));
    expect(await record()).toMatchObject({ mode: 'following' });
    expect(contentOf(pair().standby)).toEqual(contentOf(pair().source));
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});

describe('Milvus', () => {
  const vectors = () => stage.installation.clusters.find(({ name }) => name === 'vectors') as MilvusCluster;
  const atHome = () => stage.milvus.sourceOf(vectors(), HOME);
  const away = () => stage.milvus.targetOf(vectors(), AWAY);
  const namesIn = (milvus: ReturnType<typeof atHome>) =>
    milvus.collections.map(({ database, name, aliases }) => [database, name, ...aliases].join(' ')).sort();

  it('moves away and home again under the names that it had, with its aliases, and what it lost meanwhile is gone', async () => {
    stage = blueprint.stage(613);
    heard = announcements(stage);
    const application = stage.milvus.applications.get('vectors')!;
    for (let n = 0; n < 30; n++) application.act();
    await stage.run(minutes(30));
    await move('switchover', 'search', () => application.act());
    expect(entitiesOf(away())).toEqual(entitiesOf(atHome()));
    expect(namesIn(away())).toEqual(namesIn(atHome()));
    expect(entitiesOf(away()).size).toBeGreaterThan(3);

    const lost = away().find('shop', 'items');
    away().drop(lost!);
    await stage.run(minutes(30));
    await move('failback', 'search');
    expect(entitiesOf(atHome())).toEqual(entitiesOf(away()));
    expect(namesIn(atHome())).toEqual(namesIn(away()));
    expect(namesIn(atHome()).some((name) => name.startsWith(`${lost!.database} ${lost!.name}`))).toBe(false);
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
