import type { Instant } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Blocks } from '../ec2/blocks.ts';
import { type Comparison, compare } from './compare.ts';
import { OrdersApplication, type Row } from './rows.ts';

/** One volume of the protected cluster, and the way to its bytes. */
export interface Disk {
  readonly instanceId: string;
  readonly write: (block: number, bytes: Buffer, at: Instant) => void;
}

/** What lies on a restored volume: of which instance it is, and which instant it should show. */
export interface RestoredDisk {
  readonly instanceId: string;
  readonly takenAt: Instant;
  readonly blocks: Blocks;
}

interface Place {
  readonly disk: Disk;
  readonly block: number;
}

/** No row: what a block reads as before it was written, and after its row is gone. */
const NOTHING = Buffer.alloc(0);

/**
 * A self-run database as its disks see it: the rows of an application that takes orders, each in a block of its own,
 * spread over the volumes of several instances. Each instance is consistent by itself; between instances nothing is.
 */
export class DisksApplication {
  readonly #disks: readonly Disk[];
  readonly #orders: OrdersApplication;
  readonly #places = new Map<string, Place>();

  constructor(world: World, disks: readonly Disk[]) {
    this.#disks = disks;
    this.#orders = new OrdersApplication(world, {
      write: (table, id, row, at) => this.#write(`${table}/${id}`, row, at),
    });
  }

  scheduleDay(orders: number): void {
    this.#orders.scheduleDay(orders);
  }

  /** Compares each instance with the truth of its own instant, row by row. */
  compareWith(restored: readonly RestoredDisk[]): Comparison {
    const instants = new Map(restored.map(({ instanceId, takenAt }) => [instanceId, takenAt]));
    const earliest = Math.min(...instants.values()) as Instant;
    const truth = new Map<string, Row>();
    for (const instanceId of new Set(this.#disks.map((disk) => disk.instanceId)))
      for (const [key, row] of this.#orders.truthAt(instants.get(instanceId) ?? earliest))
        if (this.#places.get(key)?.disk.instanceId === instanceId) truth.set(key, row);
    const print = (row: Row) => JSON.stringify(Object.entries(row).sort());
    const there = new Map(restored.flatMap(rowsOn));
    return compare(
      truth,
      there,
      (a, b) => print(a) === print(b),
      (row) => print(row).length,
    );
  }

  #write(key: string, row: Row | undefined, at: Instant): void {
    const { disk, block } = this.#placeOf(key);
    disk.write(block, row ? Buffer.from(JSON.stringify([key, row])) : NOTHING, at);
  }

  #placeOf(key: string): Place {
    const known = this.#places.get(key);
    if (known) return known;
    const n = this.#places.size;
    const place = { disk: this.#disks[n % this.#disks.length]!, block: n };
    this.#places.set(key, place);
    return place;
  }
}

const rowsOn = ({ blocks }: RestoredDisk): [string, Row][] =>
  [...blocks.values()]
    .filter((bytes) => bytes.length > 0)
    .map((bytes) => JSON.parse(bytes.toString('utf8')) as [string, Row]);
