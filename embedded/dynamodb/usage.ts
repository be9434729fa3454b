/** What an operation used on one table or index of one region. Units are DynamoDB's: 4 KB read, 1 KB written. */
export interface Used {
  readonly requests: number;
  /** Items read, before any filter. */
  readonly itemsRead: number;
  readonly itemsWritten: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface UsedBy {
  readonly region: string;
  readonly table: string;
  /** Absent for the table itself. */
  readonly index?: string;
  /** `Query`, `TransactWriteItems`, …; `replication` for what arrives from other regions, `ttl` for the sweeper. */
  readonly operation: string;
}

const NOTHING: Used = { requests: 0, itemsRead: 0, itemsWritten: 0, readUnits: 0, writeUnits: 0 };

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

/** Half a unit per 4 KB when a read may be stale, twice that in a transaction. */
export const readUnits = (bytes: number, kind: 'eventual' | 'strong' | 'transaction'): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * { eventual: 0.5, strong: 1, transaction: 2 }[kind];

export const writeUnits = (bytes: number, transaction = false): number =>
  Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)) * (transaction ? 2 : 1);

/** Counts what is used, for the bench and for tests that say how little a run may read. */
export class Usage {
  readonly #rows = new Map<string, { readonly by: UsedBy; used: Used }>();

  add(by: UsedBy, used: Partial<Used>): void {
    const name = [by.region, by.table, by.index ?? '', by.operation].join('|');
    const row = this.#rows.get(name) ?? { by, used: NOTHING };
    this.#rows.set(name, { by, used: plus(row.used, used) });
  }

  /** The sum over everything that matches. `index: 'none'` asks for the table alone. */
  of(match: Partial<UsedBy> = {}): Used {
    let total = NOTHING;
    for (const { by, used } of this.#rows.values()) {
      const fits = (Object.keys(match) as (keyof UsedBy)[]).every(
        (key) => (by[key] ?? 'none') === match[key],
      );
      if (fits) total = plus(total, used);
    }
    return total;
  }

  rows(): readonly (UsedBy & Used)[] {
    return [...this.#rows.values()].map(({ by, used }) => ({ ...by, ...used }));
  }

  reset(): void {
    this.#rows.clear();
  }
}

const plus = (a: Used, b: Partial<Used>): Used => ({
  requests: a.requests + (b.requests ?? 0),
  itemsRead: a.itemsRead + (b.itemsRead ?? 0),
  itemsWritten: a.itemsWritten + (b.itemsWritten ?? 0),
  readUnits: a.readUnits + (b.readUnits ?? 0),
  writeUnits: a.writeUnits + (b.writeUnits ?? 0),
});
