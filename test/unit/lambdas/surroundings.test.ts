import { describe, expect, test } from 'vitest';
import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../../core/ids/names.ts';
import { days, type Instant, later } from '../../../core/time/instant.ts';
import { around, neighboursOf, reachesTo } from '../../../lambdas/expire/discard-expired/surroundings.ts';
import { MemoryCatalog } from '../../support/memory-catalog.ts';
import { HOME, time } from '../../support/task-world.ts';

const START = time('2026-01-01T00:00:00Z');
const day = (n: number): Instant => later(START, days(n));

/** A catalog of copies, each due on one day and holding the state of another; and which spans were asked for. */
async function withCopies(
  all: readonly { due: number; taken: number; state?: CopyRecord['state']; unproven?: true }[],
) {
  const catalog = new MemoryCatalog();
  const asked: (Instant | undefined)[] = [];
  const { copies } = catalog;
  catalog.copies = (cluster, region, from) => {
    asked.push(from);
    return copies.call(catalog, cluster, region, from);
  };
  const ids: string[] = [];
  for (const { due, taken, state = 'proven', unproven } of all) {
    const id = recoveryPointId('orders', 'daily', day(due));
    const at = day(taken);
    const record = { id, cluster: 'orders', region: HOME, state, startedAt: at, takenAt: at };
    await catalog.openCopy(unproven ? record : { ...record, provenAt: at });
    ids.push(id);
  }
  const besides = async (id: string) => {
    const found = await around(catalog, (await catalog.copy(id, HOME))!);
    return neighboursOf(id, found).map((copy) => copy.id);
  };
  return { ids, asked, besides, catalog };
}

describe('neighbours of a copy', () => {
  test('are the nearest by the states they hold, however late their triggers came', async () => {
    const { ids, besides } = await withCopies([
      { due: 36.5, taken: 36.5 },
      { due: 35.9, taken: 37 },
      { due: 40, taken: 40 },
      { due: 40.9, taken: 42 },
      { due: 41, taken: 41 },
    ]);
    expect(await besides(ids[2]!)).toEqual([ids[1], ids[4]]);
  });

  test('are read anew for an older copy that is due behind a newer one', async () => {
    const { ids, catalog } = await withCopies([
      { due: 0, taken: 0 },
      { due: 38, taken: 38 },
      { due: 40, taken: 40 },
    ]);
    const [, older, newer] = await Promise.all(ids.map(async (id) => (await catalog.copy(id, HOME))!));
    const read = await around(catalog, newer!);
    // What was read for the newer one ends before the oldest, which the older one shares its items with.
    expect(neighboursOf(older!.id, read).map(({ id }) => id)).toEqual([ids[2]]);
    expect(reachesTo(read, older!)).toBe(false);
    expect(reachesTo(read, newer!)).toBe(true);
  });

  test('are found without reading the years before when one is near', async () => {
    const near = await withCopies([
      { due: 0, taken: 0 },
      { due: 399, taken: 399 },
      { due: 400, taken: 400 },
    ]);
    expect(await near.besides(near.ids[2]!)).toEqual([near.ids[1]]);
    expect(near.asked).toEqual([day(396)]);
    const far = await withCopies([
      { due: 0, taken: 0 },
      { due: 400, taken: 400 },
    ]);
    expect(await far.besides(far.ids[1]!)).toEqual([far.ids[0]]);
    expect(far.asked).toEqual([day(396), day(368), undefined]);
  });

  test('are those that lie there: what failed, was set aside or is gone counts for nothing', async () => {
    const { ids, besides } = await withCopies([
      { due: 1, taken: 1, state: 'expiring' },
      { due: 2, taken: 2, state: 'failed' },
      { due: 3, taken: 3, state: 'quarantined' },
      { due: 4, taken: 4, state: 'expiring' },
      { due: 5, taken: 5, state: 'discarded' },
      { due: 6, taken: 6, state: 'copying' },
    ]);
    expect(await besides(ids[3]!)).toEqual([ids[0], ids[5]]);
  });

  test("a copy that failed and is in the bin with its point is nobody's neighbour, and has neighbours", async () => {
    const { ids, besides } = await withCopies([
      { due: 1, taken: 1 },
      { due: 2, taken: 2, state: 'expiring', unproven: true },
      { due: 3, taken: 3, state: 'expiring' },
      { due: 4, taken: 4 },
    ]);
    expect(await besides(ids[2]!)).toEqual([ids[0], ids[3]]);
    expect(await besides(ids[1]!)).toEqual([ids[0], ids[2]]);
  });
});
