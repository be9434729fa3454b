import { badParameter, validation } from './errors.ts';
import { type Condition, parseCondition } from './expressions/conditions.ts';
import { holds } from './expressions/holds.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { applyUpdate } from './expressions/update.ts';
import { parseUpdate, pathsOf, type Update } from './expressions/update-parser.ts';
import type { GlobalTable } from './global-table.ts';
import type { Replica } from './replica.ts';
import type { WriteRequest } from './requests.ts';
import { type Item, internItem } from './values.ts';

export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** A write that is read and checked but not yet applied: one operation of its own, or one action of a transaction. */
export interface PlannedWrite {
  readonly kind: WriteKind;
  readonly table: GlobalTable;
  readonly replica: Replica;
  readonly key: Item;
  /** Names the item across tables: two actions of one transaction may not share it. */
  readonly target: string;
  readonly old: Item | undefined;
  readonly update: Update | undefined;
  readonly returnsOldOnFailure: boolean;
  readonly passes: () => boolean;
  /** The item after the write; undefined after a delete. Throws what DynamoDB finds wrong with the item itself. */
  readonly next: () => Item | undefined;
}

const TOO_LARGE = 'Item size has exceeded the maximum allowed size';
const UPDATE_TOO_LARGE = 'Item size to update has exceeded the maximum allowed size';
const EMPTY: Item = Object.freeze({});

export function planWrite(
  kind: WriteKind,
  request: WriteRequest,
  table: GlobalTable,
  replica: Replica,
): PlannedWrite {
  const { ConditionExpression: conditionText, UpdateExpression: updateText } = request;
  const placeholders = new Placeholders(request, conditionText !== undefined || updateText !== undefined);
  const update = updateText === undefined ? undefined : parseUpdate(updateText, placeholders);
  const condition = conditionText === undefined ? undefined : conditionOf(conditionText, placeholders);
  placeholders.done();
  if (kind === 'ConditionCheck' && !condition)
    throw validation('The ConditionExpression of a ConditionCheck is missing');

  const put = kind === 'Put' ? internItem(request.Item ?? {}) : undefined;
  if (put) table.schema.checkItem(put, TOO_LARGE);
  const key = put ? table.schema.keyOf(put) : table.schema.key(request.Key);
  if (update) refuseKeyChange(table, update);
  const old = replica.rows.find(key)?.item;
  return {
    kind,
    table,
    replica,
    key,
    target: `${table.definition.name}|${table.schema.keyName(key)}`,
    old,
    update,
    returnsOldOnFailure: request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    passes: () => !condition || holds(condition, old ?? EMPTY),
    next: () => {
      if (kind === 'Put') return put;
      return kind === 'Delete' ? undefined : updated(table, key, old, update);
    },
  };
}

const conditionOf = (text: string, placeholders: Placeholders): Condition =>
  parseCondition('ConditionExpression', text, placeholders);

function refuseKeyChange(table: GlobalTable, update: Update): void {
  for (const [name] of pathsOf(update))
    if (table.schema.keyNames.includes(name as string))
      throw badParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
}

/** UpdateItem creates what is not there: an item of its key alone when nothing else is set. */
function updated(table: GlobalTable, key: Item, old: Item | undefined, update: Update | undefined): Item {
  const from = old ?? Object.freeze({ ...key });
  const item = update ? applyUpdate(update, from) : from;
  table.schema.checkItem(item, UPDATE_TOO_LARGE);
  return item;
}
