import { days, type Instant, later } from '../../core/time/instant.ts';
import type { Database, Partition, Table } from './contents.ts';
import { refuse } from './errors.ts';

/** `catalog_trash_expire_second`, 86400. */
const KEPT = days(1);
/** `max_same_name_catalog_trash_num`. */
const SAME_NAME_MAX = 3;

export type Dropped =
  | {
      readonly kind: 'Database';
      readonly name: string;
      readonly databaseId: number;
      readonly database: Database;
      readonly tables: readonly string[];
    }
  | { readonly kind: 'Table'; readonly name: string; readonly databaseId: number; readonly table: Table }
  | {
      readonly kind: 'Partition';
      readonly name: string;
      readonly databaseId: number;
      readonly tableId: number;
      readonly partition: Partition;
    };

export type Entry = Dropped & { readonly droppedAt: Instant; readonly order: number };
type EntryOf<Kind extends Dropped['kind']> = Extract<Entry, { readonly kind: Kind }>;

export const idOf = (entry: Dropped): number =>
  entry.kind === 'Database' ? entry.databaseId : entry.kind === 'Table' ? entry.table.id : entry.partition.id;

/** Dropped databases, tables and partitions, for a day: of one name the three that were dropped last. */
export class RecycleBin {
  readonly #now: () => Instant;
  #entries: Entry[] = [];
  #order = 0;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  put(dropped: Dropped): void {
    this.#expire();
    this.#entries.push({ ...dropped, droppedAt: this.#now(), order: ++this.#order });
    const same = this.#entries.filter((entry) => isSame(entry, dropped));
    for (const old of same.slice(0, -SAME_NAME_MAX)) this.remove(old);
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    this.#expire();
    return this.#entries;
  }

  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((one) => one !== entry);
  }

  /** The newest of a kind that fits, or the one with that id. */
  find<Kind extends Dropped['kind']>(
    kind: Kind,
    id: string | undefined,
    fits: (entry: EntryOf<Kind>) => boolean,
  ): EntryOf<Kind> | undefined {
    const of = this.entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
    return of.findLast((entry) => fits(entry) && (id === undefined || String(idOf(entry)) === id));
  }

  /** Erases at once: a database with its tables, a table with its partitions. */
  purge(column: string, id: string): void {
    const kind = KINDS[column.toLowerCase()];
    if (!kind) refuse(`should set DbId, TableId or PartitionId in where clause`);
    const found = this.entries.find((entry) => entry.kind === kind && String(idOf(entry)) === id);
    if (!found)
      refuse(
        `No ${kind === 'Database' ? 'database' : kind === 'Table' ? 'table' : 'partition'} found in recycle bin with id ${id}`,
      );
    this.#entries = this.#entries.filter((entry) => entry !== found && !isWithin(entry, found));
  }

  #expire(): void {
    const now = this.#now();
    this.#entries = this.#entries.filter(({ droppedAt }) => later(droppedAt, KEPT) > now);
  }
}

const KINDS: Readonly<Record<string, Dropped['kind']>> = {
  dbid: 'Database',
  tableid: 'Table',
  partitionid: 'Partition',
};

function isSame(a: Dropped, b: Dropped): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  if (a.kind === 'Database') return true;
  if (a.kind === 'Partition' && b.kind === 'Partition') return a.tableId === b.tableId;
  return a.databaseId === b.databaseId;
}

function isWithin(entry: Entry, whole: Entry): boolean {
  if (whole.kind === 'Database') return entry.databaseId === whole.databaseId;
  return whole.kind === 'Table' && entry.kind === 'Partition' && entry.tableId === whole.table.id;
}
