import { days, type Instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { TidbCluster } from '../tidb/cluster.ts';
import type { Column, Row } from '../tidb/contents.ts';
import { type Tso, tsoOf } from '../tidb/tso.ts';
import { type Comparison, compare, withoutHoldfasts } from './compare.ts';

const ID_COLUMNS: readonly Column[] = [
  { name: 'amount', default: 0 },
  { name: 'state', default: 'taken' },
];
const DATABASE = 'shop';
/** After so many orders it changes a schema. */
const ORDERS_PER_DDL = 40;

/** A table as the application remembers it: columns with what they hold by default, rows as it wrote them. */
interface Known {
  readonly columns: Map<string, string | number>;
  readonly rows: Map<string, Row>;
}
type Memory = Map<string, Known>;

/**
 * An application that takes orders in a TiDB cluster and changes its schema while it does: columns come and go, tables
 * are made, renamed, emptied and dropped. It remembers what it did by the timestamps that it was answered, and nothing
 * of what it remembers comes from the cluster.
 */
export class TablesApplication {
  readonly #world: World;
  readonly #cluster: TidbCluster;
  /** What it did, and what that changed. */
  readonly #acts: { readonly ts: Tso; readonly change: (memory: Memory) => void }[] = [];
  readonly #tables: Memory = new Map();
  readonly #schemaChanges: Instant[] = [];
  #taken = 0;
  #changed = 0;
  #closed = false;

  constructor(world: World, cluster: TidbCluster) {
    this.#world = world;
    this.#cluster = cluster;
    this.#did(cluster.createDatabase(DATABASE), () => {});
    this.#create('orders');
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

  /** When it changed a schema. */
  get schemaChangedAt(): readonly Instant[] {
    return this.#schemaChanges;
  }

  /** One order now, or one change of a schema. */
  act(): void {
    if (this.#closed) return;
    this.#taken++;
    if (this.#taken % ORDERS_PER_DDL === 0) this.#changeSchema();
    else this.#order();
  }

  /**
   * Every row at a timestamp, `shop.<table>/<key>`. Of an instant it is what `--restored-ts` of its first timestamp
   * gives: what happened within that very millisecond comes after it.
   */
  truthAt(at: Instant | Tso): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const [name, { columns, rows: written }] of this.#rememberedAt(at))
      for (const [id, row] of written) {
        const whole = [...columns].map(([column, absent]) => [column, row[column] ?? absent]);
        rows.set(`${DATABASE}.${name}/${id}`, Object.fromEntries(whole));
      }
    return rows;
  }

  /** Names of the columns of every table at a timestamp. */
  tablesAt(at: Instant | Tso): Map<string, readonly string[]> {
    const tables = [...this.#rememberedAt(at)];
    return new Map(tables.map(([name, { columns }]) => [`${DATABASE}.${name}`, [...columns.keys()]]));
  }

  /** Compares what a cluster holds now with the truth of an instant: tables, columns and rows, all but Holdfast's own. */
  compareWith(restored: Pick<TidbCluster, 'tablesNow' | 'rowsNow'>, at: Instant | Tso): Comparison {
    const print = (value: object) => JSON.stringify(Object.entries(value).sort());
    const join = (tables: ReadonlyMap<string, readonly string[]>, rows: ReadonlyMap<string, Row>) =>
      new Map<string, object>([...tables, ...rows]);
    return compare(
      join(this.tablesAt(at), this.truthAt(at)),
      withoutHoldfasts(join(restored.tablesNow(), restored.rowsNow())),
      (a, b) => print(a) === print(b),
      (value) => print(value).length,
    );
  }

  get #stream(): string {
    return `tidb.${this.#cluster.name}.application`;
  }

  #rememberedAt(at: Instant | Tso): Memory {
    const ts = typeof at === 'bigint' ? at : tsoOf(at);
    const memory: Memory = new Map();
    for (const act of this.#acts) if (act.ts <= ts) act.change(memory);
    return memory;
  }

  #did(ts: Tso, change: (memory: Memory) => void): void {
    this.#acts.push({ ts, change });
    change(this.#tables);
  }

  #create(name: string, columns: readonly Column[] = ID_COLUMNS): void {
    this.#did(this.#cluster.createTable(DATABASE, name, columns), (memory) => {
      const defaults = new Map(columns.map((column) => [column.name, column.default]));
      memory.set(name, { columns: defaults, rows: new Map() });
    });
  }

  #drop(name: string): void {
    this.#did(this.#cluster.dropTable(DATABASE, name), (memory) => memory.delete(name));
  }

  #order(): void {
    const chance = this.#world.random(this.#stream);
    const name = chance.pick([...this.#tables.keys()]);
    const { rows, columns } = this.#tables.get(name)!;
    const ids = [...rows.keys()];
    const kind = chance.next();
    const id = ids.length === 0 || kind < 0.55 ? String(this.#taken) : chance.pick(ids);
    if (kind >= 0.9 && ids.length > 0) {
      const ts = this.#cluster.write(DATABASE, name, id, undefined);
      this.#did(ts, (memory) => memory.get(name)!.rows.delete(id));
      return;
    }
    const wanted = { ...rows.get(id), amount: chance.between(1, 9_999), ...this.#notes(columns) };
    const row = Object.fromEntries(Object.entries(wanted).filter(([column]) => columns.has(column)));
    const ts = this.#cluster.write(DATABASE, name, id, row);
    this.#did(ts, (memory) => memory.get(name)!.rows.set(id, row));
  }

  /** What it writes into columns that came later: not always. */
  #notes(columns: ReadonlyMap<string, unknown>): Row {
    const chance = this.#world.random(this.#stream);
    const notes = [...columns.keys()].filter((column) => column.startsWith('note'));
    return Object.fromEntries(notes.filter(() => chance.chance(0.5)).map((column) => [column, this.#taken]));
  }

  /** In turn: a column comes, a table comes, a column goes, a table is renamed, emptied, dropped. `orders` stays. */
  #changeSchema(): void {
    const number = ++this.#changed;
    this.#schemaChanges.push(this.#world.now());
    const side = [...this.#tables.keys()].find((name) => name !== 'orders');
    const kind = number % 6;
    if (kind === 1) this.#addNote(`note${number}`);
    else if (kind === 3) this.#dropNote();
    else if (kind === 2 || side === undefined) this.#create(`returns${number}`);
    else if (kind === 4) {
      const name = `old${number}`;
      this.#did(this.#cluster.renameTable([DATABASE, side], DATABASE, name), (memory) => {
        memory.set(name, memory.get(side)!);
        memory.delete(side);
      });
    } else if (kind === 5) {
      const columns = [...this.#tables.get(side)!.columns];
      this.#drop(side);
      this.#create(
        side,
        columns.map(([name, absent]) => ({ name, default: absent })),
      );
    } else this.#drop(side);
  }

  #addNote(name: string): void {
    const ts = this.#cluster.addColumn(DATABASE, 'orders', { name, default: '' });
    this.#did(ts, (memory) => memory.get('orders')!.columns.set(name, ''));
  }

  #dropNote(): void {
    const columns = [...this.#tables.get('orders')!.columns.keys()];
    const name = columns.find((column) => column.startsWith('note'))!;
    const ts = this.#cluster.dropColumn(DATABASE, 'orders', name);
    this.#did(ts, (memory) => memory.get('orders')!.columns.delete(name));
  }
}
