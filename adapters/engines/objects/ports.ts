import type { Step, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { HoldfastError, ResourceMissing, reasonOf } from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { itemKey } from '../../../core/manifest/layout.ts';
import type { ManifestLine } from '../../../core/manifest/line.ts';
import type { Cluster, ObjectsCluster } from '../../../core/plan/installation.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';
import { sha256 } from '../shared/sha256.ts';

export interface ObjectsPorts {
  readonly store: (region: string) => ObjectStore;
  /** Region → vault bucket. */
  readonly vaults: Readonly<Record<string, string>>;
  /** Where the protected buckets lie. */
  readonly home: string;
  /** Hashes keys that are too long for a vault. @default SHA-256 of node:crypto */
  readonly sha256?: (text: string) => string;
  /** @default LAP */
  readonly lap?: Lap;
}

/** What one call of begin or poll does at most. The machine comes again for the rest. */
export interface Lap {
  readonly pages: number;
  readonly shards: number;
}

/**
 * A page of 1,000 versions takes S3 some 100 ms and a shard some 50 ms to write: a lap ends within five minutes, a third
 * of what a function has. A thousand shards are a million objects, and 6 kB of the 256 KiB that an execution may carry.
 */
export const LAP: Lap = { pages: 1_500, shards: 1_000 };

/**
 * Copies under way in one child. At some 50 ms each this asks for 600 requests a second, what one vCPU signs; S3 takes
 * 3,500 a second and prefix before it says SlowDown, and more as it scales (optimizing-performance.html).
 */
export const COPIES_IN_FLIGHT = 32;

export function placeOf(
  ports: ObjectsPorts,
  region: string,
  cluster: string,
  id: RecoveryPointId,
): ManifestPlace {
  const bucket = ports.vaults[region];
  if (bucket === undefined)
    throw new ResourceMissing(
      `no vault is known in ${region}; vaults are known in ${Object.keys(ports.vaults).join(', ')}`,
      { region },
    );
  return { store: ports.store(region), bucket, cluster, id };
}

/** Where an item's bytes lie in every vault. */
export const vaultKey = (
  ports: ObjectsPorts,
  cluster: string,
  line: Pick<ManifestLine, 'key' | 'since'>,
): string => itemKey(cluster, line.since, line.key, ports.sha256 ?? sha256);

export function objectsCluster(cluster: Cluster): ObjectsCluster {
  invariant(cluster.engine === 'objects', 'the objects driver gets clusters of engine objects', {
    cluster: cluster.name,
    engine: cluster.engine,
  });
  return cluster;
}

/** What no retry mends is an outcome with its reason; what may pass is thrown for the machine to retry. */
export async function stepOf(work: () => Promise<Step>): Promise<Step> {
  try {
    return await work();
  } catch (error) {
    if (isFinal(error)) return { outcome: 'failed', reason: reasonOf(error) };
    throw error;
  }
}

export async function verdictOf(work: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await work();
  } catch (error) {
    if (isFinal(error)) return { sound: false, reason: reasonOf(error) };
    throw error;
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof HoldfastError && !error.retryable && error.family !== 'defect';
