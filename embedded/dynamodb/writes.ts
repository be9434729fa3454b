import { type Call, NotModelled } from '../service.ts';
import { conditionFailed, validation } from './errors.ts';
import { project, treeOf } from './expressions/projections.ts';
import { pathsOf } from './expressions/update-parser.ts';
import { type PlannedWrite, planWrite, type WriteKind } from './planned-write.ts';
import { checkMembers, oneOf, type WriteRequest } from './requests.ts';
import type { TableHere, Tables } from './tables.ts';
import { writeUnits } from './usage.ts';
import { type Item, itemBytes, release } from './values.ts';

const RETURNS: Readonly<Record<string, readonly string[]>> = {
  Put: ['NONE', 'ALL_OLD'],
  Delete: ['NONE', 'ALL_OLD'],
  Update: ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'],
};

/** PutItem, UpdateItem and DeleteItem: the condition is evaluated and the write applied in one step. */
export function writeItem(
  tables: Tables,
  kind: Exclude<WriteKind, 'ConditionCheck'>,
  request: WriteRequest,
  call: Call,
): object {
  const operation = `${kind}Item`;
  oneOf('returnValues', request.ReturnValues, RETURNS[kind]!);
  const { table, replica } = tables.here(request.TableName, call);
  const planned = planWrite(kind, request, table, replica);
  if (!planned.passes()) {
    countWrite(tables, planned, planned.old, operation);
    throw conditionFailed(planned.returnsOldOnFailure && planned.old ? release(planned.old) : undefined);
  }
  const next = planned.next();
  apply(tables, planned, next, call, operation);
  const attributes = returned(request.ReturnValues, planned, next);
  return attributes && Object.keys(attributes).length > 0 ? { Attributes: release(attributes) } : {};
}

function returned(what: string | undefined, planned: PlannedWrite, next: Item | undefined): Item | undefined {
  const { old, update } = planned;
  if (what === 'ALL_OLD') return old;
  if (what === 'ALL_NEW') return next;
  const touched = treeOf(update ? pathsOf(update) : []);
  if (what === 'UPDATED_OLD') return old && project(old, touched);
  return what === 'UPDATED_NEW' ? next && project(next, touched) : undefined;
}

/** Applies a write that passed. `operation` names what the usage is booked on. */
export function apply(
  tables: Tables,
  planned: PlannedWrite,
  next: Item | undefined,
  call: Call,
  operation: string,
): void {
  countWrite(tables, planned, next, operation);
  if (planned.kind === 'ConditionCheck' || (planned.kind === 'Delete' && !planned.old)) return;
  planned.table.write(planned.replica, planned.key, next, call.now);
}

/** Costs the larger of the item before and after, also when a condition refused the write. */
function countWrite(tables: Tables, planned: PlannedWrite, next: Item | undefined, operation: string): void {
  const bytes = Math.max(planned.old ? itemBytes(planned.old) : 0, next ? itemBytes(next) : 0);
  tables.usage.add(
    { region: planned.replica.region, table: planned.table.definition.name, operation },
    { itemsWritten: 1, writeUnits: writeUnits(bytes, operation === 'TransactWriteItems') },
  );
}

const BATCH_MAX = 25;
const BATCH_BYTES_MAX = 16 * 1_024 * 1_024;

interface BatchEntry {
  readonly PutRequest?: { readonly Item?: object };
  readonly DeleteRequest?: { readonly Key?: object };
}

/**
 * BatchWriteItem: no conditions, no updates, not atomic.
 * @param leaveOut says of each entry whether DynamoDB leaves it to the caller (`UnprocessedItems`, with HTTP 200)
 */
export function batchWrite(
  tables: Tables,
  request: { readonly RequestItems?: Readonly<Record<string, readonly BatchEntry[]>> },
  call: Call,
  leaveOut: () => boolean,
): object {
  const requested = Object.entries(request.RequestItems ?? {});
  const count = requested.reduce((total, [, entries]) => total + entries.length, 0);
  if (count === 0) throw validation('The batch write request list for a table cannot be null or empty');
  if (count > BATCH_MAX) throw validation('Too many items requested for the BatchWriteItem call');
  const planned = requested.flatMap(([name, entries]) => {
    const here = tables.here(name, call);
    return entries.map((entry) => ({ name, entry, planned: planEntry(entry, here) }));
  });
  if (new Set(planned.map((p) => p.planned.target)).size < planned.length)
    throw validation('Provided list of item keys contains duplicates');
  if (
    planned.reduce((total, p) => total + (p.entry.PutRequest ? itemBytes(p.planned.next()!) : 0), 0) >
    BATCH_BYTES_MAX
  )
    throw validation('Request size has exceeded the maximum allowed size');
  const left: Record<string, BatchEntry[]> = {};
  for (const { name, entry, planned: write } of planned) {
    if (leaveOut()) {
      left[name] ??= [];
      left[name].push(entry);
    } else apply(tables, write, write.next(), call, 'BatchWriteItem');
  }
  return { UnprocessedItems: left };
}

function planEntry(entry: BatchEntry, here: TableHere): PlannedWrite {
  const { PutRequest: put, DeleteRequest: del, ...rest } = entry;
  if (Object.keys(rest).length > 0)
    throw new NotModelled('dynamodb', `BatchWriteItem.${Object.keys(rest)[0]}`);
  if (!put === !del)
    throw validation('Supplied WriteRequest must have exactly one of PutRequest or DeleteRequest');
  const request: WriteRequest = put ? { Item: put.Item ?? {} } : { Key: del!.Key ?? {} };
  checkMembers(put ? 'Put' : 'Delete', request);
  return planWrite(put ? 'Put' : 'Delete', request, here.table, here.replica);
}
