import { isDeepStrictEqual } from 'node:util';
import { days, type Instant, iso, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CommitSeq } from '../doris/changes.ts';
import type { DorisCluster } from '../doris/cluster.ts';
import type { Range, Row } from '../doris/contents.ts';
import { SqlRefused } from '../doris/errors.ts';

/** What an application remembers of a table: rows as it wrote them, by partition. */
type Memory = Map<string, Map<string, Row>>;

interface Act {
  readonly seq: CommitSeq;
  readonly at: Instant;
  readonly change: (memory: Memory) => void;
}

/** Tables that are in a database from its beginning, with the partitions that its orders need to have. */
type Wanted = Readonly<Record<string, readonly string[]>>;

const ORDERS = 'orders';
const ITEMS = 'items';
const MONTH = /^p(\d{4})(\d{2})$/;
/** After so many orders something is made or dropped. */
const ORDERS_PER_DDL = 40;

/**
 * An application that takes orders in a Doris database: a table `orders` in monthly partitions, a table `items`, a view,
 * and tables that come and go. It remembers what it did by the numbers of its commits, and nothing of what it remembers
 * comes from the cluster.
 */
export class WarehouseApplication {
  readonly database: string;
  readonly #world: World;
  readonly #cluster: DorisCluster;
  readonly #acts: Act[] = [];
  readonly #now: Memory = new Map();
  /** What was dropped, with its rows: a table's or a partition's. */
  readonly #lost = new Map<string, ReadonlyMap<string, Row>>();
  #taken = 0;
  #made = 0;
  #closed = false;

  /** @param wanted more tables and partitions than its own, as a configuration names them; partitions are `pYYYYMM` */
  constructor(world: World, cluster: DorisCluster, database: string, wanted: Wanted = {}) {
    this.#world = world;
    this.#cluster = cluster;
    this.database = database;
    cluster.createDatabase(database);
    const months = [monthOf(world.now()), ...(wanted[ORDERS] ?? [])];
    this.#make(ORDERS, [...new Set(months)]);
    this.#make(ITEMS);
    for (const [table, partitions] of Object.entries(wanted))
      if (table !== ORDERS && table !== ITEMS) this.#make(table, partitions);
    const view = { columns: ['day'], partitions: [], replicationNum: 0, query: 'SELECT day FROM orders' };
    cluster.createTable(database, { name: 'days', kind: 'view', ...view });
  }

  /** Spreads a day's orders over the 24 hours that follow. */
  scheduleDay(orders: number): void {
    const chance = this.#world.random(this.#stream);
    const start = this.#world.now();
    for (let i = 0; i < orders; i++)
      this.#world.at(later(start, milliseconds(chance.between(0, days(1) - 1))), () => this.act());
  }

