import { ConcurrentUpdate, type HoldfastError, UnknownRecoveryPoint } from '../../core/errors/registry.ts';
import type { Edit } from './dynamo-catalog-conditions.ts';
import type { Codec, StoredItem } from './dynamo-catalog-items.ts';
import { whole } from './dynamo-catalog-items.ts';
import { type CatalogKey, goneKey } from './dynamo-catalog-keys.ts';
import type { CatalogTable } from './dynamo-catalog-table.ts';

interface Lived<State> {
  readonly id: string;
  readonly state: State;
}

/**
 * What points and copies have in common: they are created once, move along a written life cycle by conditional
 * writes, and leave for `gone#` at its end.
 */
export class Lives<State extends string, Rec extends Lived<State>> {
  readonly #table: CatalogTable;
  readonly #codec: Codec<Rec>;
  readonly #life: Readonly<Record<State, readonly State[]>>;

  constructor(table: CatalogTable, codec: Codec<Rec>, life: Readonly<Record<State, readonly State[]>>) {
    this.#table = table;
    this.#codec = codec;
    this.#life = life;
  }

  /** Also finds what was discarded, so that an id that was used once is never used again. */
  async open(key: CatalogKey, record: Rec, own: StoredItem = {}): Promise<{ record: Rec; first: boolean }> {
    const item = await this.#table.begun(whole(key, this.#codec.encode(record), own));
    const refused = await this.#table.createUnlessGone(item, goneKey(key));
    if (!refused) return { record: this.#codec.decode(item), first: true };
    if (!refused.found)
      throw new ConcurrentUpdate(`${record.id} is being written by someone else; read it again`);
    return { record: this.#codec.decode(refused.found), first: false };
  }

  /** Two reads at most: a record is moved away in one step, so whoever misses the first finds the second. */
  async read(key: CatalogKey): Promise<Rec | undefined> {
    const item = (await this.#table.get(key)) ?? (await this.#table.get(goneKey(key)));
    return item && this.#codec.decode(item);
  }

  async advance(key: CatalogKey, id: string, to: State, change: Partial<Rec>, edit: Edit): Promise<Rec> {
    const set = { ...this.#codec.encodeFields(change), ...edit.set, state: to };
    const remove = (edit.remove ?? []).filter((name) => !(name in set));
    const answer = await this.#table.edit(key, { ...edit, set, remove }, this.before(to));
    if ('item' in answer) return this.#codec.decode(answer.item);
    return this.#thereAlready(key, id, to, answer.found);
  }

  /** Moves a record that reached its end to where nothing restores from. */
  async retire(key: CatalogKey, id: string, to: State, change: Partial<Rec>): Promise<Rec> {
    const item = await this.#table.get(key);
    if (!item) return this.#thereAlready(key, id, to, undefined);
    const record: Rec = { ...this.#codec.decode(item), ...change, state: to };
    const refused = await this.#table.move(
      key,
      whole(goneKey(key), this.#codec.encode(record)),
      this.before(to),
    );
    return refused ? this.#thereAlready(key, id, to, refused.found) : record;
  }

  /** The states that `to` may follow. */
  before(to: State): readonly State[] {
    return (Object.keys(this.#life) as State[]).filter((from) => this.#life[from].includes(to));
  }

  /** A write that came twice finds what the first one did; any other state is someone else's doing. */
  async #thereAlready(key: CatalogKey, id: string, to: State, found: StoredItem | undefined): Promise<Rec> {
    const item = found ?? (await this.#table.get(goneKey(key)));
    if (!item) throw unknown(id, key);
    const record = this.#codec.decode(item);
    if (record.state === to) return record;
    throw outOfTurn(id, record.state, to, this.before(to));
  }
}

export const unknown = (id: string, key: CatalogKey): HoldfastError =>
  new UnknownRecoveryPoint(`the catalog has no ${key.sk} of ${id}; look at its name and the region asked`, {
    recoveryPoint: id,
  });

export const outOfTurn = (id: string, is: string, to: string, from: readonly string[]): HoldfastError =>
  new ConcurrentUpdate(
    `${id} is ${is} and becomes ${to} only from ${from.join(' or ')}; read it again and decide again`,
    { recoveryPoint: id, state: is },
  );
