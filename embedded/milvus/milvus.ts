import { type Duration, type Instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { CallAws } from '../ecs/container.ts';
import { ObjectStore } from '../tidb/object-store.ts';
import {
  Collection,
  type Entity,
  FIELDS,
  type FieldName,
  type Index,
  type Log,
  type Segment,
} from './collection.ts';

export interface MilvusOptions {
  readonly name: string;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  /** `host:port` of the management endpoint. */
  readonly management: string;
  readonly version: string;
  readonly bucket: string;
  readonly rootPath: string;
  /** Of whoever asks for something; absent where nobody is asked. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Security groups that its own lets in. */
  readonly reachableFrom: readonly string[];
  /** S3 as its own role. */
  readonly aws: CallAws;
}

/** Milvus's ids have 64 bits: more digits than a number of JavaScript's holds. */
const FIRST_ID = 458_812_345_678_901_000n;
const LOADING: Duration = seconds(20);
export const DEFAULT = 'default';
const DEFAULT_PARTITION = '_default';

/** A log whose bytes say nothing. A bulk import ends with it. */
export class UnreadableLog extends Error {}

/**
 * A Milvus: databases, collections with partitions, rows of 64-bit keys, indexes, load state and aliases, and its segments as
 * real objects in its own bucket.
 *
 * Does not model: searches and filters, other fields than a key, a vector and a text, sparse and dynamic fields, RBAC,
 * resource groups, replicas, compaction by itself.
 */
export class Milvus {
  readonly options: MilvusOptions;
  readonly world: World;
  readonly databases = new Map<string, Map<string, string>>([[DEFAULT, new Map()]]);
  readonly #collections: Collection[] = [];
  #id = FIRST_ID;
  /** Until when its garbage collection rests. */
  gcPausedUntil: Instant | undefined;
  /** Its management endpoint answers nobody. */
  managementDown = false;
  /** What compaction replaced is taken away while a backup runs, unless garbage collection rests. */
  collectsGarbage = false;
  /** Nothing listens. */
  down = false;

  constructor(world: World, options: MilvusOptions) {
    this.world = world;
    this.options = options;
  }

  get collections(): readonly Collection[] {
    return this.#collections;
  }

  nextId(): bigint {
    return ++this.#id;
  }

  createDatabase(name: string, properties: Readonly<Record<string, string>> = {}): void {
    if (!this.databases.has(name)) this.databases.set(name, new Map(Object.entries(properties)));
  }

  createCollection(database: string, name: string, partitions: readonly string[] = []): Collection {
    this.createDatabase(database);
    if (this.find(database, name)) throw new Error(`${database}.${name} exists`);
    const made = new Collection(this.nextId(), database, name);
    for (const partition of [DEFAULT_PARTITION, ...partitions]) made.partitions.set(partition, this.nextId());
    this.#collections.push(made);
    return made;
  }

  /** By its name or one of its aliases. */
  find(database: string, name: string): Collection | undefined {
    return this.#collections.find(
      (one) => one.database === database && (one.name === name || one.aliases.has(name)),
    );
  }

  drop(collection: Collection): void {
    this.#collections.splice(this.#collections.indexOf(collection), 1);
  }

  insert(collection: Collection, entity: Entity, partition = DEFAULT_PARTITION): void {
    collection.insert(this.world.now(), entity, partition);
  }

  delete(collection: Collection, id: string): void {
    collection.delete(this.world.now(), id);
  }

  index(collection: Collection, index: Index): void {
    collection.indexes.push(index);
  }

  load(collection: Collection): void {
    collection.loadedAt ??= later(this.world.now(), LOADING);
  }

  isLoaded({ loadedAt }: Collection): boolean {
    return loadedAt !== undefined && loadedAt <= this.world.now();
  }

  get objects(): ObjectStore {
    const { bucket, rootPath, region, aws } = this.options;
    return new ObjectStore({ bucket, prefix: `${rootPath}/`, region, put: {} }, (operation, input) =>
      aws('s3', region, operation, input),
    );
  }

  /** Seals what grows: one segment for each partition, one file for each field, and one for what was deleted. */
  async flush(collection: Collection): Promise<void> {
    for (const partition of collection.partitions.keys()) {
      const grown = [...collection.growing.values()].filter((one) => one.partition === partition);
      if (grown.length === 0) continue;
      const made = await this.#seal(
        collection,
        partition,
        grown.map(({ entity }) => entity),
      );
      for (const { entity } of grown) collection.growing.delete(entity.id);
      collection.segments.push(made);
    }
    for (const segment of collection.segments) {
      const gone = [...collection.deleted].filter((id) => segment.ids.has(id));
      if (gone.length === 0) continue;
      const folders = ['delta_log', ...this.#folders(collection, segment)];
      segment.deltas.push(await this.#write(folders, JSON.stringify(gone)));
      for (const id of gone) collection.deleted.delete(id);
    }
  }

  #folders(
    { id, partitions }: Collection,
    { partition, id: segment }: Pick<Segment, 'partition' | 'id'>,
  ): string[] {
    return [String(id), String(partitions.get(partition)), String(segment)];
  }

  async #seal(collection: Collection, partition: string, entities: readonly Entity[]): Promise<Segment> {
    const segment = { id: this.nextId(), partition };
    const inserts = new Map<number, Log>();
    for (const field of Object.keys(FIELDS) as FieldName[]) {
      const folders = ['insert_log', ...this.#folders(collection, segment), String(FIELDS[field])];
      inserts.set(
        FIELDS[field],
        await this.#write(folders, JSON.stringify(entities.map((one) => one[field]))),
      );
    }
    const ids = new Set(entities.map(({ id }) => id));
    return { ...segment, rows: entities.length, ids, inserts, deltas: [] };
  }

  async #write(folders: readonly string[], text: string): Promise<Log> {
    const id = this.nextId();
    const name = [...folders, id].join('/');
    await this.objects.put(name, text);
    return { id, key: `${this.options.rootPath}/${name}`, bytes: Buffer.byteLength(text) };
  }

  /**
   * Bulk import from folders of its bucket: each has a segment's files by field. Rows that a delta file names are left out.
   * @returns how many rows came
   */
  async import(
    collection: Collection,
    partition: string,
    inserts: ReadonlyMap<number, string>,
    deltas: readonly string[],
  ): Promise<number> {
    const gone = new Set<string>();
    for (const key of deltas) for (const id of await this.#read<string[]>(key)) gone.add(id);
    const column = async <T>(field: FieldName) => this.#read<T[]>(inserts.get(FIELDS[field])!);
    const [ids, vectors, texts] = [
      await column<string>('id'),
      await column<number[]>('vector'),
      await column<string>('text'),
    ];
    const entities = ids
      .map((id, n) => ({ id, vector: vectors[n]!, text: texts[n]! }))
      .filter(({ id }) => !gone.has(id));
    if (entities.length > 0) {
      collection.segments.push(await this.#seal(collection, partition, entities));
      collection.imported(this.world.now(), entities);
    }
    return entities.length;
  }

  async #read<T>(key: string): Promise<T> {
    const { bucket, region } = this.options;
    const store = new ObjectStore({ bucket, prefix: '', region, put: {} }, this.objects.call);
    const text = (await store.get(key)).toString('utf8');
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new UnreadableLog(`${key} is no log of Milvus`, { cause });
    }
  }

  pauseGc(forHowLong: Duration): void {
    this.gcPausedUntil = later(this.world.now(), forHowLong);
  }

  get gcRests(): boolean {
    return this.gcPausedUntil !== undefined && this.gcPausedUntil > this.world.now();
  }

  /** Takes away one file that a backup has listed, if it may. */
  async collect(collection: Collection): Promise<void> {
    if (!this.collectsGarbage || this.gcRests) return;
    const [log] = collection.segments[0]?.inserts.values() ?? [];
    if (log) await this.objects.delete(log.key.slice(this.options.rootPath.length + 1));
  }

  /** How long work on so many bytes takes, at 50 MB/s and a second at least. */
  timeFor = (bytes: number): Duration => milliseconds(1_000 + Math.ceil(bytes / 50_000));
}