  /** Its database is gone: it takes no more orders, and remembers those that it took. */
  close(): void {
    this.#closed = true;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** One order now, or a table that comes or goes. What the cluster refuses while it restores is not done. */
  act(): void {
    if (this.#closed) return;
    this.#taken++;
    try {
      if (this.#taken % ORDERS_PER_DDL === 0) this.#comeOrGo();
      else this.#order();
    } catch (error) {
      if (!(error instanceof SqlRefused)) throw error;
    }
  }

  /** Drops a table as somebody does by mistake: it is in the bin then, and gone for the application. */
  dropTable(name: string): void {
    const { catalog } = this.#cluster;
    const seq = catalog.dropTable(catalog.database(this.database), name, false, false);
    this.#lost.set(name, this.#now.get(name)!);
    this.#did(seq, (memory) => memory.delete(name));
  }

  /** The same with a partition, `pYYYYMM`, and its orders. */
  dropPartition(name: string, month: string): void {
    const { catalog } = this.#cluster;
    const database = catalog.database(this.database);
    const seq = catalog.dropPartition(database, catalog.table(database, name), month, false, false);
    const { from, to } = rangeOf(month);
    const inside = [...this.#now.get(name)!].filter(([, { day }]) => day! >= from && day! < to);
    this.#lost.set(`${name}.${month}`, new Map(inside));
    this.#did(seq, (memory) => {
      for (const [key] of inside) memory.get(name)!.delete(key);
    });
  }

  /**
   * What it dropped is there again: `orders`, or `orders.p202611`. Say it when it came back, before anything is written.
   * @returns how many rows of a table are not those that it dropped
   */
  regained(what: string): number {
    const rows = this.#lost.get(what);
    if (!rows) throw new Error(`${what} of ${this.database} was never lost`);
    const [table = ''] = what.split('.');
    const { changes, seq } = this.#cluster.catalog;
    // By the time that somebody is told, others may have written into other tables.
    const came = changes.findLast(
      ({ action }) => action.kind === 'other' && action.table === table && action.what === 'RECOVER_INFO',
    );
    this.#did(
      came?.seq ?? seq,
      (memory) => memory.set(table, new Map([...(memory.get(table) ?? []), ...rows])),
      came?.at,
    );
    const name = `${this.database}.${table}/`;
    const there = [...this.#cluster.rowsNow(this.database)].filter(([key]) => key.startsWith(name));
    const mine = this.#now.get(table)!;
    const same = there.filter(([key, row]) => isDeepStrictEqual(mine.get(key.slice(name.length)), row));
    return Math.max(there.length, mine.size) - same.length;
  }

  /** Every row at an instant or behind a commit, `<database>.<table>/<key>`. */
  truthAt(at: Instant | CommitSeq): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const [table, written] of this.#at(at))
      for (const [key, row] of written) rows.set(`${this.database}.${table}/${key}`, row);
    return rows;
  }

  /** Names of the tables that it had then. */
  tablesAt(at: Instant | CommitSeq): ReadonlySet<string> {
    return new Set(this.#at(at).keys());
  }

  /** Names of the tables that it has. */
  get tables(): ReadonlySet<string> {
    return new Set(this.#now.keys());
  }

  #at(at: Instant | CommitSeq): Memory {
    const memory: Memory = new Map();
    for (const act of this.#acts) {
      if (typeof at === 'bigint' ? act.seq > at : act.at > at) break;
      act.change(memory);
    }
    return memory;
  }

  get #stream(): string {
    return `doris.${this.#cluster.name}.${this.database}.application`;
  }

  #did(seq: CommitSeq, change: (memory: Memory) => void, at = this.#world.now()): void {
    this.#acts.splice(this.#acts.findLastIndex((act) => act.seq <= seq) + 1, 0, { seq, at, change });
    change(this.#now);
  }

  #make(name: string, months: readonly string[] = []): void {
    const partitions =
      months.length === 0 ? [{ name }] : months.map((month) => ({ name: month, range: rangeOf(month) }));
    const seq = this.#cluster.createTable(this.database, {
      ...{ name, kind: 'olap', columns: ['day', 'amount', 'state'], partitions, replicationNum: 3 },
      ...(months.length > 0 && { partitionColumn: 'day' }),
    });
    this.#did(seq, (memory) => memory.set(name, new Map()));
  }

  #order(): void {
    const chance = this.#world.random(this.#stream);
    const name = chance.pick([...this.#now.keys()]);
    const rows = this.#now.get(name)!;
    const kind = chance.next();
    const key = rows.size === 0 || kind < 0.55 ? `${this.#taken}` : chance.pick([...rows.keys()]);
    if (kind >= 0.9 && rows.has(key)) {
      const seq = this.#cluster.write(this.database, name, key, undefined);
      this.#did(seq, (memory) => memory.get(name)!.delete(key));
      return;
    }
    const day = rows.get(key)?.['day'] ?? iso(this.#world.now()).slice(0, 10);
    this.#makeRoom(name, String(day));
    const row = { day, amount: chance.between(1, 9_999), state: chance.pick(['taken', 'paid', 'sent']) };
    const seq = this.#cluster.write(this.database, name, key, row);
    this.#did(seq, (memory) => memory.get(name)!.set(key, row));
  }

  /** A new month gets its partition with its first order. */
  #makeRoom(name: string, day: string): void {
    const { catalog } = this.#cluster;
    const table = catalog.table(catalog.database(this.database), name);
    if (table.spec.partitionColumn === undefined || table.partitionFor({ day })) return;
    const month = `p${day.slice(0, 4)}${day.slice(5, 7)}`;
    this.#cluster.addPartition(this.database, name, { name: month, range: rangeOf(month) });
  }

  /** In turn: a table comes, and the one that came longest ago goes. */
  #comeOrGo(): void {
    const side = [...this.#now.keys()].find((name) => name.startsWith('returns'));
    if (++this.#made % 2 === 0 && side !== undefined) this.dropTable(side);
    else this.#make(`returns${this.#made}`);
  }
}

const monthOf = (at: Instant): string => `p${iso(at).slice(0, 4)}${iso(at).slice(5, 7)}`;

/** `p202611`: from the first of November 2026 up to the first of December. */
function rangeOf(month: string): Range {
  const [, year, number] = MONTH.exec(month) ?? [];
  if (year === undefined)
    throw new Error(`${month} is no month of the warehouse; name partitions like p202611`);
  const first = (of: number) => new Date(Date.UTC(Number(year), of, 1)).toISOString().slice(0, 10);
  return { from: first(Number(number) - 1), to: first(Number(number)) };
}
