import { between, type Duration, type Instant, milliseconds, minutes } from '../../../core/time/instant.ts';
import type { World } from '../../clock/world.ts';
import type { ContainerRun } from '../../ecs/container.ts';
import type { TidbCluster } from '../cluster.ts';
import { type Location, ObjectStore, type S3Call, s3Refusal } from '../object-store.ts';
import { within } from '../patience.ts';
import { BrFailure, Killed } from './failure.ts';
import { type Fields, type Level, logLine } from './terminal.ts';

/** How often BR reports how far it is, and looks whether it is to stop. */
const STEP: Duration = milliseconds(10_000);
const PROGRESS_EVERY: Duration = milliseconds(30_000);
const CALL_LIMIT = minutes(5);

/** What a long piece of work does while time passes. */
export interface Work {
  /** As BR names it: `Full Backup`. */
  readonly step: string;
  readonly bytes: number;
  /** Per second. */
  readonly rate: number;
  /** Every ten seconds. */
  readonly meanwhile?: () => void | Promise<void>;
}

/**
 * One run of `br` in its container. Nothing that it does after the container was killed takes effect: whoever comes
 * back from a wait or a call in a dead container waits for ever.
 */
export class BrProcess {
  readonly run: ContainerRun;
  readonly world: World;
  readonly startedAt: Instant;
  readonly #files: ReadonlyMap<string, string>;
  readonly #fatalShare: number | undefined;
  readonly #withoutFields: ReadonlySet<string>;
  /** When the credentials end that BR lent to the stores; undefined when they use their own. */
  lentUntil: Instant | undefined;
  #lastReport: Instant;
  #interrupted = false;

  constructor(
    run: ContainerRun,
    world: World,
    parts: {
      /** What the shell wrote before it started the tool. */
      readonly files: ReadonlyMap<string, string>;
      readonly outOfMemoryAt?: number | undefined;
      /** Fields that its summary leaves out, as other versions do. */
      readonly summaryWithout?: ReadonlySet<string>;
    },
  ) {
    this.run = run;
    this.world = world;
    this.startedAt = world.now();
    this.#lastReport = world.now();
    this.#files = parts.files;
    this.#fatalShare = parts.outOfMemoryAt;
    this.#withoutFields = parts.summaryWithout ?? new Set();
    run.onTerm(() => {
      this.#interrupted = true;
    });
  }

  file(path: string): string | undefined {
    return this.#files.get(path);
  }

  /** Straight to the output, without the log's format. */
  print(line: string): void {
    this.run.print(line);
  }

  /** A line of the log: on the terminal when the environment asks for it, else in a file that goes with the task. */
  log(level: Level, source: string, message: string, fields: Fields = []): void {
    if (this.logsToTerminal) this.print(logLine(this.world.now(), level, source, message, fields));
  }

  get logsToTerminal(): boolean {
    return ['1', 'true'].includes(this.run.environment['BR_LOG_TO_TERM'] ?? '');
  }

  /** On the output in any case: where the log goes to a file, the summary is printed besides. */
  summary(message: string, fields: Fields): void {
    const kept = fields.filter(([key]) => !this.#withoutFields.has(key));
    this.print(logLine(this.world.now(), 'INFO', 'collector.go:78', message, kept));
  }

  get took(): Duration {
    return between(this.startedAt, this.world.now());
  }

  async sleep(duration: Duration): Promise<void> {
    await this.run.sleep(duration);
    await this.#alive();
    if (this.#interrupted) throw new BrFailure('context canceled');
  }

  /** S3 as the task's role, below a location. */
  objects(location: Location): ObjectStore {
    return new ObjectStore(location, this.s3(location.region));
  }

  s3(region: string): S3Call {
    return (operation, input) => this.#guarded(this.run.call('s3', region, operation, input));
  }

  /** S3 below a location as one store of a cluster: the store stops when BR does. */
  objectsOfStore(cluster: TidbCluster, storeId: number, location: Location): ObjectStore {
    const store = cluster.objectsOf(storeId, location);
    return new ObjectStore(location, (operation, input) => {
      if (this.lentUntil !== undefined && this.world.now() >= this.lentUntil)
        return Promise.reject(s3Refusal('ExpiredToken', 'The provided token has expired.', 400));
      return this.#guarded(store.call(operation, input));
    });
  }

  /** Lets the time pass that so many bytes take, from one share of the whole work to another. */
  async spend(work: Work, from: number, to: number): Promise<void> {
    let left = ((to - from) * work.bytes * 1_000) / work.rate;
    const share = () => to - (left * work.rate) / (work.bytes * 1_000 || 1);
    for (;;) {
      this.outOfMemory(share());
      if (left <= 0) return;
      const step = Math.min(left, STEP);
      await this.sleep(milliseconds(Math.ceil(step)));
      left -= step;
      await work.meanwhile?.();
      if (between(this.#lastReport, this.world.now()) >= PROGRESS_EVERY) this.progress(work.step, share());
    }
  }

  progress(step: string, share: number): void {
    this.#lastReport = this.world.now();
    const percent = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(1)}%`;
    const fields = [
      ['step', step],
      ['progress', percent],
    ] as const;
    this.print(logLine(this.world.now(), 'INFO', 'progress.go:164', 'progress', fields));
  }

  /** Dies here when its memory was to end at this share of the work. */
  outOfMemory(share: number): void {
    if (this.#fatalShare !== undefined && share >= this.#fatalShare) throw new Killed('out of memory');
  }

  async #guarded<T>(call: Promise<T>): Promise<T> {
    try {
      return await within(this.world, CALL_LIMIT, call);
    } finally {
      await this.#alive();
    }
  }

  async #alive(): Promise<void> {
    if (!this.run.alive()) await new Promise<never>(() => {});
  }
}
