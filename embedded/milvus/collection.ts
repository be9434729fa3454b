import type { Instant } from '../../core/time/instant.ts';

/** One entity: its primary key, an Int64 in decimal, a vector, and a text. */
export interface Entity {
  readonly id: string;
  readonly vector: readonly number[];
  readonly text: string;
}

/** Field ids as Milvus numbers them: the first of a schema is 100. */
export const FIELDS = { id: 100, vector: 101, text: 102 } as const;
export type FieldName = keyof typeof FIELDS;

/** A file in Milvus's bucket, by its key. */
export interface Log {
  readonly id: bigint;
  readonly key: string;
  readonly bytes: number;
}

/** A sealed segment: what flushing made of the rows of a partition. */
export interface Segment {
  readonly id: bigint;
  readonly partition: string;
  readonly rows: number;
  readonly ids: ReadonlySet<string>;
  readonly inserts: ReadonlyMap<number, Log>;
  deltas: Log[];
}

export interface Index {
  readonly field: FieldName;
  readonly name: string;
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Version {
  readonly from: Instant;
  readonly entity: Entity | undefined;
}

/** A collection: its entities with their history, its segments, and what a backup tool does not bring back. */
export class Collection {
  readonly id: bigint;
  readonly database: string;
  name: string;
  readonly partitions = new Map<string, bigint>();
  readonly indexes: Index[] = [];
  readonly aliases = new Set<string>();
  readonly segments: Segment[] = [];
  /** Written and not in a segment yet. */
  readonly growing = new Map<string, { readonly partition: string; readonly entity: Entity }>();
  /** Deleted since the last flush, though a segment has it. */
  readonly deleted = new Set<string>();
  /** When it is loaded for queries; undefined when it is not. */
  loadedAt: Instant | undefined;
  readonly #history = new Map<string, Version[]>();

  constructor(id: bigint, database: string, name: string) {
    this.id = id;
    this.database = database;
    this.name = name;
  }

  insert(at: Instant, entity: Entity, partition: string): void {
    this.growing.set(entity.id, { partition, entity });
    this.#note(at, entity.id, entity);
  }

  delete(at: Instant, id: string): void {
    if (!this.growing.delete(id)) this.deleted.add(id);
    this.#note(at, id, undefined);
  }

  /** Rows that came with an import: they are in a segment already. */
  imported(at: Instant, entities: readonly Entity[]): void {
    for (const entity of entities) this.#note(at, entity.id, entity);
  }

  /** What a query would have found at an instant. */
  entitiesAt(at: Instant): readonly Entity[] {
    return [...this.#history.values()].flatMap((versions) => {
      const entity = versions.findLast(({ from }) => from <= at)?.entity;
      return entity ? [entity] : [];
    });
  }

  /** Rows of its segments and those that grow, deleted ones among them. */
  get rowCount(): number {
    return this.segments.reduce((sum, { rows }) => sum + rows, 0) + this.growing.size;
  }

  #note(at: Instant, id: string, entity: Entity | undefined): void {
    const versions = this.#history.get(id) ?? [];
    versions.push({ from: at, entity });
    this.#history.set(id, versions);
  }
}
