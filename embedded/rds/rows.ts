import type { Instant } from '../../core/time/instant.ts';

export type Values = Readonly<Record<string, string | number | boolean | null>>;

/** One write of an application; `values: null` deletes the row. */
export interface Write {
  readonly table: string;
  readonly id: string;
  readonly values: Values | null;
}

/** A database's content at one instant: `<table>/<id>` → values. */
export type Rows = ReadonlyMap<string, Values>;

interface Version {
  readonly at: Instant;
  readonly values: Values | null;
}

/**
 * The rows of one cluster with everything that ever happened to them. The past never changes, so a snapshot is this
 * history and an instant; whoever restores copies the rows of that instant and has a history of its own from there.
 */
export class RowHistory {
  readonly #rows = new Map<string, Version[]>();
  readonly #tables = new Map<string, Map<string, Values>>();
  #lastWrite: Instant | undefined;

  static startingWith(rows: Rows, at: Instant): RowHistory {
    const history = new RowHistory();
    for (const [key, values] of rows) history.#put(key, values, at);
    return history;
  }

  write(write: Write, at: Instant): void {
    if (this.#lastWrite !== undefined && at < this.#lastWrite)
      throw new Error(
        `a write at ${at} cannot come before the write at ${this.#lastWrite}: the past is fixed`,
      );
    this.#put(`${write.table}/${write.id}`, write.values, at);
  }

  /** Everything written at or before the instant. */
  at(instant: Instant): Rows {
    const rows = new Map<string, Values>();
    for (const [key, versions] of this.#rows) {
      const newest = versions.findLast((version) => version.at <= instant);
      if (newest?.values) rows.set(key, newest.values);
    }
    return rows;
  }

  /** The rows of a table after the last write, by id. */
  table(name: string): ReadonlyMap<string, Values> {
    return this.#tables.get(name) ?? new Map();
  }

  #put(key: string, values: Values | null, at: Instant): void {
    const versions = this.#rows.get(key);
    if (versions) versions.push({ at, values });
    else this.#rows.set(key, [{ at, values }]);
    this.#lastWrite = at;
    const [table, id] = key.split('/', 2) as [string, string];
    const current = this.#tables.get(table) ?? new Map<string, Values>();
    this.#tables.set(table, current);
    if (values) current.set(id, values);
    else current.delete(id);
  }
}
