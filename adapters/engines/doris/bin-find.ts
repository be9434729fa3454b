import type { BinEntry, Recovered, RecycleBin } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import type { Place } from '../../../core/ports/reach.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { allOf } from '../shared/bounded.ts';
import { binEntriesIn, namesIn, partitionsIn, type BinEntry as Row, shownIn } from './answers.ts';
import { named } from './names.ts';
import { ask, type DorisPorts, rowsOf, sourcePlace, suffixOf } from './ports.ts';
import { refusalOf } from './refusals.ts';
import { partsOf } from './restore-plan.ts';
import { BIN_IDS } from './statements.ts';

const SESSIONS = 4;

/** The recycle bin of the frontend: a day of what was dropped, and of one name three at most (contract, section 5). */
export function recycleBin(ports: DorisPorts): RecycleBin {
  return {
    list: (cluster) => listBin(ports, cluster),
    find: (cluster, scope, asked) => findIn(ports, cluster, scope, asked),
    purge: (cluster, entry) => purge(ports, cluster, entry),
  };
}

export async function rowsInBin(ports: DorisPorts, at: Place, name?: string): Promise<readonly Row[]> {
  const reply = await ask(ports, at, [{ kind: 'show-recycle-bin', ...(name !== undefined && { name }) }]);
  if (reply.refused)
    throw refusalOf(`SHOW CATALOG RECYCLE BIN on ${at.cluster}`, reply.refused, RestoreFailed);
  return binEntriesIn(rowsOf(reply));
}

/** An entry is known by the id of what it is. */
export const idOf = ({ type, databaseId, tableId, partitionId }: Row): string =>
  ({ database: databaseId, table: tableId, partition: partitionId })[type];

/** Names by ids. What is in the bin itself has its name there, and what is not the frontend tells. */
class Names {
  readonly #ports: DorisPorts;
  readonly #at: Place;
  readonly #rows: readonly Row[];
  readonly #known = new Map<string, Promise<string | undefined>>();

  constructor(ports: DorisPorts, at: Place, rows: readonly Row[]) {
    this.#ports = ports;
    this.#at = at;
    this.#rows = rows;
  }

  /** Undefined when nobody knows: it was dropped itself, and purged. */
  async of(row: Row): Promise<string | undefined> {
    const { type, name, databaseId, tableId } = row;
    if (type === 'database') return name;
    const database = await this.#name('show-database', databaseId, 'DbName');
    if (type === 'table') return database && `${database}.${name}`;
    const table = await this.#name('show-table', tableId, 'TableName');
    return database && table && `${database}.${table}.${name}`;
  }

  #name(kind: 'show-database' | 'show-table', id: string, column: string): Promise<string | undefined> {
    const key = `${kind} ${id}`;
    const asked = this.#known.get(key) ?? this.#ask(kind, id, column);
    this.#known.set(key, asked);
    return asked;
  }

  async #ask(kind: 'show-database' | 'show-table', id: string, column: string): Promise<string | undefined> {
    const type = kind === 'show-database' ? 'database' : 'table';
    const dropped = this.#rows.find((row) => row.type === type && idOf(row) === id);
    if (dropped) return dropped.name;
    const reply = await ask(this.#ports, this.#at, [{ kind, id }]);
    return shownIn(rowsOf(reply), column) || undefined;
  }
}

async function listBin(ports: DorisPorts, cluster: Cluster): Promise<readonly BinEntry[]> {
  const at = sourcePlace(ports, cluster);
  const rows = await rowsInBin(ports, at);
  const names = new Names(ports, at, rows);
  const entries = await allOf(rows, SESSIONS, async (row) => {
    const name = (await names.of(row)) ?? row.name;
    return { kind: row.type, name, id: idOf(row), dropped: row.dropped };
  });
  return entries.toSorted((a, b) => b.dropped.localeCompare(a.dropped));
}

type Asked = Parameters<RecycleBin['find']>[2];

