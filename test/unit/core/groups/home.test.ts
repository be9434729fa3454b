import { describe, expect, test } from 'vitest';
import { UnsupportedByEngine } from '../../../../core/errors/registry.ts';
import { type WayOver, wayOver } from '../../../../core/groups/home.ts';
import { emptiedFirst } from '../../../../core/groups/words.ts';
import type { TidbCluster } from '../../../../core/plan/installation.ts';
import { minutes } from '../../../../core/time/instant.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const sql = { host: 'tidb', port: 4_000, secret: 'arn:aws:secretsmanager:::secret:ledger', tls: false };
const reach = (pd: string) => ({ pd, subnets: ['subnet-1'], securityGroups: ['sg-1'] });

const ledger: TidbCluster = {
  ...{ name: 'ledger', engine: 'tidb', plan: 'gold', version: 'v8.5.3', filter: [], logFlush: minutes(5) },
  ...{ expectedBytes: 1, restoreBytesPerSecond: 1 },
  reach: { ...reach('home:2379'), sql },
  restoreInto: { [AWAY]: { reach: reach('away:2379') } },
};
const withoutSql = { ...ledger, reach: reach('home:2379') };

const way = (cluster: TidbCluster, to = HOME): WayOver | string => {
  const found = wayOver(cluster, to, HOME);
  return found instanceof UnsupportedByEngine ? found.message : found;
};

describe('TiDB', () => {
  test('goes home into itself, emptied, where its SQL is known', () => {
    expect(way(ledger)).toBe('refill');
  });

  test('goes away into the empty cluster that is kept there', () => {
    expect(way(ledger, AWAY)).toBe('fill');
    expect(way(withoutSql, AWAY)).toBe('fill');
    expect(way({ ...ledger, restoreInto: {} }, AWAY)).toContain('restoreInto.eu-central-1.reach of ledger');
  });

  test.each([
    ['nothing can empty it', withoutSql, 'name reach.sql of ledger'],
    ['nothing can empty it, and a person may', withoutSql, '"byHand": ["ledger"]'],
    [
      'restores fill another cluster',
      { ...ledger, restoreInto: { [HOME]: { reach: reach('beside:2379') } } },
      'restoreInto.eu-west-1.reach',
    ],
    ['a part of it is in no backup', { ...ledger, filter: ['shop.*'] }, '"byHand": ["ledger"]'],
    [
      'it is volumes, which have no name to come back under',
      { ...ledger, volumes: { instances: { key: 'role', value: 'tikv' } } },
      '"byHand": ["ledger"]',
    ],
  ] as const)('is refused by name where %s', (_, cluster, says) => {
    expect(way(cluster)).toContain(says);
  });
});

test('whoever says yes reads whose databases are dropped, and where', () => {
  expect(emptiedFirst([], HOME)).toBe('');
  expect(emptiedFirst(['ledger', 'shop'], HOME)).toMatch(
    /^; emptied in eu-west-1 first: ledger, shop: all databases there are dropped for good/,
  );
});
