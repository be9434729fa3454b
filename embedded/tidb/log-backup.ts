import { createHash } from 'node:crypto';
import {
  type Duration,
  hours,
  type Instant,
  later,
  milliseconds,
  minutes,
  seconds,
} from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import type { TidbCluster } from './cluster.ts';
import type { Change } from './contents.ts';
import {
  checkpointPath,
  dataPath,
  encodeChanges,
  encodeCheckpoint,
  type LogFile,
  metaPath,
  printWithTso,
} from './log-files.ts';
import { isFromS3, isRefused, type Location, printS3Error, s3Refusal } from './object-store.ts';
import { within } from './patience.ts';
import { earlierTs, instantOf, type Tso } from './tso.ts';

/** TiKV flushes its log every 3 to 5 minutes (`log-backup.max-flush-interval` 3 min, and the time it takes). */
const FLUSH_MOST = minutes(5);
const FLUSH_LEAST_SHARE = 0.6;
/** The advancer pauses a task that lags more than this. */
const LAG_MAX = hours(48);
/** How long a running task keeps its data from GC if nobody renews it; and a paused one. */
export const LOG_TTL = seconds(1_800);
export const PAUSE_TTL = seconds(86_400);
const CALL_LIMIT = minutes(1);

export interface LogTaskSpec {
  readonly name: string;
  readonly startTs: Tso;
  readonly endTs: Tso;
  readonly storage: Location;
  /** When the credentials end that BR sent to the stores; undefined when they use their own. */
  readonly credentialsUntil?: Instant | undefined;
}

export interface LogError {
  readonly happenAt: Instant;
  readonly code: string;
  readonly message: string;
}

export interface LogTask extends LogTaskSpec {
  /** Up to where each store has flushed. */
  readonly checkpoints: Map<number, Tso>;
  readonly lastErrors: Map<number, LogError>;
  paused: { readonly reason: string; readonly severe: boolean } | undefined;
  /** Changes that each store flushed last, per second. */
  readonly rates: Map<number, number>;
}

/** The stores' side of log backup: at most one task, whose changes each store writes to S3 every few minutes. */
export class LogBackup {
  readonly #world: World;
  readonly #cluster: TidbCluster;
  #task: LogTask | undefined;
  /** Files of data that a store writes in one flush at most: TiKV's follow from regions and sizes, which are not modelled. */
  filesPerFlush = 1;

  constructor(world: World, cluster: TidbCluster) {
    this.#world = world;
    this.#cluster = cluster;
  }

  get task(): LogTask | undefined {
    return this.#task;
  }

  /** `ERROR` is a pause with a reason that somebody has to look at. */
  get status(): 'NONE' | 'NORMAL' | 'PAUSE' | 'ERROR' {
    const task = this.#task;
    if (!task) return 'NONE';
    if (!task.paused) return 'NORMAL';
    return task.paused.severe || task.lastErrors.size > 0 ? 'ERROR' : 'PAUSE';
  }

