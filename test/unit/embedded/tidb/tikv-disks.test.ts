import { expect, it } from 'vitest';
import { instant, later, seconds } from '../../../../core/time/instant.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { BlockHistory } from '../../../../embedded/ec2/blocks.ts';
import { contentsOn, TikvDisks } from '../../../../embedded/tidb/tikv-disks.ts';
import { tsoOf } from '../../../../embedded/tidb/tso.ts';

const ROWS = 60;

/** Three disks of a cluster whose regions move unless it is still, and what lies on them when each is seen at its own instant. */
async function rowsSeen(isStill: boolean, apart: number): Promise<number> {
  const world = new World(instant(Date.UTC(2026, 10, 21)), 7);
  const histories = [0, 1, 2].map(() => new BlockHistory());
  const writes = histories.map(
    (history) => (block: number, bytes: Buffer) => history.write(block, bytes, world.now()),
  );
  let still = false;
  const disks = new TikvDisks(world, 'shop', writes, () => still);
  const table = { id: 1, database: 'shop', name: 'orders', columns: [{ name: 'n', default: 0 }] };
  disks.append({ kind: 'create-table', table, ts: tsoOf(world.now(), 1n) });
  for (let n = 0; n < ROWS; n++) {
    await world.runUntil(later(world.now(), seconds(1)));
    disks.append({ kind: 'row', tableId: 1, id: String(n), row: { n }, ts: tsoOf(world.now(), 1n) });
  }
  const resolved = tsoOf(world.now(), 1n);
  still = isStill;
  const first = world.now();
  for (let n = 0; n < ROWS; n++) {
    await world.runUntil(later(world.now(), seconds(1)));
    disks.append({ kind: 'row', tableId: 1, id: `later-${n}`, row: { n }, ts: tsoOf(world.now(), 1n) });
  }
  const seen = histories.map((history, n) => history.at(later(first, seconds(n * apart))));
  return contentsOn(seen, resolved).rows().size;
}

it('holds every row up to a timestamp, whenever each disk is seen, while the cluster is still', async () => {
  expect(await rowsSeen(true, 25)).toBe(ROWS);
});

it('loses rows that moved between the instants of two disks, when nothing keeps the cluster still', async () => {
  expect(await rowsSeen(false, 25)).toBeLessThan(ROWS);
});

it('loses none when all disks are seen at one instant', async () => {
  expect(await rowsSeen(false, 0)).toBe(ROWS);
});
