import { days, type Instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { type Comparison, compare } from './compare.ts';
import { History } from './history.ts';

/** A row as applications write it. */
export type Row = Readonly<Record<string, string | number>>;

/** The database as an application sees it: it writes rows, and reads all of them back. */
export interface RowStore {
  write(table: string, id: string, row: Row | undefined, at: Instant): void;
}

/** An application that takes orders: inserts, changes and cancels rows all day, and remembers what it wrote. */
export class OrdersApplication {
  readonly history = new History<Row>();
  /** While it says so, the application does nothing: it is pointed elsewhere, or stopped. */
  idle: () => boolean = () => false;
  readonly #world: World;
  readonly #store: RowStore;
  #taken = 0;
  #closed = false;

  constructor(world: World, store: RowStore) {
    this.#world = world;
    this.#store = store;
  }

  /** Spreads a day's orders over the 24 hours that follow. */
  scheduleDay(orders: number): void {
    const chance = this.#world.random('orders');
    const start = this.#world.now();
    for (let i = 0; i < orders; i++) {
      this.#world.at(later(start, milliseconds(chance.between(0, days(1) - 1))), () => this.#act());
    }
  }

  /** Its database is gone: it takes no more orders, and remembers those that it took. */
  close(): void {
    this.#closed = true;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The state of every row at an instant. */
  truthAt(at: Instant): Map<string, Row> {
    return this.history.at(at);
  }

  compareWith(restored: ReadonlyMap<string, Row>, at: Instant): Comparison {
    const print = (row: Row) => JSON.stringify(Object.entries(row).sort());
    return compare(
      this.truthAt(at),
      restored,
      (a, b) => print(a) === print(b),
      (row) => print(row).length,
    );
  }

  #act(): void {
    if (this.#closed || this.idle()) return;
    const chance = this.#world.random('orders');
    const open = this.history.living;
    const kind = chance.next();
    if (open.length === 0 || kind < 0.55)
      this.#write(`orders/${++this.#taken}`, { amount: chance.between(1, 9_999), state: 'taken' });
    else if (kind < 0.9)
      this.#write(chance.pick(open), {
        amount: chance.between(1, 9_999),
        state: chance.pick(['paid', 'packed', 'sent']),
      });
    else this.#write(chance.pick(open), undefined);
  }

  #write(key: string, row: Row | undefined): void {
    const at = this.#world.now();
    const [table, id] = key.split('/') as [string, string];
    this.#store.write(table, id, row, at);
    this.history.record(key, row, at);
  }
}
