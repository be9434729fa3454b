import type { TidbCluster } from '../cluster.ts';
import type { Action, Table } from '../contents.ts';

/**
 * Does to a target what happened in a source: tables are mapped by their ids there, and what happened to tables that
 * are not mapped is left out. Doing it again changes nothing.
 */
export class Replay {
  readonly #cluster: TidbCluster;
  readonly #ids: Map<number, number>;
  readonly #wants: (table: Table) => boolean;

  constructor(cluster: TidbCluster, ids: Map<number, number>, wants: (table: Table) => boolean = () => true) {
    this.#cluster = cluster;
    this.#ids = ids;
    this.#wants = wants;
  }

  apply(action: Action): void {
    const { databases } = this.#cluster.contentsNow();
    switch (action.kind) {
      case 'create-database':
        if (!databases.has(action.database)) this.#cluster.ingest(plain(action));
        break;
      case 'drop-database':
        if (databases.has(action.database)) this.#cluster.ingest(plain(action));
        break;
      case 'create-table':
        if (this.#wants(action.table)) this.#create(action.table);
        break;
      default: {
        const tableId = this.#ids.get(action.tableId);
        if (tableId !== undefined) this.#cluster.ingest({ ...plain(action), tableId });
      }
    }
  }

  #create(table: Table): void {
    const there = this.#cluster.contentsNow().find(table.database, table.name);
    const id = there?.id ?? this.#cluster.nextTableId();
    if (!there) this.#cluster.ingest({ kind: 'create-table', table: { ...table, id } });
    this.#ids.set(table.id, id);
  }
}

/** Without the source's timestamp: here it happens under one of the target's. */
function plain<A extends Action>(action: A): A {
  const { ts: _, ...rest } = action as A & { ts?: unknown };
  return rest as unknown as A;
}
