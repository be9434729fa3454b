import { DescribeDBEngineVersionsCommand, DescribeDBSubnetGroupsCommand } from '@aws-sdk/client-rds';
import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  HoldfastError,
  type Reason,
  RecoveryPointNotRestorable,
  reasonOf,
  TargetNotEmpty,
  TargetNotUsable,
  WindowNotCovered,
} from '../../../core/errors/registry.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import { iso } from '../../../core/time/instant.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { findCluster } from './clusters.ts';
import { parseConfiguration, type RdsConfiguration } from './configuration.ts';
import { isNotFound, rdsFault } from './faults.ts';
import { manifestIn, type RdsPorts } from './ports.ts';
import { findSnapshot, isOurs } from './snapshots.ts';
import {
  isClusterId,
  isOursToRestore,
  securityGroupsFor,
  subnetGroupFor,
  targetClusterId,
} from './target.ts';
import { restorableWindow } from './window.ts';

/** The configuration that was captured, from the manifest in the region of the restore. */
export async function capturedConfiguration(ports: RdsPorts, spec: RestoreSpec): Promise<RdsConfiguration> {
  const index = await readIndex(manifestIn(ports, spec.region, spec.point), spec.point.content?.root);
  return parseConfiguration(index.configuration, spec.point.id);
}

/** Everything that would stop the restore later, all at once. Looks only. */
export async function preflightRestore(ports: RdsPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  let captured: RdsConfiguration;
  try {
    captured = await capturedConfiguration(ports, spec);
  } catch (error) {
    if (error instanceof HoldfastError && !error.retryable) return [reasonOf(error)];
    throw error;
  }
  const found = [
    await targetIsFree(ports, spec),
    await networkIsThere(ports, spec, captured),
    await versionIsOffered(ports, spec, captured),
    spec.nativePointInTime ? await windowCovers(ports, spec) : await snapshotIsThere(ports, spec),
  ];
  return found.flatMap((errors) => errors ?? []).map(reasonOf);
}

type Obstacle = HoldfastError | readonly HoldfastError[] | undefined;

async function targetIsFree(ports: RdsPorts, spec: RestoreSpec): Promise<Obstacle> {
  const id = targetClusterId(spec);
  if (!isClusterId(id))
    return new TargetNotUsable(
      `${id} cannot be a cluster's name: at most 60 letters, digits and single hyphens, a letter first; name another clusterId`,
    );
  const rds = ports.rds(spec.region);
  const there = await findCluster(rds, id);
  if (!there || (await isOursToRestore(rds, there, spec))) return undefined;
  return new TargetNotEmpty(
    `the cluster ${id} exists in ${spec.region} (${there.Engine}, ${there.Status}), and a restore never overwrites; name another clusterId`,
  );
}

async function networkIsThere(
  ports: RdsPorts,
  spec: RestoreSpec,
  captured: RdsConfiguration,
): Promise<Obstacle> {
  const obstacles: HoldfastError[] = [];
  const subnetGroup = subnetGroupFor(spec, captured);
  if (subnetGroup !== undefined && !(await subnetGroupExists(ports, spec.region, subnetGroup)))
    obstacles.push(
      new TargetNotUsable(
        `there is no DB subnet group ${subnetGroup} in ${spec.region}; create it, or name another one as target.subnetGroup or in the cluster's restoreInto`,
      ),
    );
  if (securityGroupsFor(spec, captured) === undefined)
    obstacles.push(
      new TargetNotUsable(
        `the captured security groups ${captured.securityGroups.join(', ')} belong to ${spec.point.region} and mean nothing in ${spec.region}; name some as target.securityGroups or in the cluster's restoreInto`,
      ),
    );
  return obstacles;
}

async function subnetGroupExists(ports: RdsPorts, region: string, name: string): Promise<boolean> {
  try {
    await ports.rds(region).send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw rdsFault(error);
  }
}

async function versionIsOffered(
  ports: RdsPorts,
  spec: RestoreSpec,
  captured: RdsConfiguration,
): Promise<Obstacle> {
  const { engine, engineVersion } = captured;
  try {
    const { DBEngineVersions } = await ports
      .rds(spec.region)
      .send(new DescribeDBEngineVersionsCommand({ Engine: engine, EngineVersion: engineVersion }));
    if ((DBEngineVersions ?? []).length > 0) return undefined;
  } catch (error) {
    throw rdsFault(error);
  }
  return new TargetNotUsable(
    `rds does not offer ${engine} ${engineVersion} in ${spec.region}; restore in another region, or restore the snapshot by hand with a newer version`,
  );
}

async function snapshotIsThere(ports: RdsPorts, spec: RestoreSpec): Promise<Obstacle> {
  const rds = ports.rds(spec.region);
  const name = snapshotName(spec.point.id);
  const snapshot = await findSnapshot(rds, name);
  if (snapshot?.Status === 'available' && (await isOurs(rds, snapshot, spec.point))) return undefined;
  const what = !snapshot
    ? 'is missing'
    : snapshot.Status === 'available'
      ? 'does not carry the tags of this recovery point'
      : `is ${snapshot.Status}`;
  return new RecoveryPointNotRestorable(
    `the snapshot ${name} ${what} in ${spec.region}; restore another recovery point, or this one in another region`,
  );
}

async function windowCovers(ports: RdsPorts, spec: RestoreSpec): Promise<Obstacle> {
  const window = spec.region === ports.home ? await restorableWindow(ports, spec.cluster) : undefined;
  if (window && spec.instant >= window.earliest && spec.instant <= window.latest) return undefined;
  const range = window
    ? `is ${iso(window.earliest)} to ${iso(window.latest)}`
    : `is not there: the cluster is gone, has just been made, or lives in another region`;
  return new WindowNotCovered(
    `rds cannot restore ${spec.cluster.name} to ${iso(spec.instant)} in ${spec.region}: its restorable window ${range}; restore a recovery point instead`,
  );
}
