import type { Call } from '../service.ts';
import { badParameter, invalid, validation } from './errors.ts';
import { type Condition, parseCondition } from './expressions/conditions.ts';
import { holds } from './expressions/holds.ts';
import { type KeyRange, parseKeyCondition } from './expressions/key-conditions.ts';
import { own } from './expressions/paths.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { type Projection, parseProjection, project, projectionOf } from './expressions/projections.ts';
import { countOnly } from './reads.ts';
import type { ReadRequest } from './requests.ts';
import type { Row, Rows } from './rows.ts';
import { type Index, type Keys, PAGE_BYTES_MAX } from './schema.ts';
import type { TableHere, Tables } from './tables.ts';
import { readUnits } from './usage.ts';
import { equal, type Item, internItem, release, typeOf } from './values.ts';

interface Asked {
  readonly here: TableHere;
  readonly index: Index | undefined;
  readonly keys: Keys;
  readonly rows: Rows;
  readonly range: KeyRange | undefined;
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
  readonly start: Item | undefined;
  readonly count: boolean;
}

/** Query: one partition in the order of its sort key. */
export function query(tables: Tables, request: ReadRequest, call: Call): object {
  if (request.KeyConditionExpression === undefined)
    throw validation(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  const asked = read(tables, request, call);
  const rows = asked.rows.query(asked.range!, request.ScanIndexForward ?? true, asked.start);
  return page(tables, request, asked, rows, 'Query');
}

/** Scan: everything. What it reads is counted like everything else, so that a test can say nobody scans. */
export function scan(tables: Tables, request: ReadRequest, call: Call): object {
  const asked = read(tables, request, call);
  return page(tables, request, asked, asked.rows.scan(asked.start), 'Scan');
}

function read(tables: Tables, request: ReadRequest, call: Call): Asked {
  const here = tables.here(request.TableName, call);
  const { schema } = here.table;
  const index = request.IndexName === undefined ? undefined : schema.indexes.get(request.IndexName);
  if (request.IndexName !== undefined && !index)
    throw validation(`The table does not have the specified index: ${request.IndexName}`);
  if (index && request.ConsistentRead)
    throw validation('Consistent reads are not supported on global secondary indexes');
  if (request.Limit !== undefined && !(request.Limit >= 1))
    throw validation(
      `1 validation error detected: Value '${request.Limit}' at 'limit' failed to satisfy constraint: ` +
        'Member must have value greater than or equal to 1',
    );
  const keys = index?.keys ?? schema.keys;
  const { KeyConditionExpression: by, FilterExpression: filterText, ProjectionExpression: shape } = request;
  const placeholders = new Placeholders(
    request,
    [by, filterText, shape].some((text) => text !== undefined),
  );
  const range = by === undefined ? undefined : parseKeyCondition(by, placeholders, keys);
  const filter =
    filterText === undefined ? undefined : parseCondition('FilterExpression', filterText, placeholders);
  if (filter && range) refuseKeys(filter, keys);
  const projection = shape === undefined ? undefined : parseProjection(shape, placeholders);
  placeholders.done();
  if (index?.projection && projection) refuseUnprojected(index, index.projection, projection);
  const start = request.ExclusiveStartKey && startKey(request.ExclusiveStartKey, here, index, range);
  const rows = index ? here.replica.index(index.name) : here.replica.rows;
  return { here, index, keys, rows, range, filter, projection, start, count: countOnly(request) };
}

/** A filter on a key of what is queried belongs into the key condition. */
function refuseKeys(filter: Condition, keys: Keys): void {
  for (const name of namesIn(filter))
    if (name === keys.hash || name === keys.range)
      throw invalid(
        'FilterExpression',
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
}

/** Every attribute that a tree of conditions reads: the first step of each path in it. */
function* namesIn(node: unknown): Generator<string> {
  if (!node || typeof node !== 'object') return;
  for (const [member, child] of Object.entries(node)) {
    if (member === 'path') yield (child as readonly string[])[0]!;
    else if (member !== 'value') yield* namesIn(child);
  }
}

function refuseUnprojected(index: Index, has: Projection, asked: Projection): void {
  const lacking = [...asked.keys()].filter((name) => !has.has(name));
  if (lacking.length > 0)
    throw badParameter(`Global secondary index ${index.name} does not project [${lacking.join(', ')}]`);
}

function startKey(
  given: object,
  here: TableHere,
  index: Index | undefined,
  range: KeyRange | undefined,
): Item {
  const key = internItem(given);
  const names = positionNames(here, index);
  const { types } = here.table.schema.keys;
  const fits =
    Object.keys(key).length === names.length &&
    names.every((name) => own(key, name) && typeOf(key[name]!) === types.get(name));
  if (!fits) throw validation('The provided starting key is invalid');
  if (range && !equal(key[(index?.keys ?? here.table.schema.keys).hash], range.hash))
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  return key;
}

/** The attributes that say where a page ended: the table's key, and the index's when one is read. */
const positionNames = (here: TableHere, index: Index | undefined): readonly string[] => {
  const names = [...here.table.schema.keyNames, index?.keys.hash, index?.keys.range];
  return [...new Set(names.filter((name) => name !== undefined))];
};

/**
 * Fills one page: up to `Limit` items or 1 MB, both counted before the filter. A page that stopped for either says
 * where, even if nothing follows.
 */
function page(
  tables: Tables,
  request: ReadRequest,
  asked: Asked,
  rows: Iterable<Row>,
  operation: string,
): object {
  const items: Item[] = [];
  let [scanned, matched, bytes] = [0, 0, 0];
  let last: Item | undefined;
  for (const row of rows) {
    scanned++;
    bytes += row.bytes;
    if (!asked.filter || holds(asked.filter, row.item)) {
      matched++;
      if (!asked.count)
        items.push(release(asked.projection ? project(row.item, asked.projection) : row.item));
    }
    if (scanned === request.Limit || bytes >= PAGE_BYTES_MAX) {
      last = row.item;
      break;
    }
  }
  const { here, index } = asked;
  tables.usage.add(
    {
      region: here.replica.region,
      table: here.table.definition.name,
      ...(index ? { index: index.name } : {}),
      operation,
    },
    { itemsRead: scanned, readUnits: readUnits(bytes, request.ConsistentRead ? 'strong' : 'eventual') },
  );
  return {
    ...(asked.count ? {} : { Items: items }),
    Count: matched,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: release(project(last, projectionOf(positionNames(here, index)))) } : {}),
  };
}
