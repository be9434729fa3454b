import { afterEach, expect, test } from 'vitest';
import { dialHere } from '../../../adapters/network/dial.ts';
import { DorisClusters } from '../../../cli/doris-clusters.ts';
import type { DorisCluster } from '../../../core/plan/installation.ts';
import type { Dial, Said } from '../../../core/ports/dial.ts';
import type { HttpReply } from '../../../core/ports/reach.ts';
import { hours, instant, later, minutes } from '../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../embedded/cloud.ts';

const ACCOUNT = '111122223333';
const HOME = 'eu-central-1';
const AWAY = 'eu-west-1';
const START = instant(Date.parse('2026-11-01T00:00:00Z'));
const HOSTS = `arn:aws:iam::${ACCOUNT}:role/doris-hosts`;
const VAULT = `arn:aws:iam::${ACCOUNT}:role/holdfast-doris-vault`;

let cloud: EmbeddedCloud;
afterEach(() => cloud.close());

const reachIn = (region: string) => ({
  ...{ subnets: ['subnet-1'], securityGroups: ['sg-holdfast'], hostRole: HOSTS },
  sql: {
    host: 'fe.internal',
    port: 9030,
    secret: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:doris-login-AbCdEf`,
    tls: true,
  },
});
const SHOP: DorisCluster = {
  ...{ name: 'shop', plan: 'gold', engine: 'doris', version: '3.0.6' },
  ...{ expectedBytes: 1, restoreBytesPerSecond: 1, reach: reachIn(HOME) },
  databases: { shop: { all: true }, ledger: { on: [{ table: 'orders', partitions: ['p202610'] }] } },
  restoreInto: { [AWAY]: { reach: reachIn(AWAY) } },
};
const REPOSITORY = (region: string) =>
  `REPOSITORY r1 WITH S3 ON LOCATION "s3://vault/shop" PROPERTIES ("s3.endpoint" = "s3.${region}.amazonaws.com", "s3.region" = "${HOME}", "s3.role_arn" = "${VAULT}")`;

/** Runs something in a function that stands in the cluster's network. */
async function inFunction<Answer>(region: string, work: (dial: Dial) => Promise<Answer>): Promise<Answer> {
  const { subnets, securityGroups } = reachIn(region);
  const arn = `arn:aws:lambda:${region}:${ACCOUNT}:function:reach`;
  cloud.functions.createFunction({
    ...{ name: 'reach', arn, account: ACCOUNT, region, role: `arn:aws:iam::${ACCOUNT}:role/reach` },
    ...{ environment: {}, timeoutSeconds: 60, memoryMb: 128, network: { subnets, securityGroups } },
    load: async () => ({
      start: () => {
        const dial = dialHere();
        return () => work(dial);
      },
    }),
  });
  let over = false;
  const outcome = cloud.functions.invoke(arn, '{}').finally(() => {
    over = true;
  });
  await cloud.world.runWhile(() => !over);
  const ended = await outcome;
  if (!ended.ok) throw new Error(JSON.stringify(ended.error));
  return JSON.parse(ended.payload);
}

/** Says statements over MySQL's protocol. */
const said = (region: string, ...statements: string[]): Promise<Said> =>
  inFunction(region, async (dial) => {
    const { sql } = reachIn(region);
    const session = await dial.mysql(sql, JSON.parse(cloud.secrets.valueOf(region, sql.secret)!));
    const answers: Said[] = [];
    for (const statement of statements) answers.push(await session.query(statement));
    await session.close();
    return answers.at(-1)!;
  });

test('over the wire a database is backed up at home and restored in the other region, equal to its truth', async () => {
  cloud = new EmbeddedCloud({ start: START, seed: 1, account: ACCOUNT });
  const { world, s3, iam } = cloud;
  s3.createBucket({ name: 'vault', region: HOME, account: ACCOUNT, versioning: true, eventBridge: false });
  const clusters = new DorisClusters(cloud, { timeZone: 'Asia/Shanghai' });
  clusters.place(SHOP, HOME);
  for (const application of clusters.applications.get('shop')!) application.scheduleDay(120);
  await world.runUntil(later(world.now(), hours(24)));

  expect(await said(HOME, `CREATE ${REPOSITORY(HOME)}`)).toMatchObject({
    refused: { errno: 1105, message: expect.stringContaining('sts:AssumeRole') },
  });
  iam.addRole(VAULT, {
    Statement: { Effect: 'Allow', Principal: { AWS: HOSTS }, Action: 'sts:AssumeRole' },
  });
  expect(await said(HOME, `CREATE ${REPOSITORY(HOME)}`)).toMatchObject({
    refused: { message: expect.stringContaining('AccessDenied') },
  });
  iam.attach(VAULT, { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } });
  const ok = { answer: { rows: [], affectedRows: 0 } };
  expect(await said(HOME, `CREATE ${REPOSITORY(HOME)}`, 'BACKUP SNAPSHOT shop.l1 TO r1')).toEqual(ok);
  for (const application of clusters.applications.get('shop')!) application.scheduleDay(40_000);
  await world.runUntil(later(world.now(), minutes(5)));
  const shown = await said(HOME, "SHOW SNAPSHOT ON r1 WHERE SNAPSHOT = 'l1'");
  const { Timestamp } = 'answer' in shown ? shown.answer.rows[0]! : {};
  expect(Timestamp).toMatch(/^2026-11-02-08-00-\d\d$/);

  const since = world.now();
  const restore = `RESTORE SNAPSHOT shop.l1 FROM r1 PROPERTIES ("backup_timestamp" = "${Timestamp}")`;
  expect(await said(AWAY, 'CREATE DATABASE shop', `CREATE READ ONLY ${REPOSITORY(HOME)}`, restore)).toEqual(
    ok,
  );
  await world.runUntil(later(world.now(), minutes(5)));
  const comparison = clusters.compareRestored(SHOP, AWAY, since);
  expect(comparison).toMatchObject({ differing: 0, compared: expect.any(Number) });
  expect(comparison.compared).toBeGreaterThan(40);

  expect(clusters.writtenTwice(SHOP, AWAY, since)).toEqual([]);
  expect(await said(AWAY, restore)).toEqual(ok);
  await world.runUntil(later(world.now(), minutes(5)));
  expect(clusters.writtenTwice(SHOP, AWAY, since)).toContain('orders');

  clusters.targetOf(SHOP, AWAY).write('shop', 'orders', 'more', { day: '2026-11-02', amount: 1, state: 'x' });
  expect(clusters.compareRestored(SHOP, AWAY, since).differing).toBe(2);
  clusters.emptyTarget(SHOP, AWAY);
  expect(await said(AWAY, 'SELECT COUNT(*) FROM shop.orders')).toMatchObject({ refused: { errno: 1049 } });
});

test('a standby stands beside its syncers, and gets all that its source holds', async () => {
  cloud = new EmbeddedCloud({ start: START, seed: 1, account: ACCOUNT });
  const clusters = new DorisClusters(cloud);
  const { sql, subnets, securityGroups } = reachIn(AWAY);
  const secret = `arn:aws:secretsmanager:${AWAY}:${ACCOUNT}:secret:doris-source-AbCdEf`;
  const at = { host: 'source.internal', port: 9030, thriftPort: 9020, secret };
  clusters.place(
    {
      ...SHOP,
      restoreInto: {},
      standby: {
        ...{ region: AWAY, thriftPort: 9020, lagBinlogs: 10, source: at },
        reach: { sql, subnets, securityGroups },
        syncer: { host: 'ccr-1.internal', port: 9190, others: ['ccr-2.internal:9190'] },
      },
    },
    HOME,
  );
  const { source, standby, syncers } = clusters.standbys.of('shop');
  const asked = async (host: string, path: string, body: object): Promise<HttpReply> =>
    inFunction(AWAY, async (dial) =>
      dial.http({ url: `http://${host}:9190` }, undefined, {
        ...{ service: 'syncer', method: 'POST', path, body: JSON.stringify(body) },
      }),
    );
  const end = (host: string, arn: string) => {
    const { username: user, password } = JSON.parse(cloud.secrets.valueOf(AWAY, arn)!);
    return { host, port: '9030', thrift_port: '9020', user, password, database: 'shop', table: '' };
  };
  const ends = { src: end(at.host, secret), dest: end(sql.host, sql.secret) };
  expect(await asked('ccr-1.internal', '/create_ccr', { name: 'c1', ...ends })).toMatchObject({
    body: '{"success":true}',
  });
  for (const application of clusters.applications.get('shop')!) application.scheduleDay(300);
  await cloud.world.runUntil(later(cloud.world.now(), hours(25)));
  expect(standby.rowsNow()).toEqual(source.rowsNow('shop'));
  expect(standby.rowsNow().size).toBeGreaterThan(40);
  expect(await asked('ccr-2.internal', '/pause', { name: 'c1' })).toMatchObject({ status: 303 });
  syncers[0]!.faults.isDown = true;
  await expect(asked('ccr-1.internal', '/pause', { name: 'c1' })).rejects.toThrow('ServiceUnavailable');
});
