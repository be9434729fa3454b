import { afterEach, expect, test } from 'vitest';
import { dialHere } from '../../../adapters/network/dial.ts';
import { TidbClusters } from '../../../cli/tidb-clusters.ts';
import { insertBeat, makeTable, newestNumber } from '../../../core/heartbeat/statements.ts';
import type { TidbCluster } from '../../../core/plan/installation.ts';
import { hours, instant, minutes } from '../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../embedded/cloud.ts';

const ACCOUNT = '111122223333';
const HOME = 'eu-central-1';
const AWAY = 'eu-west-1';
const START = instant(Date.parse('2026-11-01T00:00:00Z'));

let cloud: EmbeddedCloud;
afterEach(() => cloud.close());

const reachIn = (region: string) => ({
  ...{ pd: `pd.${region}:2379`, subnets: ['subnet-1'], securityGroups: ['sg-holdfast'] },
  sql: {
    host: 'tidb.internal',
    port: 4000,
    secret: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:tidb-login-AbCdEf`,
    tls: true,
  },
});
const SHOP: TidbCluster = {
  ...{ name: 'shop', plan: 'gold', engine: 'tidb', version: 'v8.5.3', filter: [], logFlush: minutes(3) },
  ...{ expectedBytes: 1, restoreBytesPerSecond: 1, reach: reachIn(HOME) },
  restoreInto: { [AWAY]: { reach: reachIn(AWAY) } },
};

test('a cluster’s SQL port opens to the login in the secret that its configuration names, in each region', async () => {
  cloud = new EmbeddedCloud({ start: START, seed: 1, account: ACCOUNT });
  const clusters = new TidbClusters(cloud);
  clusters.place(SHOP, HOME);
  const said = async (region: string, statements: readonly string[]) => {
    const { sql, subnets, securityGroups } = reachIn(region);
    const arn = `arn:aws:lambda:${region}:${ACCOUNT}:function:reach`;
    cloud.functions.createFunction({
      ...{ name: 'reach', arn, account: ACCOUNT, region, role: `arn:aws:iam::${ACCOUNT}:role/reach` },
      ...{ environment: {}, timeoutSeconds: 60, memoryMb: 128, network: { subnets, securityGroups } },
      load: async () => ({
        start: () => {
          const dial = dialHere();
          return async () => {
            const login = JSON.parse(cloud.secrets.valueOf(region, sql.secret)!);
            const session = await dial.mysql(sql, login);
            const answers = [];
            for (const statement of statements) answers.push(await session.query(statement));
            await session.close();
            return answers.at(-1);
          };
        },
      }),
    });
    let over = false;
    const outcome = cloud.functions.invoke(arn, '{}').finally(() => {
      over = true;
    });
    await cloud.world.runWhile(() => !over);
    const ended = await outcome;
    return ended.ok ? JSON.parse(ended.payload) : ended.error;
  };
  expect(await said(HOME, [...makeTable('mysql'), insertBeat(START), newestNumber])).toEqual({
    answer: { rows: [{ beat: '1' }], affectedRows: 0 },
  });
  expect(await said(AWAY, [newestNumber])).toMatchObject({ refused: { code: 'ER_NO_SUCH_TABLE' } });
  expect(clusters.targetOf(SHOP, AWAY).contentsNow().databases.size).toBe(0);
  await cloud.world.runUntil((START + hours(1)) as never);
});
