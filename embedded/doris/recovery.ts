import type { Catalog } from './catalog.ts';
import { type Database, overlap, type Table } from './contents.ts';
import { refuse } from './errors.ts';

/** `RECOVER …`: brings back what the bin holds. Without an id it is the entry of that name that was dropped last. */
export class Recovery {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  database(name: string, id: string | undefined, as: string | undefined): void {
    const { bin, databases } = this.#catalog;
    const wanted = as ?? name;
    const entry = bin.find('Database', id, (one) => one.name === name);
    if (!entry) refuse(`Unknown database '${name}' or database id '${id ?? -1}'`, 'ER_BAD_DB_ERROR');
    if (databases.has(wanted)) refuse(`Database[${wanted}] already exist.`);
    const { database, tables } = entry;
    const found = tables.map((table) =>
      bin.find('Table', undefined, (one) => one.databaseId === database.id && one.name === table),
    );
    const missing = tables.filter((_, at) => !found[at]);
    if (missing.length > 0) refuse(`Tables[${missing.join(', ')}] is missing. Can not recover db`);
    bin.remove(entry);
    database.name = wanted;
    databases.set(wanted, database);
    for (const one of found) {
      bin.remove(one!);
      database.tables.set(one!.name, one!.table);
      this.#note(database, one!.name);
    }
  }

  table(database: Database, name: string, id: string | undefined, as: string | undefined): void {
    const { bin } = this.#catalog;
    const wanted = as ?? name;
    if (database.tables.has(wanted)) refuse(`Table '${wanted}' already exists`, 'ER_TABLE_EXISTS_ERROR');
    const entry = bin.find('Table', id, (one) => one.databaseId === database.id && one.name === name);
    if (!entry)
      refuse(`Unknown table '${name}' or table id '${id ?? -1}' in ${database.name}`, 'ER_UNKNOWN_TABLE');
    bin.remove(entry);
    database.rename(entry.table, wanted);
    this.#note(database, wanted);
  }

  partition(
    database: Database,
    table: Table,
    name: string,
    id: string | undefined,
    as: string | undefined,
  ): void {
    const wanted = as ?? name;
    if (table.partitions.has(wanted)) refuse(`partition[${wanted}] already exist in table[${table.name}]`);
    const entry = this.#catalog.bin.find(
      'Partition',
      id,
      (one) => one.tableId === table.id && one.name === name,
    );
    if (!entry) refuse(`No partition named '${name}' or partition id '${id ?? -1}' in table ${table.name}`);
    const { partition } = entry;
    if ([...table.partitions.values()].some(({ range }) => overlap(range, partition.range)))
      refuse(`Can not recover partition[${name}]. Partition item conflict.`);
    this.#catalog.bin.remove(entry);
    partition.name = wanted;
    table.partitions.set(wanted, partition);
    this.#note(database, table.name);
  }

  #note(database: Database, table: string): void {
    this.#catalog.record(database, { kind: 'other', table, what: 'RECOVER_INFO' });
  }
}
