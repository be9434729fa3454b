import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  HoldfastError,
  InvalidInput,
  type Reason,
  reasonOf,
  TargetNotUsable,
  UnsupportedByEngine,
} from '../../../core/errors/registry.ts';
import { placeOf } from '../objects/ports.ts';
import { readLines } from '../shared/manifest-io.ts';
import { fullName, type Held, heldIn, missingOf, wantedOf } from './held.ts';
import { reachOf, suffixOf } from './landing.ts';
import { type MilvusPorts, milvusCluster } from './ports.ts';

/** Of a collection's name in Milvus (proxy.maxNameLength). */
const NAME_MAX = 255;

/** What can be seen without a container: of the request, of the target's settings and of the manifest. */
export async function preflightRestore(ports: MilvusPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  const checks = [
    () => refusePointInTime(spec),
    () => void reachOf(ports, spec),
    () => requirePoint(ports, spec),
  ];
  const reasons: Reason[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error;
      reasons.push(reasonOf(error));
    }
  }
  return reasons;
}

function refusePointInTime({ nativePointInTime, log, cluster }: RestoreSpec): void {
  if (nativePointInTime || log)
    throw new UnsupportedByEngine(
      `milvus-backup knows no log: ${cluster.name} is restored to recovery points and not between them; ask for one by its id, or for its instant`,
    );
}

/** Its manifest is whole, it holds what is asked for, and the target's version can read it. */
async function requirePoint(ports: MilvusPorts, spec: RestoreSpec): Promise<void> {
  const { cluster, region, point } = spec;
  const place = placeOf(ports, region, cluster.name, point.id);
  const held = await heldIn(place, point.content?.root);
  requireScope(spec, held);
  requireVersion(spec, held);
  for await (const line of readLines(place, held.index.shards)) void line;
}

function requireScope({ scope, point, restore }: RestoreSpec, held: Held): void {
  const missing = missingOf(held, scope);
  if (missing.length > 0)
    throw new InvalidInput(
      `${point.id} holds no ${missing.join(', ')}; it holds ${held.collections.map(fullName).slice(0, 20).join(', ')}`,
      { recoveryPoint: point.id },
    );
  const wanted = wantedOf(held, scope);
  if (scope && wanted.length === 0)
    throw new InvalidInput(
      `scope names databases, or collections as database.collection, and at least one collection of ${point.id}; received ${JSON.stringify(scope)}`,
    );
  const long = wanted.find(({ name }) => name.length + suffixOf(restore, 1).length > NAME_MAX);
  if (long)
    throw new InvalidInput(
      `${fullName(long)} has so long a name that no suffix fits behind it, which a restore gives until it is complete; Milvus takes ${NAME_MAX} characters: restore the others by scope`,
    );
}

/** A backup restores into the version that it was taken of, and into later ones (contract, section 1). */
function requireVersion({ cluster, point }: RestoreSpec, { milvusVersion }: Held): void {
  const now = milvusCluster(cluster).version;
  const [major, minor] = majorMinor(milvusVersion);
  const [nowMajor, nowMinor] = majorMinor(now);
  if (nowMajor > major || (nowMajor === major && nowMinor >= minor)) return;
  throw new TargetNotUsable(
    `${point.id} was taken of Milvus ${milvusVersion}, and the configuration names ${now} for ${cluster.name}: a backup restores into the same Milvus or a newer one; set up a cluster of ${milvusVersion} at least, and name that version`,
    { recoveryPoint: point.id },
  );
}

function majorMinor(version: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return [Number(major), Number(minor)];
}
