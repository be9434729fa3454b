import { RDSClient } from '@aws-sdk/client-rds';
import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  RDSDataClient,
} from '@aws-sdk/client-rds-data';
import { onTestFinished } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import { type Duration, instant, later } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { ClusterSeed } from '../../../../embedded/rds/seed.ts';

export const ACCOUNT = '111122223333';
export const HOME = 'eu-central-1';
export const START = instant(Date.parse('2026-11-01T00:00:00Z'));
export const LOGIN = { username: 'holdfast', password: 's3cret' };
export const arnOf = (id: string) => `arn:aws:rds:${HOME}:${ACCOUNT}:cluster:${id}`;

/** A cluster, and somebody who speaks to it through the genuine client, until the test is over. */
export function scene(seed: Partial<ClusterSeed> = {}) {
  const cloud = new EmbeddedCloud({ start: START, seed: 1, account: ACCOUNT });
  onTestFinished(() => cloud.close());
  cloud.rds.seedCluster({
    ...{ region: HOME, clusterId: 'orders', engine: 'aurora-postgresql', createdAt: START },
    dataApi: { ...LOGIN, database: 'shop' },
    ...seed,
  });
  const secret = (value: string) => cloud.secrets.seed({ region: HOME, name: 'login', value });
  const secretArn = secret(JSON.stringify(LOGIN));
  const data = connect(new RDSDataClient({ region: HOME }), 'rds-data', HOME);
  const rds = connect(new RDSClient({ region: HOME }), 'rds', HOME);
  const until = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    await cloud.world.runWhile(() => !over);
    return work;
  };
  const say = (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
    until(data.send(new ExecuteStatementCommand({ resourceArn: arnOf('orders'), secretArn, sql, ...more })));
  /** `<name>: <message>` of what was thrown. */
  const refusal = (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
    say(sql, more).then(
      () => 'accepted',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  const pass = (time: Duration) => cloud.world.runUntil(later(cloud.world.now(), time));
  return { cloud, say, refusal, rds, until, pass, secret };
}
