import { expect, test } from 'vitest';
import type { RecoveryPoint, RestoreRecord } from '../../../core/catalog/recovery-point.ts';
import { hours, later } from '../../../core/time/instant.ts';
import { captureTurns, restoreTurns } from '../../../lambdas/shared/turns.ts';
import { MemoryCatalog } from '../../support/memory-catalog.ts';
import { HOME, RECOVERY, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const point = (id: string) => ({ id, cluster: 'olap', region: HOME }) as RecoveryPoint;
const restore = (id: string, region = HOME) => ({ id, cluster: 'olap', region }) as RestoreRecord;

test('a turn is one holder’s until that leaves it, and another’s cannot be left', async () => {
  const catalog = new MemoryCatalog();
  const capture = captureTurns(catalog, point('olap-daily-1'), NOON);
  const other = restoreTurns(catalog, restore('olap-restore-1'), NOON);
  expect(await capture.take('source/shop')).toBe(true);
  expect(await capture.take('source/shop'), 'renewed').toBe(true);
  expect(await other.take('source/shop')).toBe(false);
  await other.leave('source/shop');
  expect(await other.take('source/shop')).toBe(false);
  await capture.leave('source/shop');
  expect(await other.take('source/shop')).toBe(true);
});

test('other databases, clusters and regions have turns of their own', async () => {
  const catalog = new MemoryCatalog();
  expect(await captureTurns(catalog, point('olap-daily-1'), NOON).take('source/shop')).toBe(true);
  expect(await restoreTurns(catalog, restore('r1'), NOON).take('source/crm')).toBe(true);
  expect(await restoreTurns(catalog, restore('r1', RECOVERY), NOON).take('source/shop')).toBe(true);
});

test('a turn that nobody renews ends by itself within the hour', async () => {
  const catalog = new MemoryCatalog();
  await captureTurns(catalog, point('olap-daily-1'), NOON).take('source/shop');
  const late = later(NOON, hours(1));
  expect(await restoreTurns(catalog, restore('r1'), late).take('source/shop')).toBe(true);
});
