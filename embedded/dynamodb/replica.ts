import type { Instant } from '../../core/time/instant.ts';
import { own } from './expressions/paths.ts';
import { project } from './expressions/projections.ts';
import { type Row, Rows } from './rows.ts';
import type { Index, Schema } from './schema.ts';
import { type Item, itemBytes, itemFingerprint } from './values.ts';

/** When and where a write was made. The later one wins everywhere, whatever order they arrive in. */
export interface Stamp {
  readonly at: Instant;
  readonly region: string;
  /** Orders the writes of one region within one millisecond. */
  readonly order: number;
}

/** Same instant in two regions: the region's name decides, so that every replica decides alike. */
export const laterThan = (a: Stamp, b: Stamp): boolean =>
  a.at !== b.at ? a.at > b.at : a.region !== b.region ? a.region > b.region : a.order > b.order;

/** One index entry that a write added, removed or replaced: each is written and billed. */
export interface IndexWrite {
  readonly index: string;
  readonly bytes: number;
}

interface IndexRows {
  readonly index: Index;
  readonly rows: Rows;
  readonly byKey: Map<string, Row>;
}

/** The copy of a table in one region: its items, its indexes, and the stamp of the last write to each key. */
export class Replica {
  readonly region: string;
  readonly rows: Rows;
  readonly #schema: Schema;
  readonly #indexes: ReadonlyMap<string, IndexRows>;
  /** Kept for deleted keys too, or an older write that arrives late would bring them back. */
  readonly #stamps = new Map<string, Stamp>();

  constructor(schema: Schema, region: string) {
    this.#schema = schema;
    this.region = region;
    this.rows = new Rows(schema.keys);
    this.#indexes = new Map(
      [...schema.indexes].map(([name, index]) => [
        name,
        { index, rows: new Rows(index.keys, schema.keys), byKey: new Map() },
      ]),
    );
  }

  stamp(keyName: string): Stamp | undefined {
    return this.#stamps.get(keyName);
  }

  index(name: string): Rows {
    return this.#indexes.get(name)!.rows;
  }

  /** Stores what is there now under a key (nothing, after a delete). Indexes follow when `reindex` is called. */
  apply(key: Item, item: Item | undefined, stamp: Stamp): void {
    this.#stamps.set(this.#schema.keyName(key), stamp);
    if (item) this.rows.set({ item, bytes: itemBytes(item) });
    else this.rows.delete(key);
  }

  /** Brings the index entries of one key up to what the table holds now. */
  reindex(key: Item): readonly IndexWrite[] {
    if (this.#indexes.size === 0) return [];
    const keyName = this.#schema.keyName(key);
    const item = this.rows.find(key)?.item;
    const writes: IndexWrite[] = [];
    for (const entry of this.#indexes.values()) {
      const old = entry.byKey.get(keyName);
      const next = item && entryOf(entry.index, item);
      // An entry whose projection did not change is not written, nor billed.
      if (sameEntry(old?.item, next?.item)) continue;
      if (old) entry.rows.delete(old.item);
      if (next) {
        entry.rows.set(next);
        entry.byKey.set(keyName, next);
      } else entry.byKey.delete(keyName);
      writes.push({ index: entry.index.name, bytes: Math.max(old?.bytes ?? 0, next?.bytes ?? 0) });
    }
    return writes;
  }
}

const sameEntry = (a: Item | undefined, b: Item | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && itemFingerprint(a) === itemFingerprint(b));

/** An item that lacks a key of the index is not in the index. */
function entryOf(index: Index, item: Item): Row | undefined {
  const { hash, range } = index.keys;
  if (!own(item, hash) || (range !== undefined && !own(item, range))) return undefined;
  const projected = index.projection ? Object.freeze(project(item, index.projection)) : item;
  return { item: projected, bytes: itemBytes(projected) };
}
