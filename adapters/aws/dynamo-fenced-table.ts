import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { activeIn, type Claim, type Fence, fencedOff, numberOf } from '../../core/groups/fence.ts';
import { type Epoch, FIRST_EPOCH } from '../../core/groups/group.ts';
import { parseInstant } from '../../core/time/instant.ts';
import {
  type Edit,
  expressionOf,
  marshalled,
  NOT_THERE,
  type Refused,
  stateIn,
  stateNames,
  stateValues,
  stillHas,
} from './dynamo-catalog-conditions.ts';
import type { StoredItem } from './dynamo-catalog-items.ts';
import { type CatalogKey, clusterOfKey, epochKey } from './dynamo-catalog-keys.ts';
import { CatalogTable } from './dynamo-catalog-table.ts';
import { epochs } from './dynamo-group-items.ts';

/** The fence of a cluster; undefined for one that is in no group. */
export type Fences = (cluster: string) => Promise<Fence | undefined>;

/** Ends are always allowed: they change nothing that anyone restores from. */
const ENDS: ReadonlySet<unknown> = new Set(['failed', 'quarantined']);
const BEGINNINGS: ReadonlySet<unknown> = new Set(['capturing', 'copying']);
const BIN: ReadonlySet<unknown> = new Set(['expiring', 'discarded']);

const isFenced = ({ sk }: Pick<CatalogKey, 'sk'>): boolean => /^(point|copy|log)#/.test(sk);
const keyOf = (item: StoredItem): CatalogKey => ({ pk: String(item['pk']), sk: String(item['sk']) });
const numberIn = (item: StoredItem | undefined): number => Number(item?.['epoch'] ?? FIRST_EPOCH);

/**
 * The table as seen by one region of groups: what is written about the points, copies and logs of a grouped cluster goes
 * in one transaction with a check of the group's epoch (docs/adr/0013-sides-and-epochs.md). Whatever else is written is
 * written as ever.
 */
export class FencedTable extends CatalogTable {
  readonly #fences: Fences;

  constructor(client: DynamoDBClient, name: string, fences: Fences) {
    super(client, name);
    this.#fences = fences;
  }

  /** A record that a rebuild puts back, in a later state, is written as it is. */
  override async begun(item: StoredItem): Promise<StoredItem> {
    const fence = BEGINNINGS.has(item['state']) ? await this.#fence(keyOf(item)) : undefined;
    return fence ? { ...item, epoch: await this.#numberHere(keyOf(item), fence) } : item;
  }

  override async createUnlessGone(item: StoredItem, gone: CatalogKey): Promise<Refused | undefined> {
    const fence = BEGINNINGS.has(item['state']) ? await this.#fence(keyOf(item)) : undefined;
    if (!fence) return super.createUnlessGone(item, gone);
    return this.#checked(
      keyOf(item),
      this.opening(item, gone),
      { kind: 'work', number: numberIn(item) },
      fence,
    );
  }