async function findIn(
  ports: DorisPorts,
  cluster: Cluster,
  scope: Parameters<RecycleBin['find']>[1],
  asked: Asked,
): Promise<readonly Recovered[] | undefined> {
  const at = sourcePlace(ports, cluster);
  const wanted = [...(scope.databases ?? []), ...(scope.tables ?? []), ...(scope.partitions ?? [])];
  const until = asked.at === 'latest' ? undefined : await byItsClock(ports, at, asked.at, asked.now);
  if (until === '') return undefined;
  const found = await allOf(wanted, SESSIONS, (name) => newestOf(ports, at, name, until, asked));
  return found.length > 0 && found.every((entry) => entry !== undefined) ? found : undefined;
}

async function newestOf(
  ports: DorisPorts,
  at: Place,
  full: string,
  until: string | undefined,
  { restoreId, evenIfThere }: Asked,
): Promise<Recovered | undefined> {
  const name = full.slice(full.lastIndexOf('.') + 1);
  const kind = kindOf(full);
  const rows = await rowsInBin(ports, at, named(kind, name));
  const names = new Names(ports, at, rows);
  const found: BinEntry[] = [];
  for (const row of rows) {
    if (row.type !== kind || (until !== undefined && row.dropped > until)) continue;
    if ((await names.of(row)) === full) found.push({ kind, name: full, id: idOf(row), dropped: row.dropped });
  }
  const newest = found.toSorted(newestFirst)[0];
  if (!newest) return undefined;
  const others = await neighboursOf(ports, at, full);
  if (!others) return undefined;
  if (!others.includes(name)) return newest;
  return evenIfThere ? { ...newest, as: `${name}${suffixOf(restoreId)}` } : undefined;
}

const newestFirst = (a: BinEntry, b: BinEntry): number =>
  b.dropped.localeCompare(a.dropped) || Number(BigInt(b.id) - BigInt(a.id));

/** `shop`, `shop.orders` or `shop.orders.p1`. */
export const kindOf = (full: string): BinEntry['kind'] =>
  (['database', 'table', 'partition'] as const)[Math.min(2, full.split('.').length - 1)]!;

/** What stands beside it now, by name; undefined when what it was in is gone, so that nothing can come back into it. */
export async function neighboursOf(
  ports: DorisPorts,
  at: Place,
  full: string,
): Promise<readonly string[] | undefined> {
  const kind = kindOf(full);
  const [database = '', table = ''] = kind === 'partition' ? partsOf(full, 3) : full.split('.');
  const reply = await ask(ports, at, [
    kind === 'database'
      ? { kind: 'show-databases' }
      : kind === 'table'
        ? { kind: 'show-tables', database }
        : { kind: 'show-partitions', database, table },
  ]);
  if (reply.refused) return undefined;
  return kind === 'partition' ? partitionsIn(rowsOf(reply)).map(({ name }) => name) : namesIn(rowsOf(reply));
}

/**
 * An instant as the frontend writes it. Its zone is not known, but its clock can be read: what lies as far back from its
 * now as the instant from ours. Empty when it does not tell.
 */
async function byItsClock(ports: DorisPorts, at: Place, wanted: Instant, now: Instant): Promise<string> {
  const reply = await ask(ports, at, [{ kind: 'show-now' }]);
  const its = Date.parse(`${(namesIn(rowsOf(reply))[0] ?? '').slice(0, 19).replace(' ', 'T')}Z`);
  return Number.isNaN(its) ? '' : new Date(its - (now - wanted)).toISOString().slice(0, 19).replace('T', ' ');
}

async function purge(ports: DorisPorts, cluster: Cluster, { kind, id, name }: BinEntry): Promise<void> {
  const at = sourcePlace(ports, cluster);
  const { refused } = await ask(ports, at, [{ kind: 'purge', what: kind, id }]);
  if (!refused) return;
  const rows = await rowsInBin(ports, at);
  if (!rows.some((row) => row.type === kind && idOf(row) === id)) return;
  throw refusalOf(`DROP CATALOG RECYCLE BIN of ${name} (${BIN_IDS[kind]} ${id})`, refused, RestoreFailed);
}
