import { milliseconds, seconds } from '../../core/time/instant.ts';
import { isFromS3, isRefused, ObjectStore, printS3Error, s3Refusal } from '../tidb/object-store.ts';
import type { DorisCluster } from './cluster.ts';
import { callWith } from './credentials.ts';
import type { Repository } from './repository.ts';
import { Failed } from './status.ts';

/** Every backend gets at most so many tasks at once (BackupJob.java). */
const TASKS_PER_BACKEND = 3;
const RETRY_AFTER = seconds(10);
/** A refusal is asked about again so often before the task is given up. */
const REFUSALS_MAX = 3;

export interface TransferTask<Item> {
  readonly signature: number;
  readonly backend: number;
  readonly items: readonly Item[];
}

/** Spreads tablets over the backends that hold them, at most three tasks each. */
export function tasksOf<Item extends { readonly id: number }>(
  cluster: DorisCluster,
  tablets: readonly Item[],
): TransferTask<Item>[] {
  const byBackend = Map.groupBy(tablets, ({ id }) => cluster.backendOf(id));
  return [...byBackend].flatMap(([backend, items]) => {
    const size = Math.ceil(items.length / Math.min(items.length, TASKS_PER_BACKEND));
    return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => ({
      signature: cluster.catalog.nextId(),
      backend,
      items: items.slice(at * size, (at + 1) * size),
    }));
  });
}

interface Running<Item> {
  readonly cluster: DorisCluster;
  readonly task: TransferTask<Item>;
  /** False once the job has given the task up. */
  readonly going: () => boolean;
  /** Moves one tablet. Throws `Failed` for what no retry mends, and as S3 does. */
  readonly move: (item: Item) => Promise<void>;
  readonly bytesOf: (item: Item) => number;
  readonly stepped: (done: number) => void;
  readonly failing: (why: string) => void;
}

/**
 * One task of one backend: tablet after tablet, in the time that their size takes. What goes wrong is tried again every
 * 10 s for as long as the job lets it.
 *
 * @returns what no retry mends; undefined when all is done or the task was given up
 */
export async function runTask<Item>(running: Running<Item>): Promise<Failed | undefined> {
  const { cluster, task, going, move, bytesOf } = running;
  let refusals = 0;
  for (let done = 0; done < task.items.length && going(); ) {
    const item = task.items[done]!;
    try {
      if (cluster.faults.transferStuck(cluster.name)) throw new Stuck();
      await cluster.world.sleep(milliseconds((bytesOf(item) / cluster.bytesPerSecond) * 1_000));
      if (!going()) return undefined;
      await move(item);
      if (!going()) return undefined;
      running.stepped(++done);
    } catch (error) {
      if (error instanceof Failed) return error;
      if (!(error instanceof Stuck) && !isFromS3(error)) throw error;
      const why = `(${cluster.hostOf(task.backend)})[INTERNAL_ERROR]${printS3Error(error)}`;
      if (!going()) return undefined;
      running.failing(why);
      if (isRefused(error) && ++refusals >= REFUSALS_MAX) return new Failed('COMMON_ERROR', why);
      await cluster.world.sleep(RETRY_AFTER);
    }
  }
  return undefined;
}

class Stuck extends Error {
  override readonly name = 'IO_ERROR';

  constructor() {
    super('failed to transfer files of snapshot: connection reset');
  }
}

/** A repository as one backend sees it: with the same credentials, from the backend's own host. */
export function backendStore(
  cluster: DorisCluster,
  backend: number,
  { place, parts }: Repository,
): ObjectStore {
  return new ObjectStore(place, async (operation, input) => {
    if (cluster.faults.denied(cluster.name, backend, operation))
      throw s3Refusal('AccessDenied', 'Access Denied');
    return callWith(cluster.hosts, parts.properties)('s3', place.region, operation, input);
  });
}