  /** A log that is opened in the active region begins under the epoch of now; one that follows it has that one's. */
  override async create(item: StoredItem): Promise<Refused | undefined> {
    const key = keyOf(item);
    const fence = await this.#fence(key);
    if (!fence) return super.create(item);
    const epoch = await this.#epoch(fence);
    const own = activeIn(epoch, fence) === fence.region ? numberOf(epoch) : FIRST_EPOCH;
    const number = item['epoch'] === undefined ? own : numberIn(item);
    const Put = {
      TableName: this.name,
      Item: marshalled({ ...item, epoch: number }),
      ConditionExpression: NOT_THERE,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    return this.#checked(key, [{ Put }], { kind: 'log', number }, fence);
  }

  override async replaceUnlessMoved(item: StoredItem, read: StoredItem): Promise<Refused | undefined> {
    const key = keyOf(item);
    const fence = await this.#fence(key);
    const claim = claimOfLog(item, read);
    if (!fence || !claim) return super.replaceUnlessMoved(item, read);
    const { text, names, values } = stillHas(read);
    const Put = {
      TableName: this.name,
      Item: marshalled(item),
      ConditionExpression: text,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: marshall(values),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    return this.#checked(key, [{ Put }], claim, fence);
  }

  override async edit(
    key: CatalogKey,
    edit: Edit,
    states: readonly string[],
  ): Promise<{ readonly item: StoredItem } | Refused> {
    const fence = await this.#fence(key);
    const found = fence && (await this.#claimOf(key, edit, fence));
    if (!fence || !found) return super.edit(key, edit, states);
    const { text, names, values } = expressionOf(found.edit);
    const Update = {
      TableName: this.name,
      Key: marshall(key),
      UpdateExpression: text,
      ConditionExpression: stateIn(states),
      ExpressionAttributeNames: { ...stateNames, ...names },
      ExpressionAttributeValues: marshalled({ ...stateValues(states), ...values }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    const refused = await this.#checked(key, [{ Update }], found.claim, fence);
    // Unlike an update alone, a transaction does not say what it made of the item.
    return refused ?? { item: (await this.get(key)) ?? {} };
  }

  override async move(
    from: CatalogKey,
    item: StoredItem,
    states: readonly string[],
  ): Promise<Refused | undefined> {
    const fence = await this.#fence(from);
    if (!fence) return super.move(from, item, states);
    return this.#checked(from, this.moving(from, item, states), { kind: 'bin' }, fence);
  }

  /** What an edit stands on, and the edit with the epoch that it begins under; undefined when it is always allowed. */
  async #claimOf(
    key: CatalogKey,
    edit: Edit,
    fence: Fence,
  ): Promise<{ readonly claim: Claim; readonly edit: Edit } | undefined> {
    const to = edit.set['state'];
    // Without a state it says when to look again, which is nobody's harm, or how a capture goes on.
    if (ENDS.has(to) || (to === undefined && 'dueAt' in edit.set)) return undefined;
    if (BIN.has(to)) return { claim: { kind: 'bin' }, edit };
    if (BEGINNINGS.has(to)) {
      const number = await this.#numberHere(key, fence);
      return { claim: { kind: 'work', number }, edit: { ...edit, set: { ...edit.set, epoch: number } } };
    }
    const item = await this.get(key);
    // Back from the bin: that only keeps what there is.
    if (item?.['state'] === 'expiring') return undefined;
    return { claim: { kind: 'work', number: numberIn(item) }, edit };
  }

  /** The epoch of now, for work that begins in this region. */
  async #numberHere(key: CatalogKey, fence: Fence): Promise<number> {
    const epoch = await this.#epoch(fence);
    if (activeIn(epoch, fence) !== fence.region) throw fencedOff(clusterOfKey(key), epoch, fence);
    return numberOf(epoch);
  }

  async #epoch({ group }: Fence): Promise<Epoch | undefined> {
    const item = await this.get(epochKey(group));
    return item && epochs.decode(item);
  }

  async #fence(key: CatalogKey): Promise<Fence | undefined> {
    return isFenced(key) ? this.#fences(clusterOfKey(key)) : undefined;
  }

  /** A record that is not as it should be is told before a side that is wrong: a retry finds what it did the first time. */
  async #checked(
    key: CatalogKey,
    writes: readonly TransactWriteItem[],
    claim: Claim,
    fence: Fence,
  ): Promise<Refused | undefined> {
    const check = {
      TableName: this.name,
      Key: marshall(epochKey(fence.group)),
      ...conditionOf(claim, fence),
    };
    const refused = await this.together([
      ...writes,
      { ConditionCheck: { ...check, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
    ]);
    const found = refused?.found;
    if (found?.['pk'] !== epochKey(fence.group).pk) return refused;
    throw fencedOff(clusterOfKey(key), epochs.decode(found), fence, claim);
  }
}

/** An epoch's record is there from the second on. */
function conditionOf(claim: Claim, { home, region }: Fence) {
  if (claim.kind === 'bin') return isOrMissing({ active: home });
  const first = claim.number === FIRST_EPOCH && (claim.kind === 'log' || region === home);
  if (first) return { ConditionExpression: NOT_THERE };
  const { text, names, values } = stillHas({
    number: claim.number,
    ...(claim.kind === 'work' && { active: region }),
  });
  return {
    ConditionExpression: text,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: marshall(values),
  };
}

function isOrMissing(has: StoredItem) {
  const { text, names, values } = stillHas(has);
  return {
    ConditionExpression: `${NOT_THERE} OR ${text}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: marshall(values),
  };
}

const instantIn = (item: StoredItem, name: string): number => parseInstant(String(item[name])) ?? 0;

/** A log that ends, or is cut where it began, takes nothing in; `read` is where it was. */
function claimOfLog(item: StoredItem, read: StoredItem): Claim | undefined {
  const grew = instantIn(item, 'checkpoint') > instantIn(read, 'checkpoint');
  const ended = item['state'] === 'broken' || item['state'] === 'stopped';
  if (grew || (!ended && item['state'] !== read['state'])) return { kind: 'log', number: numberIn(item) };
  return item['from'] === read['from'] ? undefined : { kind: 'bin' };
}
