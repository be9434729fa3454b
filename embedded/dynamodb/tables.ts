import { type Call, NotModelled } from '../service.ts';
import { noSuchTable, validation } from './errors.ts';
import { GlobalTable, type Replication, type TableEvents } from './global-table.ts';
import type { Replica } from './replica.ts';
import type { TableDefinition } from './schema.ts';
import { type Usage, writeUnits } from './usage.ts';

/** A table as one region sees it. */
export interface TableHere {
  readonly table: GlobalTable;
  readonly replica: Replica;
}

/** All tables by name, and the one place where what a write costs is counted. */
export class Tables {
  readonly #tables = new Map<string, GlobalTable>();
  readonly #replication: Replication | undefined;
  readonly #events: TableEvents;
  readonly usage: Usage;

  constructor(replication: Replication | undefined, usage: Usage, onStream: TableEvents['onStream']) {
    this.#replication = replication;
    this.usage = usage;
    this.#events = {
      onStream,
      onReplicated: (region, table, bytes) =>
        usage.add(
          { region, table, operation: 'replication' },
          { itemsWritten: 1, writeUnits: writeUnits(bytes) },
        ),
      onIndexed: (region, table, writes) => {
        for (const { index, bytes } of writes)
          usage.add(
            { region, table, index, operation: 'index' },
            { itemsWritten: 1, writeUnits: writeUnits(bytes) },
          );
      },
    };
  }

  create(definition: TableDefinition): void {
    if (this.#tables.has(definition.name))
      throw new Error(
        `table ${definition.name} exists; deploy each table once, in the stack that owns its replicas`,
      );
    if (definition.replicas.length === 0)
      throw new Error(`table ${definition.name} needs at least one region`);
    if (definition.replicas.length > 1 && !this.#replication)
      throw new Error(`table ${definition.name} has replicas: give the service a replication scheduler`);
    this.#tables.set(definition.name, new GlobalTable(definition, this.#replication, this.#events));
  }

  /** A table that has no replica in the caller's region does not exist there. */
  here(name: string | undefined, call: Call): TableHere {
    if (!name)
      throw validation("Value null at 'tableName' failed to satisfy constraint: Member must not be null");
    if (name.startsWith('arn:')) throw new NotModelled('dynamodb', 'a table named by its ARN');
    const table = this.#tables.get(name);
    const replica = table?.replica(call.region);
    if (!table || !replica) throw noSuchTable();
    return { table, replica };
  }

  all(): IterableIterator<GlobalTable> {
    return this.#tables.values();
  }
}
