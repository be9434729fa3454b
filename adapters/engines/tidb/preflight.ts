import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  HoldfastError,
  InvalidInput,
  type Reason,
  RecoveryPointNotRestorable,
  reasonOf,
  TargetNotUsable,
  UnsupportedByEngine,
  WindowNotCovered,
} from '../../../core/errors/registry.ts';
import { logObstacle } from '../../../core/log/windows.ts';
import type { TidbReach } from '../../../core/plan/installation.ts';
import { placeOf } from '../objects/ports.ts';
import { readLines } from '../shared/manifest-io.ts';
import { requireNothingThere } from './drilled.ts';
import { lineageOf, type Snapshot } from './lineage.ts';
import { type TidbDriverPorts, type TidbPorts, tidbCluster } from './ports.ts';
import { ownPlace } from './refill.ts';
import { databasesIn } from './sql.ts';

/** From here on BR restores a part of a log: `--filter` with `restore point` (contract of PITR). */
const FILTERED_LOG_MAJOR = 9;

/**
 * What can be seen without a container: of the request, of the target's settings and of the manifests. Whether the
 * target is empty and reached, BR says as its first act.
 */
export async function preflightRestore(
  ports: TidbDriverPorts,
  spec: RestoreSpec,
): Promise<readonly Reason[]> {
  const checks = [
    () => refuseNativePointInTime(spec),
    () => requireScope(spec),
    () => void reachOf(spec),
    () => requireLog(spec),
    () => requireSnapshots(ports, spec),
    () => requireRoomForDrill(ports, spec),
    () => requireSpeech(ports, spec),
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

function refuseNativePointInTime(spec: RestoreSpec): void {
  if (spec.nativePointInTime)
    throw new UnsupportedByEngine(
      `TiDB has no point-in-time restore of its own: ${spec.cluster.name} is restored to recovery points, and between them from its log backup; ask for an instant that the log covers`,
    );
}

/** Where the restore lands: BR fills a cluster that is there; a refill the protected one itself. */
export function reachOf({ region, cluster, mode }: RestoreSpec): TidbReach {
  const { reach: own, restoreInto } = tidbCluster(cluster);
  const reach = mode === 'refill' ? own : restoreInto[region]?.reach;
  if (reach) return reach;
  throw new TargetNotUsable(
    `the restore of ${cluster.name} in ${region} names no cluster to fill; make an empty one of version ${tidbCluster(cluster).version}, and name its reach in restoreInto for this region`,
    { region },
  );
}

/** All that is there when a drill has ended is taken for what the drill brought. */
async function requireRoomForDrill(
  ports: TidbDriverPorts,
  { cluster, region, restore }: RestoreSpec,
): Promise<void> {
  if (restore.drill) await requireNothingThere(ports, tidbCluster(cluster), region);
}

/** Whoever empties a cluster has to be let in there, and see what it holds: said before anything is stopped or dropped. */
async function requireSpeech(ports: TidbDriverPorts, spec: RestoreSpec): Promise<void> {
  if (spec.mode === 'refill') await databasesIn(ports, ownPlace(spec));
}

function requireScope({ scope, cluster, log }: RestoreSpec): void {
  if (!scope) return;
  const { databases = [], tables = [] } = scope;
  const wrong = [
    ...databases.filter((name) => name === ''),
    ...tables.filter((name) => !/^[^.]+\../.test(name)),
  ];
  if (databases.length + tables.length === 0 || wrong.length > 0)
    throw new InvalidInput(
      `scope names databases, or tables as database.table, and at least one; received ${JSON.stringify(scope)}`,
    );
  const { version } = tidbCluster(cluster);
  if (log && majorMinor(version)[0] < FILTERED_LOG_MAJOR)
    throw new UnsupportedByEngine(
      `BR ${version} restores a log as a whole, and ${[...databases, ...tables].join(', ')} alone were asked for; restore a recovery point by its id, or all of the cluster to the instant`,
    );
}

function requireLog({ log, point, instant }: RestoreSpec): void {
  const obstacle = log && logObstacle(log.chain, point, instant);
  if (obstacle) throw new WindowNotCovered(obstacle.message, { recoveryPoint: point.id });
}

/** All snapshots that the restore takes: their manifests are whole, and BR's version can read them. */
async function requireSnapshots(ports: TidbPorts, spec: RestoreSpec): Promise<void> {
  const { cluster, point, region } = spec;
  const lineage = await lineageOf(ports, region, cluster.name, point.id, point.content?.root);
  for (const snapshot of lineage) {
    await requireWhole(ports, spec, snapshot);
    requireVersion(spec, snapshot);
  }
  if (spec.log && lineage.length > 1)
    throw new RecoveryPointNotRestorable(
      `${point.id} is an incremental snapshot, and BR replays a log on a full one only; restore from the newest full one before ${point.id}`,
      { recoveryPoint: point.id },
    );
}

/** Reads every shard: each must be what the index says. */
async function requireWhole(
  ports: TidbPorts,
  { cluster, region }: RestoreSpec,
  { id, index }: Snapshot,
): Promise<void> {
  const place = placeOf(ports, region, cluster.name, id);
  for await (const line of readLines(place, index.shards)) void line;
}

/** BR restores into the version that a snapshot was taken of, and into later ones (backup-and-restore-overview). */
function requireVersion({ cluster }: RestoreSpec, { id, version }: Snapshot): void {
  const now = tidbCluster(cluster).version;
  const [major, minor] = majorMinor(version);
  const [nowMajor, nowMinor] = majorMinor(now);
  if (nowMajor > major || (nowMajor === major && nowMinor >= minor)) return;
  throw new TargetNotUsable(
    `${id} was taken of TiDB ${version}, and the configuration names ${now} for ${cluster.name}: BR restores into the same version or a later one; make a cluster of ${version} at least, and name that version`,
    { recoveryPoint: id },
  );
}

function majorMinor(version: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return [Number(major), Number(minor)];
}
