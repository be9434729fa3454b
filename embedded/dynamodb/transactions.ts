import { type Duration, type Instant, later, minutes } from '../../core/time/instant.ts';
import { AwsError, type Call } from '../service.ts';
import { type CancellationReason, canceled, tokenReused, validation } from './errors.ts';
import { type PlannedWrite, planWrite, type WriteKind } from './planned-write.ts';
import { checkMembers, type WriteRequest } from './requests.ts';
import type { Tables } from './tables.ts';
import { hex, type Item, itemBytes, release } from './values.ts';
import { apply } from './writes.ts';

/** TransactWriteItems (API reference, read 2026-11). */
export const TRANSACTION_ACTIONS_MAX = 100;
export const TRANSACTION_BYTES_MAX = 4 * 1_024 * 1_024;
const TOKEN_LIFE: Duration = minutes(10);

interface TransactWrite {
  readonly TransactItems?: readonly Partial<Record<WriteKind, WriteRequest>>[];
  readonly ClientRequestToken?: string;
}

/** Transactions of writes, and the memory that makes repeating one harmless for ten minutes. */
export class Transactions {
  readonly #tables: Tables;
  readonly #tokens = new Map<string, { readonly request: string; readonly until: Instant }>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  write(request: TransactWrite, call: Call): object {
    const { TransactItems: items = [], ClientRequestToken: token } = request;
    if (items.length === 0 || items.length > TRANSACTION_ACTIONS_MAX)
      throw validation(
        "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
          `Member must have length between 1 and ${TRANSACTION_ACTIONS_MAX}, it has ${items.length}`,
      );
    if (token !== undefined && this.#repeats(token, items, call)) return {};
    const planned = items.map((item) => this.#plan(item, call));
    if (new Set(planned.map((write) => write.target)).size < planned.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    const next = this.#evaluate(planned);
    planned.forEach((write, i) => {
      apply(this.#tables, write, next[i], call, 'TransactWriteItems');
    });
    if (token !== undefined) this.#remember(token, items, call);
    return {};
  }

  #plan(item: Partial<Record<WriteKind, WriteRequest>>, call: Call): PlannedWrite {
    const kinds = (Object.keys(item) as WriteKind[]).filter((kind) => item[kind] !== undefined);
    if (kinds.length !== 1)
      throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
    const kind = kinds[0]!;
    checkMembers(kind, item[kind]!);
    const { table, replica } = this.#tables.here(item[kind]!.TableName, call);
    return planWrite(kind, item[kind]!, table, replica);
  }

  /** All items after the transaction, or the ordered reasons why none of it happens. */
  #evaluate(planned: readonly PlannedWrite[]): readonly (Item | undefined)[] {
    const reasons: CancellationReason[] = [];
    const next = planned.map((write) => {
      const [reason, item] = outcome(write);
      reasons.push(reason);
      return item;
    });
    if (reasons.some((reason) => reason.Code !== 'None')) throw canceled(reasons);
    const bytes = next.reduce((total, item) => total + (item ? itemBytes(item) : 0), 0);
    if (bytes > TRANSACTION_BYTES_MAX)
      throw validation('Transaction request exceeds the maximum allowed size');
    return next;
  }

  #repeats(token: string, items: object, call: Call): boolean {
    if (token.length < 1 || token.length > 36)
      throw validation(
        "Value at 'clientRequestToken' failed to satisfy constraint: Member must have length 1 to 36",
      );
    const known = this.#tokens.get(`${call.account}|${call.region}|${token}`);
    if (!known || known.until <= call.now) return false;
    if (known.request !== printed(items)) throw tokenReused();
    return true;
  }

  #remember(token: string, items: object, call: Call): void {
    for (const [name, { until }] of this.#tokens) {
      if (until > call.now) break;
      this.#tokens.delete(name);
    }
    this.#tokens.set(`${call.account}|${call.region}|${token}`, {
      request: printed(items),
      until: later(call.now, TOKEN_LIFE),
    });
  }
}

function outcome(write: PlannedWrite): readonly [CancellationReason, Item | undefined] {
  if (!write.passes()) {
    const Item = write.returnsOldOnFailure && write.old ? { Item: release(write.old) } : {};
    return [
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...Item },
      undefined,
    ];
  }
  try {
    return [{ Code: 'None' }, write.kind === 'ConditionCheck' ? undefined : write.next()];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [{ Code: 'ValidationError', Message: error.message }, undefined];
  }
}

/** Equal requests print equally, whatever the order of their members. */
const printed = (request: object): string =>
  JSON.stringify(request, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return hex(value);
    if (!value || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
