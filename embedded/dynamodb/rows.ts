import type { KeyRange } from './expressions/key-conditions.ts';
import { own } from './expressions/paths.ts';
import type { Keys } from './schema.ts';
import { compare, fingerprint, type Item, type Value } from './values.ts';

/** Something stored under keys: an item of the table, or its projection in an index. Never changed, only replaced. */
export interface Row {
  readonly item: Item;
  readonly bytes: number;
}

interface Partition {
  readonly name: string;
  readonly place: number;
  readonly rows: Row[];
}

/**
 * Rows by partition key, each partition sorted by its sort key and then by the table's own key, found by binary
 * search. Partitions are in the order of a hash of their key, as a scan of DynamoDB shows them in no useful order.
 */
export class Rows {
  readonly #keys: Keys;
  readonly #table: Keys | undefined;
  readonly #partitions = new Map<string, Partition>();
  readonly #order: Partition[] = [];

  /** @param table the table's own keys, which order the rows of an index that share its keys */
  constructor(keys: Keys, table?: Keys) {
    this.#keys = keys;
    this.#table = table;
  }

  /** The row with these keys. */
  find(key: Item): Row | undefined {
    const partition = this.#partitions.get(fingerprint(key[this.#keys.hash]!));
    if (!partition) return undefined;
    const row = partition.rows[firstIndex(partition.rows, (r) => this.#compare(r.item, key) >= 0)];
    return row && this.#compare(row.item, key) === 0 ? row : undefined;
  }

  set(row: Row): void {
    const { rows } = this.#partition(fingerprint(row.item[this.#keys.hash]!));
    const at = firstIndex(rows, (r) => this.#compare(r.item, row.item) >= 0);
    const replaces = rows[at] && this.#compare(rows[at].item, row.item) === 0;
    rows.splice(at, replaces ? 1 : 0, row);
  }

  delete(item: Item): void {
    const partition = this.#partitions.get(fingerprint(item[this.#keys.hash]!));
    if (!partition) return;
    const at = firstIndex(partition.rows, (r) => this.#compare(r.item, item) >= 0);
    const row = partition.rows[at];
    if (!row || this.#compare(row.item, item) !== 0) return;
    partition.rows.splice(at, 1);
    if (partition.rows.length > 0) return;
    this.#partitions.delete(partition.name);
    this.#order.splice(this.#order.indexOf(partition), 1);
  }

  /** The rows of one run of sort keys, from behind `start` on. */
  *query(range: KeyRange, forward: boolean, start: Item | undefined): Generator<Row> {
    const rows = this.#partitions.get(fingerprint(range.hash))?.rows ?? [];
    const sortKey = (row: Row): Value => row.item[this.#keys.range ?? this.#keys.hash]!;
    let from = firstIndex(rows, (row) => !range.below(sortKey(row)));
    let to = firstIndex(rows, (row) => range.above(sortKey(row)));
    if (start && forward)
      from = Math.max(
        from,
        firstIndex(rows, (row) => this.#compare(row.item, start) > 0),
      );
    if (start && !forward)
      to = Math.min(
        to,
        firstIndex(rows, (row) => this.#compare(row.item, start) >= 0),
      );
    if (forward) for (let i = from; i < to; i++) yield rows[i]!;
    else for (let i = to - 1; i >= from; i--) yield rows[i]!;
  }

  *scan(start: Item | undefined): Generator<Row> {
    const name = start && fingerprint(start[this.#keys.hash]!);
    const first = name === undefined ? 0 : firstIndex(this.#order, (p) => compareNames(p, placed(name)) >= 0);
    for (let p = first; p < this.#order.length; p++) {
      const { name: here, rows } = this.#order[p]!;
      const from = start && here === name ? firstIndex(rows, (row) => this.#compare(row.item, start) > 0) : 0;
      for (let i = from; i < rows.length; i++) yield rows[i]!;
    }
  }

  get count(): number {
    return this.#order.reduce((total, partition) => total + partition.rows.length, 0);
  }

  #partition(name: string): Partition {
    let partition = this.#partitions.get(name);
    if (!partition) {
      partition = { ...placed(name), rows: [] };
      const sought = partition;
      this.#partitions.set(name, partition);
      this.#order.splice(
        firstIndex(this.#order, (p) => compareNames(p, sought) >= 0),
        0,
        partition,
      );
    }
    return partition;
  }

  #compare(a: Item, b: Item): number {
    return (
      compareAttribute(a, b, this.#keys.range) ||
      compareAttribute(a, b, this.#table?.hash) ||
      compareAttribute(a, b, this.#table?.range)
    );
  }
}

const compareAttribute = (a: Item, b: Item, name: string | undefined): number =>
  name === undefined ? 0 : compare(own(a, name)!, own(b, name)!)!;

type Placed = Omit<Partition, 'rows'>;

/** FNV-1a over the key: only has to spread. */
function placed(name: string): Placed {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return { name, place: h };
}

const compareNames = (a: Placed, b: Placed): number =>
  a.place - b.place || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The first index for which `from` holds; it holds for all behind it too. */
function firstIndex<T>(sorted: readonly T[], from: (entry: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  // Rows mostly arrive in order: look at the end first.
  if (high > 0 && !from(sorted[high - 1]!)) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (from(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
