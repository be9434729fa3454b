import { describe, expect, test } from 'vitest';
import { BEATS_KEPT, heartOf, heartRestored } from '../../../../core/heartbeat/heart.ts';
import { beatsAfter, forgetUpTo, insertBeat, makeTable } from '../../../../core/heartbeat/statements.ts';
import type { Cluster } from '../../../../core/plan/installation.ts';
import { instant } from '../../../../core/time/instant.ts';

const THERE = 'eu-central-1';
const common = { name: 'shop', plan: 'gold', expectedBytes: 1, restoreBytesPerSecond: 1 };
const reach = { pd: 'pd:2379', subnets: ['subnet-1'], securityGroups: ['sg-1'] };
const sql = { host: 'tidb', port: 4_000, secret: 'arn:sql', tls: true };
const api = { secret: 'arn:api', database: 'postgres' };

const tidb = (here: object, there?: object) =>
  ({
    ...common,
    engine: 'tidb',
    version: 'v8.5.1',
    reach: here,
    logFlush: 0,
    filter: [],
    restoreInto: there ? { [THERE]: { reach: there } } : {},
  }) as unknown as Cluster;
const aurora = (more: object, restoreInto: object = {}) =>
  ({ ...common, engine: 'aurora', clusterId: 'orders', restoreInto, ...more }) as unknown as Cluster;
const objects = (more: object) =>
  ({
    ...common,
    engine: 'objects',
    bucket: 'acme',
    prefix: 'invoices/',
    restoreInto: {},
    ...more,
  }) as unknown as Cluster;

describe('a heart beats where the configuration allows it', () => {
  test.each([
    ['TiDB with its SQL port', tidb({ ...reach, sql }), { kind: 'reach' }],
    ['TiDB without', tidb(reach), undefined],
    ['Aurora with a Data API', aurora({ dataApi: api }), { kind: 'data-api', clusterId: 'orders', api }],
    ['Aurora without', aurora({}), undefined],
    [
      'objects that allow it',
      objects({ heartbeat: true }),
      { kind: 'object', bucket: 'acme', key: 'invoices/holdfast-heartbeat.json' },
    ],
    ['objects that do not', objects({ heartbeat: false }), undefined],
    ['volumes', { ...common, engine: 'ebs', restoreInto: {} } as unknown as Cluster, undefined],
  ])('%s', (_, cluster, heart) => {
    expect(heartOf(cluster)).toEqual(heart);
  });

  test.each([
    ['TiDB whose target is reached in SQL', tidb({ ...reach, sql }, { ...reach, sql }), 'reach'],
    ['TiDB whose target is not', tidb({ ...reach, sql }, reach), undefined],
    ['TiDB without a heart at home', tidb(reach, { ...reach, sql }), undefined],
    ['Aurora with a user there', aurora({ dataApi: api }, { [THERE]: { dataApi: api } }), 'data-api'],
    ['Aurora without one', aurora({ dataApi: api }), undefined],
    ['objects', objects({ heartbeat: true }), 'object'],
  ])('and is read again in a region: %s', (_, cluster, kind) => {
    expect(heartRestored(cluster, { id: 'r', region: THERE, target: {} })?.kind).toBe(kind);
  });
});

test('it is read where the restore landed', () => {
  const restore = (target: object) => ({ id: 'shop-restore-1', region: THERE, target });
  const kept = objects({ heartbeat: true });
  expect(heartRestored(kept, restore({ bucket: 'landing' }))).toEqual({
    kind: 'object',
    bucket: 'landing',
    key: 'shop-restore-1/invoices/holdfast-heartbeat.json',
  });
  expect(heartRestored(kept, restore({ bucket: 'landing', prefix: '' }))).toMatchObject({
    key: 'invoices/holdfast-heartbeat.json',
  });
  const there = { secret: 'arn:there' };
  const orders = aurora({ dataApi: api }, { [THERE]: { dataApi: there } });
  expect(heartRestored(orders, restore({ clusterId: 'orders-2' }))).toEqual({
    kind: 'data-api',
    clusterId: 'orders-2',
    api: there,
  });
});

test('a week between two fulls, and a day more, stay in the table', () => {
  expect(BEATS_KEPT).toBe(11_520);
});

test('statements hold numbers and nothing else', () => {
  const at = instant(1_795_262_400_000);
  expect(insertBeat(at)).toBe(
    'INSERT INTO holdfast.heartbeat (beat, at_ms) SELECT COALESCE(MAX(beat), 0) + 1, 1795262400000 FROM holdfast.heartbeat',
  );
  expect(forgetUpTo(60)).toBe('DELETE FROM holdfast.heartbeat WHERE beat <= 60');
  expect(beatsAfter(7)).toMatch(/WHERE beat > 7 ORDER BY beat LIMIT \d+$/);
  expect(makeTable('mysql')[0]).toBe('CREATE DATABASE IF NOT EXISTS holdfast');
  expect(makeTable('standard')[0]).toBe('CREATE SCHEMA IF NOT EXISTS holdfast');
  expect(() => forgetUpTo('1; DROP TABLE t' as unknown as number)).toThrow();
});
