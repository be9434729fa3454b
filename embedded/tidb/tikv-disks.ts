import { createHash } from 'node:crypto';
import type { World } from '../clock/world.ts';
import type { Blocks } from '../ec2/blocks.ts';
import { type Change, Contents } from './contents.ts';
import type { Tso } from './tso.ts';

/** One volume of one TiKV host, and the way to its bytes. */
export type WriteBlock = (block: number, bytes: Buffer) => void;

const REGIONS = 12;
/** Of the commits that find schedulers at work: how many move a region to another store besides. */
const MOVES = 0.25;
const GONE = Buffer.alloc(0);

interface Region {
  disk: number;
  /** Its changes in order, with the block that each lies in on that disk. */
  readonly changes: { readonly change: Change; block: number }[];
}

/**
 * What a TiDB cluster writes as the disks of its TiKV hosts see it: every change in a block of its own, on the volumes of
 * the store that its region is on. While PD's schedulers run, regions move: their blocks appear on one store and vanish
 * from another. Snapshots of the stores that are not of one instant hold a region twice then, or not at all.
 *
 * Does not model: replicas, raft logs, compaction, GC of what is on disk.
 */
export class TikvDisks {
  readonly #world: World;
  readonly #disks: readonly WriteBlock[];
  readonly #isStill: () => boolean;
  readonly #stream: string;
  readonly #regions: readonly Region[];
  #blocks = 0;

  constructor(world: World, name: string, disks: readonly WriteBlock[], isStill: () => boolean) {
    this.#world = world;
    this.#disks = disks;
    this.#isStill = isStill;
    this.#stream = `tidb.${name}.regions`;
    this.#regions = Array.from({ length: REGIONS }, (_, n) => ({ disk: n % disks.length, changes: [] }));
  }

  /** Told of every change, in order. */
  readonly append = (change: Change): void => {
    const region = this.#regions[regionOf(change)]!;
    region.changes.push({ change, block: this.#put(region.disk, change) });
    const chance = this.#world.random(this.#stream);
    if (!this.#isStill() && chance.chance(MOVES)) this.move(chance.between(0, REGIONS - 1));
  };

  /** Moves a region to the next disk. */
  move(n: number): void {
    const region = this.#regions[n]!;
    const from = region.disk;
    region.disk = (from + 1) % this.#disks.length;
    for (const one of region.changes) {
      this.#disks[from]!(one.block, GONE);
      one.block = this.#put(region.disk, one.change);
    }
  }

  #put(disk: number, change: Change): number {
    const block = this.#blocks++;
    this.#disks[disk]!(block, Buffer.from(print(change)));
    return block;
  }
}

const regionOf = (change: Change): number => {
  const key = change.kind === 'row' ? `${change.tableId}/${change.id}` : 'schemas';
  return createHash('sha256').update(key).digest().readUInt32BE() % REGIONS;
};

const print = (change: Change): string => JSON.stringify({ ...change, ts: change.ts.toString() });

/** What volumes hold up to a timestamp: as after BR's data phase, which deletes what is newer. */
export function contentsOn(volumes: readonly Blocks[], resolved: Tso): Contents {
  const changes = new Map<Tso, Change>();
  for (const blocks of volumes)
    for (const bytes of blocks.values()) {
      if (bytes.length === 0) continue;
      const read = JSON.parse(bytes.toString('utf8')) as Change & { readonly ts: string };
      const change = { ...read, ts: BigInt(read.ts) };
      if (change.ts <= resolved) changes.set(change.ts, change);
    }
  const contents = new Contents();
  for (const [, change] of [...changes].sort(([a], [b]) => (a < b ? -1 : 1))) contents.apply(change);
  return contents;
}
