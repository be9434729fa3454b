import type { RecoveryPoint, RestoreRecord } from '../catalog/recovery-point.ts';
import type { Reason } from '../errors/base.ts';
import type { LogChain } from '../log/chain.ts';
import type { ManifestIndex } from '../manifest/index-file.ts';
import type { Cluster, EngineName, RestoreDefaults } from '../plan/installation.ts';
import type { Instant } from '../time/instant.ts';
import type { Abandoned, AbandonedRestore } from './abandoned.ts';
import type { Inspection, TearDownSpec, TornDown } from './drilled.ts';
import type { Turns } from './turns.ts';

export type { Abandoned, AbandonedRestore } from './abandoned.ts';
export type { Counted, Inspection, TearDownSpec, TornDown } from './drilled.ts';

/** What an engine can do. `core` checks it when a plan is read, so that "unsupported" is said at synth, not at 03:00. */
export interface Capabilities {
  readonly incremental: boolean;
  readonly logBackup: boolean;
  /** Restore to any instant in the region of capture, from the engine's own log. */
  readonly nativePointInTime: boolean;
  readonly crossRegionCopy: boolean;
  /** Work is split into shards that a Distributed Map moves. */
  readonly shards: boolean;
  /**
   * A rule may ask for points that need an earlier one for every restore (`kind: 'incremental'`). Engines whose points
   * are whole although they store only what is new have no use for such rules.
   */
  readonly lineage: boolean;
  /** What a restore may be narrowed to. */
  readonly scopes: readonly ScopeKind[];
  /** How a restore may land, where the request may choose; absent where there is one way. */
  readonly modes?: readonly RestoreMode[];
}

export type ScopeKind = 'cluster' | 'database' | 'table' | 'partition' | 'collection';

/** What a driver remembers between two polls. It travels in the execution's state, so it stays small and flat. */
export type Cursor = Readonly<Record<string, string | number | boolean>>;

/**
 * Where a capture, copy or restore stands. `shards` asks the machine to move these shards and then to poll again;
 * `waiting` is `running` before the work could start (a quota is used up), so that nobody takes it for progress.
 */
export type Step =
  | {
      readonly outcome: 'running' | 'waiting';
      readonly pollAfterSeconds: number;
      readonly doing: string;
      readonly cursor: Cursor;
    }
  | {
      readonly outcome: 'shards';
      readonly shards: readonly number[];
      readonly doing: string;
      readonly cursor: Cursor;
    }
  | { readonly outcome: 'ready'; readonly cursor: Cursor; readonly takenAt?: Instant }
  | { readonly outcome: 'failed'; readonly reason: Reason };

/** The result of comparing what is stored with what should be. A bad artifact is a verdict, not an exception. */
export type Verdict =
  | { readonly sound: true; readonly index: ManifestIndex }
  | { readonly sound: false; readonly reason: Reason };

export interface CaptureSpec {
  readonly cluster: Cluster;
  readonly point: RecoveryPoint;
  readonly now: Instant;
  /** When it will be called overdue: an engine that takes a timeout is given what is left. Absent where nothing begins. */
  readonly deadline?: Instant;
  /** Absent where nobody else could be in the way. */
  readonly turns?: Turns;
}

export interface CopySpec {
  readonly cluster: Cluster;
  readonly point: RecoveryPoint;
  /** The region to copy to. */
  readonly region: string;
  /** The newest point that is proven in that region: what it named is there already. */
  readonly base: RecoveryPoint | undefined;
  readonly now: Instant;
}

/** Where a restore lands. The engine reads its own fields; the rest came from the configuration. */
export interface RestoreTarget extends Omit<RestoreDefaults, 'reach'> {
  readonly prefix?: string;
  readonly clusterId?: string;
}

/** A part of a recovery point: one kind of thing, however many of it. */
export interface RestoreScope {
  readonly databases?: readonly string[];
  /** `database.table` */
  readonly tables?: readonly string[];
  /** `database.table.partition` */
  readonly partitions?: readonly string[];
  /** `database.collection` */
  readonly collections?: readonly string[];
}

/**
 * Where what is restored lands in a cluster that goes on working. `beside`: under names of its own. `swap`: beside, and then
 * the two exchange their names. `in-place`: over what is there.
 * `difference`: what differs is put over a side that fell behind and is not the true one any more; how a cluster changes
 * sides as planned. `refill`: what such a side holds is dropped first, because the engine's tool fills an empty cluster only.
 */
export type RestoreMode = 'beside' | 'swap' | 'in-place' | 'difference' | 'refill';

/** Something that was dropped and that the engine itself still has. */
export interface BinEntry {
  readonly kind: 'database' | 'table' | 'partition';
  /** As a scope names it: `shop`, `shop.orders`, `shop.orders.p202611`. */
  readonly name: string;
  /** The engine's own, which tells it from others that had the same name. */
  readonly id: string;
  /** In the engine's words, by its clock and in its zone. */
  readonly dropped: string;
}

/** One that is to come back; `as` where its own name is taken by now. */
export interface Recovered extends BinEntry {
  readonly as?: string;
}