  /** Everything up to here is in S3. The start when nothing was flushed. */
  get checkpoint(): Tso {
    const all = [...(this.#task?.checkpoints.values() ?? [])];
    return all.reduce(earlierTs);
  }

  start(spec: LogTaskSpec): void {
    if (this.#task) throw new Error(`${this.#cluster.name} has the log task ${this.#task.name} already`);
    const checkpoints = new Map(this.#cluster.storeIds.map((id) => [id, spec.startTs]));
    const task: LogTask = {
      ...spec,
      checkpoints,
      lastErrors: new Map(),
      paused: undefined,
      rates: new Map(),
    };
    this.#task = task;
    this.#hold(task, LOG_TTL);
    for (const storeId of this.#cluster.storeIds) this.#schedule(task, storeId);
  }

  stop(): void {
    const task = this.#task;
    if (!task) return;
    this.#task = undefined;
    this.#cluster.pd.release(holdOf(task));
    this.#cluster.pd.release(pauseHoldOf(task));
  }

  /** @param ttl how long GC leaves what was not flushed yet */
  pause(reason: string, severe = false, ttl: Duration = PAUSE_TTL): void {
    const task = this.#task;
    if (!task) return;
    task.paused = { reason, severe };
    this.#cluster.pd.keep(pauseHoldOf(task), this.checkpoint, ttl);
    this.#cluster.pd.release(holdOf(task));
  }

  /** The caller has made sure that GC took nothing yet. */
  resume(): void {
    const task = this.#task;
    if (!task) return;
    task.paused = undefined;
    task.lastErrors.clear();
    this.#hold(task, LOG_TTL);
    this.#cluster.pd.keep(pauseHoldOf(task), this.checkpoint, LOG_TTL);
  }

  /** A store meets an error that it cannot get over: the task stands until somebody resumes it. */
  fail(storeId: number, message: string, code = 'KV:LogBackup:Io'): void {
    const task = this.#task;
    if (!task) return;
    task.lastErrors.set(storeId, { happenAt: this.#world.now(), code, message });
    this.pause(message, true);
  }

  #hold(task: LogTask, ttl: Duration): void {
    this.#cluster.pd.keep(holdOf(task), this.checkpoint, ttl);
  }

  #schedule(task: LogTask, storeId: number): void {
    const chance = this.#world.random(`tidb.${this.#cluster.name}.flush`);
    const most = this.#cluster.options.flushMost ?? FLUSH_MOST;
    const delay = milliseconds(chance.between(FLUSH_LEAST_SHARE * most, most));
    this.#world.after(delay, async () => {
      if (this.#task !== task) return;
      this.#cluster.pd.collect();
      this.#advance(task);
      await this.#turn(task, storeId, delay);
      if (this.#task === task) this.#schedule(task, storeId);
    });
  }

  /** What the advancer in TiDB does: it renews the hold on GC, and gives up on a task that lags too much. */
  #advance(task: LogTask): void {
    if (task.paused || this.#cluster.isDark) return;
    if (later(instantOf(this.checkpoint), LAG_MAX) < this.#world.now())
      this.pause('check point lagged too large');
    else this.#hold(task, LOG_TTL);
  }

  async #turn(task: LogTask, storeId: number, since: Duration): Promise<void> {
    const cluster = this.#cluster;
    if (task.paused || cluster.isDark || cluster.faults.stuck(cluster.name, storeId)) return;
    try {
      await this.#flush(task, storeId, since);
    } catch (error) {
      if (!isFromS3(error)) throw error;
      if (this.#task !== task || task.paused) return;
      // What may pass is tried again at the next turn.
      if (isRefused(error)) this.fail(storeId, `failed to put object ${printS3Error(error)}`);
    }
  }

  /** Data, then what names them, then how far all stores have come: whoever reads a checkpoint finds all before it. */
  async #flush(task: LogTask, storeId: number, since: Duration): Promise<void> {
    const cluster = this.#cluster;
    const store = cluster.objectsOf(storeId, task.storage);
    const put = async (key: string, body: Buffer | string) => {
      if (task.credentialsUntil !== undefined && this.#world.now() >= task.credentialsUntil)
        throw s3Refusal('ExpiredToken', 'The provided token has expired.', 400);
      await within(this.#world, CALL_LIMIT, store.put(key, body));
      return this.#task === task && !task.paused && !cluster.isDark;
    };
    const upTo = cluster.pd.tso();
    const changes = cluster
      .changesBetween(task.checkpoints.get(storeId)!, upTo)
      .filter((change) => cluster.storeOf(change) === storeId);
    task.rates.set(storeId, changes.length / (since / 1_000));
    const [first, last] = [changes[0], changes.at(-1)];
    if (first && last) {
      const files: LogFile[] = [];
      for (const part of inParts(changes, this.filesPerFlush)) {
        const { ts: minTs } = part[0]!;
        const path = dataPath(storeId, minTs, uuid(this.#world.random(`tidb.${cluster.name}.files`)));
        const body = encodeChanges(part);
        if (!(await put(path, body))) return;
        const sha256 = createHash('sha256').update(body).digest('hex');
        files.push({ path, minTs, maxTs: part.at(-1)!.ts, count: part.length, sha256 });
      }
      const meta = printWithTso({ storeId, flushTs: upTo, files });
      if (!(await put(metaPath(upTo, first.ts, last.ts), meta))) return;
    }
    task.checkpoints.set(storeId, upTo);
    await put(checkpointPath(storeId), encodeCheckpoint(this.checkpoint));
  }
}

/** As many runs of changes as are asked for, of about the same length. */
function inParts(changes: readonly Change[], parts: number): readonly (readonly Change[])[] {
  const length = Math.ceil(changes.length / parts);
  return Array.from({ length: Math.ceil(changes.length / length) }, (_, n) =>
    changes.slice(n * length, (n + 1) * length),
  );
}

const holdOf = (task: LogTask): string => `log-backup-${task.name}`;
const pauseHoldOf = (task: LogTask): string => `${task.name}_pause_safepoint`;
