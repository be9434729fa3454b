import { type Duration, type Instant, instant, later } from '../../core/time/instant.ts';
import { type IndexWrite, laterThan, Replica, type Stamp } from './replica.ts';
import { Schema, type TableDefinition } from './schema.ts';
import { type Item, itemBytes, itemFingerprint, release } from './values.ts';

/** What carries writes to other regions. `World` has `after`; the faults of a run say the rest. */
export interface Replication {
  after(delay: Duration, work: () => void): unknown;
  /** Drawn once per write and region: MREC usually takes less than a second. */
  lag(): Duration;
  /** Nothing leaves or reaches a region that is dark; it is kept and sent on when the region is back. */
  isDark(region: string): boolean;
  /** How far a secondary index lags behind its table. @default no lag */
  indexLag?(): Duration;
}

/** One change as a stream shows it. */
export interface StreamRecord {
  readonly table: string;
  readonly region: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly at: Instant;
  /** Grows by one per record of this table and region. */
  readonly sequence: number;
  readonly keys: Item;
  readonly newImage?: Item;
  readonly oldImage?: Item;
  /** Set on deletes of the TTL sweeper, and only in the region that swept. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

export interface TableEvents {
  onStream(record: StreamRecord): void;
  /** A replicated write arrived and was taken over. */
  onReplicated(region: string, table: string, bytes: number): void;
  onIndexed(region: string, table: string, writes: readonly IndexWrite[]): void;
}

interface Message {
  readonly from: string;
  readonly to: string;
  readonly key: Item;
  readonly item: Item | undefined;
  readonly stamp: Stamp;
  readonly at: Instant;
}

/**
 * One table and its replicas: multi-region eventual consistency (MREC), version 2019. A write is applied where it is
 * made, with conditions seen there only, and reaches each other region after a lag of its own; per item the latest
 * stamp wins. Transactions travel item by item.
 */
export class GlobalTable {
  readonly definition: TableDefinition;
  readonly schema: Schema;
  ttlAttribute: string | undefined;
  readonly #replicas: ReadonlyMap<string, Replica>;
  readonly #replication: Replication | undefined;
  readonly #events: TableEvents;
  #held: Message[] = [];
  #order = 0;
  readonly #sequences = new Map<string, number>();

  constructor(definition: TableDefinition, replication: Replication | undefined, events: TableEvents) {
    this.definition = definition;
    this.schema = new Schema(definition);
    this.ttlAttribute = definition.ttlAttribute;
    this.#replicas = new Map(definition.replicas.map((region) => [region, new Replica(this.schema, region)]));
    this.#replication = replication;
    this.#events = events;
  }

  replica(region: string): Replica | undefined {
    return this.#replicas.get(region);
  }

  get regions(): readonly string[] {
    return this.definition.replicas;
  }

  /** Applies a write in one region and sends it to the others. `bySweeper` marks the stream record of a TTL delete. */
  write(replica: Replica, key: Item, item: Item | undefined, now: Instant, bySweeper = false): void {
    const before = replica.stamp(this.schema.keyName(key));
    // A write follows what it saw, also when that came from a region whose clock is ahead.
    const at =
      !before || before.at < now
        ? now
        : before.region === replica.region
          ? before.at
          : instant(before.at + 1);
    const stamp: Stamp = { at, region: replica.region, order: this.#order++ };
    this.#change(replica, key, item, stamp, now, bySweeper);
    for (const to of this.regions) {
      if (to === replica.region) continue;
      const lag = this.#replication!.lag();
      this.#send({ from: replica.region, to, key, item, stamp, at: later(now, lag) }, lag);
    }
  }

  /** Sends what was held for regions that are back. */
  resume(now: Instant): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const message of held) {
      if (this.#blocked(message)) this.#held.push(message);
      else {
        const lag = this.#replication!.lag();
        this.#send({ ...message, at: later(now, lag) }, lag);
      }
    }
  }

  get heldMessages(): number {
    return this.#held.length;
  }

  #blocked(message: Message): boolean {
    return this.#replication!.isDark(message.from) || this.#replication!.isDark(message.to);
  }

  #send(message: Message, lag: Duration): void {
    this.#replication!.after(lag, () => {
      if (this.#blocked(message)) this.#held.push(message);
      else this.#deliver(message);
    });
  }

  #deliver(message: Message): void {
    const replica = this.#replicas.get(message.to)!;
    const known = replica.stamp(this.schema.keyName(message.key));
    if (known && !laterThan(message.stamp, known)) return;
    this.#change(replica, message.key, message.item, message.stamp, message.at, false);
    this.#events.onReplicated(message.to, this.definition.name, message.item ? itemBytes(message.item) : 0);
  }

  #change(
    replica: Replica,
    key: Item,
    item: Item | undefined,
    stamp: Stamp,
    at: Instant,
    bySweeper: boolean,
  ): void {
    const old = replica.rows.find(key)?.item;
    replica.apply(key, item, stamp);
    const reindex = () => this.#events.onIndexed(replica.region, this.definition.name, replica.reindex(key));
    const indexLag = this.#replication?.indexLag;
    if (indexLag && this.schema.indexes.size > 0) this.#replication!.after(indexLag(), reindex);
    else reindex();
    this.#stream(replica.region, key, old, item, at, bySweeper);
  }

  /** A write that changes nothing leaves no record. */
  #stream(
    region: string,
    key: Item,
    old: Item | undefined,
    item: Item | undefined,
    at: Instant,
    swept: boolean,
  ) {
    const view = this.definition.stream;
    if (!view || (!old && !item)) return;
    if (old && item && itemFingerprint(old) === itemFingerprint(item)) return;
    const sequence = (this.#sequences.get(region) ?? 0) + 1;
    this.#sequences.set(region, sequence);
    this.#events.onStream({
      table: this.definition.name,
      region,
      eventName: !old ? 'INSERT' : item ? 'MODIFY' : 'REMOVE',
      at,
      sequence,
      keys: release(this.schema.keyOf(key)),
      ...(item && view.includes('NEW') ? { newImage: release(item) } : {}),
      ...(old && view.includes('OLD') ? { oldImage: release(old) } : {}),
      ...(swept ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const } : {}),
    });
  }
}