/** What an engine keeps for a while of what was dropped. It brings it back in seconds, and only where it was. */
export interface RecycleBin {
  list(cluster: Cluster): Promise<readonly BinEntry[]>;
  /**
   * Everything that a scope names, when all of it was dropped by `at` and lies in the bin. Of one name the newest: whoever
   * asks for the latest means that one. `evenIfThere`: although things of these names are there, which then keep them.
   */
  find(
    cluster: Cluster,
    scope: RestoreScope,
    asked: {
      readonly at: Instant | 'latest';
      readonly now: Instant;
      readonly restoreId: string;
      readonly evenIfThere: boolean;
    },
  ): Promise<readonly Recovered[] | undefined>;
  /** For good and at once. Succeeds when it is gone already. */
  purge(cluster: Cluster, entry: BinEntry): Promise<void>;
}

export interface RestoreSpec {
  readonly cluster: Cluster;
  /** The recovery point to restore from; for a native point in time it still supplies the captured configuration. */
  readonly point: RecoveryPoint;
  readonly instant: Instant;
  /** Set when the engine's own log carries the restore beyond the point. */
  readonly nativePointInTime: boolean;
  readonly region: string;
  readonly target: RestoreTarget;
  /** Databases, or tables as `database.table`, when not all of the point is wanted. */
  readonly scope?: RestoreScope;
  /**
   * Set when a log chain of Holdfast's own carries the restore from the point, which is a full that lies in it, to
   * `instant`. Read anew for every task: it may have been truncated since the restore was resolved.
   */
  readonly log?: { readonly chain: LogChain };
  /** Left out, what the engine does by itself. */
  readonly mode?: RestoreMode;
  /**
   * Asked right before anything is dropped for a refill. Absent where nothing may be.
   * @throws FencedOff when no planned move that was allowed wants it any more
   */
  readonly mayEmpty?: () => Promise<void>;
  /** Set when the engine's bin gives it back, and no recovery point. */
  readonly bin?: readonly Recovered[];
  readonly turns?: Turns;
  readonly restore: RestoreRecord;
  readonly now: Instant;
}

export interface DiscardSpec {
  readonly cluster: string;
  readonly point: RecoveryPoint;
  readonly region: string;
  /** The nearest points on both sides that are still there in this region: what they name is not removed. */
  readonly neighbours: readonly RecoveryPoint[];
}

export interface RestorableWindow {
  readonly earliest: Instant;
  readonly latest: Instant;
}

/**
 * One engine. Nothing that an engine offers is idempotent by itself, so every method here is: called again with the
 * same spec it finds what it did before. No method waits; waiting belongs to the state machine.
 *
 * Throws faults (`Throttled`, `EngineBusy`, …) for the machine to retry; returns `failed` or an unsound verdict for
 * what no retry mends.
 */
export interface EngineDriver {
  readonly engine: EngineName;
  readonly can: Capabilities;

  begin(spec: CaptureSpec): Promise<Step>;
  poll(spec: CaptureSpec, cursor: Cursor): Promise<Step>;
  captureShard(spec: CaptureSpec, shard: number): Promise<void>;
  /** Reads back what was captured, writes the manifest's index and compares the two with what was planned. */
  verify(spec: CaptureSpec, cursor: Cursor): Promise<Verdict>;
  /** Removes what an unfinished capture left. Succeeds when nothing is there. */
  abandon(spec: CaptureSpec): Promise<void>;

  beginCopy(spec: CopySpec): Promise<Step>;
  pollCopy(spec: CopySpec, cursor: Cursor): Promise<Step>;
  copyShard(spec: CopySpec, shard: number): Promise<void>;
  /** Computes the root of what lies in the target region and compares it with the point's own. */
  prove(spec: CopySpec, cursor: Cursor): Promise<Verdict>;

  /** What stands in the way of this restore. Empty when nothing does. */
  preflight(spec: RestoreSpec): Promise<readonly Reason[]>;
  beginRestore(spec: RestoreSpec): Promise<Step>;
  pollRestore(spec: RestoreSpec, cursor: Cursor): Promise<Step>;
  restoreShard(spec: RestoreSpec, shard: number): Promise<void>;
  /**
   * Ends what still runs for a restore that will not be finished. What it wrote stays: it may be all that somebody has.
   * Succeeds when nothing runs.
   */
  abandonRestore(spec: AbandonedRestore): Promise<Abandoned>;
  /** Compares what was restored with the manifest. */
  validate(spec: RestoreSpec, cursor: Cursor): Promise<Verdict>;

  /**
   * Removes what the restore of a drill made, and nothing else: only what carries the drill's name or tag. Whoever asks
   * comes again until it is gone; what is gone already is no error. Nothing may run for the restore any more.
   */
  tearDown(spec: TearDownSpec): Promise<TornDown>;
  /**
   * Looks into what was restored, beyond what `validate` compares. Absent where the engine shows no more than that.
   * @param seed which items are sampled: the same seed, the same items
   */
  inspect?(spec: RestoreSpec, seed: string): Promise<Inspection>;

  /** Removes this point's artifacts in one region, manifest first. Succeeds when they are already gone. */
  discard(spec: DiscardSpec): Promise<{ readonly removedItems: number }>;

  /** The engine's own restorable window in the region of capture; undefined when it keeps no log. */
  window(cluster: Cluster, now: Instant): Promise<RestorableWindow | undefined>;

  /** Absent where what is dropped is gone. */
  readonly bin?: RecycleBin;
}
