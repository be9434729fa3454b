import { type Call, NotModelled, onlyModelled } from '../service.ts';
import { validation } from './errors.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { type Projection, parseProjection, project } from './expressions/projections.ts';
import { checkMembers, type ReadRequest } from './requests.ts';
import type { Row } from './rows.ts';
import type { TableHere, Tables } from './tables.ts';
import { TRANSACTION_ACTIONS_MAX, TRANSACTION_BYTES_MAX } from './transactions.ts';
import { readUnits } from './usage.ts';
import { type Item, release } from './values.ts';

type Consistency = Parameters<typeof readUnits>[1];

interface Lookup {
  readonly here: TableHere;
  readonly name: string;
  readonly key: Item;
  readonly projection: Projection | undefined;
}

export function getItem(tables: Tables, request: ReadRequest, call: Call): object {
  const found = lookup(tables.here(request.TableName, call), request, [request.Key])[0]!;
  const row = fetch(tables, found, 'GetItem', request.ConsistentRead ? 'strong' : 'eventual');
  return row ? { Item: shown(row, found) } : {};
}

const BATCH_KEYS_MAX = 100;
const BATCH_BYTES_MAX = 16 * 1_024 * 1_024;

/** BatchGetItem: what does not fit into 16 MB, or is left out, comes back as `UnprocessedKeys` with HTTP 200. */
export function batchGet(
  tables: Tables,
  request: { readonly RequestItems?: Readonly<Record<string, ReadRequest>> },
  call: Call,
  leaveOut: () => boolean,
): object {
  const lookups = Object.entries(request.RequestItems ?? {}).flatMap(([name, asked]) => {
    checkMembers('KeysAndAttributes', asked);
    return lookup(tables.here(name, call), asked, asked.Keys ?? []).map((found) => ({ name, asked, found }));
  });
  if (lookups.length === 0) throw validation('The list of keys in BatchGetItem can not be empty');
  if (lookups.length > BATCH_KEYS_MAX) throw validation('Too many items requested for the BatchGetItem call');
  if (new Set(lookups.map(({ found }) => found.name)).size < lookups.length)
    throw validation('Provided list of item keys contains duplicates');
  const responses: Record<string, Item[]> = {};
  const left: Record<string, ReadRequest & { Keys: object[] }> = {};
  let bytes = 0;
  for (const { name, asked, found } of lookups) {
    responses[name] ??= [];
    if (bytes > BATCH_BYTES_MAX || leaveOut()) {
      left[name] ??= { ...asked, Keys: [] };
      left[name].Keys.push(found.key);
      continue;
    }
    const row = fetch(tables, found, 'BatchGetItem', asked.ConsistentRead ? 'strong' : 'eventual');
    bytes += row?.bytes ?? 0;
    if (row) responses[name].push(shown(row, found));
  }
  return { Responses: responses, UnprocessedKeys: left };
}

export function transactGet(
  tables: Tables,
  request: { readonly TransactItems?: readonly { readonly Get?: ReadRequest }[] },
  call: Call,
): object {
  const items = request.TransactItems ?? [];
  if (items.length === 0 || items.length > TRANSACTION_ACTIONS_MAX)
    throw validation(
      `Member must have length less than or equal to ${TRANSACTION_ACTIONS_MAX} and at least 1, it has ${items.length}`,
    );
  const lookups = items.map((item) => {
    onlyModelled('dynamodb', 'TransactGetItems', item, ['Get']);
    const get = item.Get ?? {};
    checkMembers('Get', get);
    return lookup(tables.here(get.TableName, call), get, [get.Key])[0]!;
  });
  if (new Set(lookups.map((found) => found.name)).size < lookups.length)
    throw validation('Transaction request cannot include multiple operations on one item');
  const rows = lookups.map((found) => fetch(tables, found, 'TransactGetItems', 'transaction'));
  if (rows.reduce((total, row) => total + (row?.bytes ?? 0), 0) > TRANSACTION_BYTES_MAX)
    throw validation('Transaction response exceeds the maximum allowed size');
  return { Responses: rows.map((row, i) => (row ? { Item: shown(row, lookups[i]!) } : {})) };
}

function lookup(
  here: TableHere,
  request: ReadRequest,
  keys: readonly (object | undefined)[],
): readonly Lookup[] {
  const placeholders = new Placeholders(request, request.ProjectionExpression !== undefined);
  const projection =
    request.ProjectionExpression === undefined
      ? undefined
      : parseProjection(request.ProjectionExpression, placeholders);
  placeholders.done();
  return keys.map((given) => {
    const key = here.table.schema.key(given);
    return { here, key, projection, name: `${here.table.definition.name}|${here.table.schema.keyName(key)}` };
  });
}

function fetch(tables: Tables, { here, key }: Lookup, operation: string, kind: Consistency): Row | undefined {
  const row = here.replica.rows.find(key);
  tables.usage.add(
    { region: here.replica.region, table: here.table.definition.name, operation },
    { itemsRead: row ? 1 : 0, readUnits: readUnits(row?.bytes ?? 0, kind) },
  );
  return row;
}

const shown = (row: Row, { projection }: Lookup): Item =>
  release(projection ? project(row.item, projection) : row.item);

/** `Select` only says again what the other members say; what would change the answer is COUNT. */
export function countOnly(request: ReadRequest): boolean {
  const { Select: select, ProjectionExpression: projection } = request;
  if (select === undefined) return false;
  if (select === 'COUNT') {
    if (projection !== undefined)
      throw validation('Cannot specify the ProjectionExpression when choosing to get only the Count');
    return true;
  }
  const fits = select === 'SPECIFIC_ATTRIBUTES' ? projection !== undefined : projection === undefined;
  if (!fits) throw validation(`Cannot combine Select ${select} with this ProjectionExpression`);
  if (select === 'ALL_ATTRIBUTES' && request.IndexName !== undefined)
    throw new NotModelled('dynamodb', 'Select ALL_ATTRIBUTES on an index');
  return false;
}
