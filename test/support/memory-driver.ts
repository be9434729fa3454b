import { drillOf } from '../../core/drills/isolation.ts';
import { CAPABILITIES } from '../../core/engines/capabilities.ts';
import type {
  Abandoned,
  AbandonedRestore,
  CaptureSpec,
  CopySpec,
  Cursor,
  DiscardSpec,
  EngineDriver,
  Inspection,
  RestorableWindow,
  RestoreSpec,
  Step,
  TearDownSpec,
  TornDown,
  Verdict,
} from '../../core/engines/driver.ts';
import type { HoldfastError, Reason } from '../../core/errors/registry.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import { instant, wholeSecond } from '../../core/time/instant.ts';

type Place = string;
const at = (id: string, region: string): Place => `${region}/${id}`;

/**
 * An engine in memory that works in shards: a recovery point is the set of its shards, per region. It does what the
 * port's docstring demands and nothing more, so it shows what the tasks make of a driver.
 */
export class MemoryDriver implements EngineDriver {
  readonly engine: EngineName;
  readonly can;
  readonly shards: number;
  /** Shards that lie in a region, by recovery point. */
  readonly stored = new Map<Place, Set<number>>();
  /** Manifests whose index was written. */
  readonly indexed = new Set<Place>();
  readonly restored = new Map<string, Set<number>>();
  readonly discarded: DiscardSpec[] = [];
  log: RestorableWindow | undefined;

  /** Set to make the engine say that it is not done yet, or to spoil what it stores. */
  busy = false;
  spoilt: Reason | undefined;
  obstacles: readonly Reason[] = [];
  /** How a restore that is abandoned leaves its target. */
  leaves: Abandoned = { target: 'unfinished' };
  readonly abandoned: AbandonedRestore[] = [];
  /** What a look into a restored target shows. */
  inspection: Inspection = { statistics: [] };
  failNext: HoldfastError | undefined;

  constructor(engine: EngineName = 'objects', shards = 2) {
    this.engine = engine;
    this.can = CAPABILITIES[engine];
    this.shards = shards;
  }

  async begin({ point }: CaptureSpec): Promise<Step> {
    this.#fault();
    if (!this.stored.has(at(point.id, point.region))) this.stored.set(at(point.id, point.region), new Set());
    return this.#handOut();
  }

  async poll({ point }: CaptureSpec, cursor: Cursor): Promise<Step> {
    this.#fault();
    if (this.busy) return { outcome: 'running', pollAfterSeconds: 30, doing: 'writing', cursor };
    const stored = this.stored.get(at(point.id, point.region));
    if (stored?.size !== this.shards) return this.#handOut();
    return { outcome: 'ready', cursor, takenAt: wholeSecond(instant(point.openedAt - 1_000)) };
  }

  async captureShard({ point }: CaptureSpec, shard: number): Promise<void> {
    this.#fault();
    this.stored.get(at(point.id, point.region))?.add(shard);
  }

  async verify({ point }: CaptureSpec): Promise<Verdict> {
    return this.#judge(point.id, point.region);
  }

  async abandon({ point }: CaptureSpec): Promise<void> {
    this.#fault();
    this.stored.delete(at(point.id, point.region));
  }

  async beginCopy({ point, region }: CopySpec): Promise<Step> {
    this.#fault();
    if (!this.stored.has(at(point.id, region))) this.stored.set(at(point.id, region), new Set());
    return this.#handOut();
  }

  async pollCopy({ point, region }: CopySpec, cursor: Cursor): Promise<Step> {
    this.#fault();
    if (this.busy) return { outcome: 'waiting', pollAfterSeconds: 0.2, doing: 'in the queue', cursor };
    if (this.stored.get(at(point.id, region))?.size !== this.shards) return this.#handOut();
    return { outcome: 'ready', cursor };
  }

  async copyShard({ point, region }: CopySpec, shard: number): Promise<void> {
    this.#fault();
    this.stored.get(at(point.id, region))?.add(shard);
  }

  async prove({ point, region }: CopySpec): Promise<Verdict> {
    return this.#judge(point.id, region);
  }

  async preflight(): Promise<readonly Reason[]> {
    return this.obstacles;
  }

  async beginRestore({ restore }: RestoreSpec): Promise<Step> {
    this.#fault();
    if (!this.restored.has(restore.target)) this.restored.set(restore.target, new Set());
    return this.#handOut();
  }

  async pollRestore({ restore }: RestoreSpec, cursor: Cursor): Promise<Step> {
    this.#fault();
    if (this.busy) return { outcome: 'running', pollAfterSeconds: 30, doing: 'creating the cluster', cursor };
    if (this.restored.get(restore.target)?.size !== this.shards) return this.#handOut();
    return { outcome: 'ready', cursor };
  }

  async restoreShard({ restore }: RestoreSpec, shard: number): Promise<void> {
    this.restored.get(restore.target)?.add(shard);
  }

  async abandonRestore(spec: AbandonedRestore): Promise<Abandoned> {
    this.#fault();
    this.abandoned.push(spec);
    return this.leaves;
  }

  async validate({ point, region }: RestoreSpec): Promise<Verdict> {
    return this.#judge(point.id, region);
  }

  async tearDown({ restore }: TearDownSpec): Promise<TornDown> {
    this.#fault();
    drillOf(restore);
    if (this.restored.delete(restore.target)) return { gone: false, doing: 'removing it' };
    return { gone: true };
  }

  async inspect(): Promise<Inspection> {
    return this.inspection;
  }

  async discard(spec: DiscardSpec): Promise<{ readonly removedItems: number }> {
    this.#fault();
    this.discarded.push(spec);
    const there = this.stored.delete(at(spec.point.id, spec.region));
    this.indexed.delete(at(spec.point.id, spec.region));
    return { removedItems: there ? this.shards : 0 };
  }

  async window(): Promise<RestorableWindow | undefined> {
    this.#fault();
    return this.log;
  }

  #fault(): void {
    const fault = this.failNext;
    this.failNext = undefined;
    if (fault) throw fault;
  }

  #handOut(): Step {
    const shards = Array.from({ length: this.shards }, (_, n) => n);
    return { outcome: 'shards', shards, doing: 'handing out', cursor: { handedOut: this.shards } };
  }

  #judge(id: string, region: string): Verdict {
    if (this.spoilt) return { sound: false, reason: this.spoilt };
    this.indexed.add(at(id, region));
    return { sound: true, index: this.#index(id) };
  }

  #index(id: string): ManifestIndex {
    return {
      format: 2,
      recoveryPoint: { id } as ManifestIndex['recoveryPoint'],
      root: `root of ${id}`,
      items: this.shards * 10,
      bytes: this.shards * 1_000,
      newItems: this.shards,
      newBytes: this.shards * 100,
      shards: Array.from({ length: this.shards }, (_, shard) => ({
        shard,
        items: 10,
        bytes: 1_000,
        root: `root of ${id}, shard ${shard}`,
        digest: `digest of ${id}, shard ${shard}`,
      })),
      statistics: {},
      configuration: {},
    };
  }
}
