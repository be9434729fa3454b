import { days, type Instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { Collection, Entity } from '../milvus/collection.ts';
import type { Milvus } from '../milvus/milvus.ts';

interface Act {
  readonly at: Instant;
  readonly key: string;
  /** Undefined: it was deleted. */
  readonly entity: Entity | undefined;
}

/** Primary keys beyond what a number of JavaScript's holds. */
const FIRST_KEY = 9_007_199_254_740_993n;
const DOCS = 'docs';
const ITEMS = 'items';

/**
 * An application that embeds documents into a Milvus: a collection `docs` in two partitions, with an index, loaded, and
 * known by the alias `current`; and in a database of its own a collection `items` that is not loaded. It remembers what it
 * wrote, and nothing of what it remembers comes from Milvus.
 */
export class VectorsApplication {
  readonly #world: World;
  readonly #milvus: Milvus;
  readonly #acts: Act[] = [];
  readonly #live = new Map<string, 'docs' | 'items'>();
  #written = 0;

  constructor(world: World, milvus: Milvus) {
    this.#world = world;
    this.#milvus = milvus;
    const docs = milvus.createCollection('default', DOCS, ['archive']);
    milvus.index(docs, {
      field: 'vector',
      name: 'by_vector',
      type: 'HNSW',
      params: { M: '16', efConstruction: '200' },
    });
    docs.aliases.add('current');
    milvus.load(docs);
    milvus.createDatabase('shop', { 'database.replica.number': '1' });
    const items = milvus.createCollection('shop', ITEMS);
    milvus.index(items, {
      field: 'vector',
      name: 'items_vector',
      type: 'IVF_FLAT',
      params: { nlist: '128' },
    });
  }

  /** Spreads a day's writes over the 24 hours that follow. */
  scheduleDay(writes: number): void {
    const chance = this.#world.random(this.#stream);
    const start = this.#world.now();
    for (let i = 0; i < writes; i++)
      this.#world.at(later(start, milliseconds(chance.between(0, days(1) - 1))), () => this.act());
  }

  /** One entity more, or one less. */
  act(): void {
    const chance = this.#world.random(this.#stream);
    const keys = [...this.#live.keys()];
    if (keys.length > 10 && chance.next() < 0.2) this.#delete(chance.pick(keys));
    else this.#insert();
  }

  #insert(): void {
    const chance = this.#world.random(this.#stream);
    const of = chance.next() < 0.7 ? DOCS : ITEMS;
    const id = String(FIRST_KEY + BigInt(++this.#written));
    const entity = { id, vector: [chance.next(), chance.next()], text: `${of} ${this.#written}` };
    this.#milvus.insert(
      this.#collection(of),
      entity,
      of === DOCS && chance.next() < 0.3 ? 'archive' : '_default',
    );
    this.#live.set(id, of);
    this.#acts.push({ at: this.#world.now(), key: keyOf(of, id), entity });
  }

  /** Every entity at an instant, `<database>.<collection>/<key>`. */
  truthAt(at: Instant): Map<string, Entity> {
    const truth = new Map<string, Entity>();
    for (const act of this.#acts) {
      if (act.at > at) break;
      if (act.entity) truth.set(act.key, act.entity);
      else truth.delete(act.key);
    }
    return truth;
  }

  /** When it wrote anything, up to some instant after another one. */
  instantsBetween(from: Instant, to: Instant): readonly Instant[] {
    return this.#acts.flatMap(({ at }) => (at > from && at <= to ? [at] : []));
  }

  get #stream(): string {
    return `milvus.${this.#milvus.options.name}.application`;
  }

  #delete(id: string): void {
    const of = this.#live.get(id)!;
    this.#milvus.delete(this.#collection(of), id);
    this.#live.delete(id);
    this.#acts.push({ at: this.#world.now(), key: keyOf(of, id), entity: undefined });
  }

  #collection(of: 'docs' | 'items'): Collection {
    const found = this.#milvus.find(of === DOCS ? 'default' : 'shop', of);
    if (!found) throw new Error(`${of} is gone from ${this.#milvus.options.name}`);
    return found;
  }
}

const keyOf = (of: 'docs' | 'items', id: string): string => `${of === DOCS ? 'default' : 'shop'}.${of}/${id}`;

/** What lies in a Milvus now, by the same names. */
export const entitiesOf = (milvus: Milvus): Map<string, Entity> =>
  new Map(
    milvus.collections.flatMap((collection) =>
      collection
        .entitiesAt(milvus.world.now())
        .map((one) => [`${collection.database}.${collection.name}/${one.id}`, one] as const),
    ),
  );
