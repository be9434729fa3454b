import { CreateDBInstanceCommand, DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { RestoreFailed, TargetNotEmpty } from '../../../core/errors/registry.ts';
import { instancesOf } from './clusters.ts';
import type { CapturedInstance, RdsConfiguration } from './configuration.ts';
import { alreadyExists, failed, isNotFound, restoreFault } from './faults.ts';
import { askAgain, isFailure } from './progress.ts';
import { instanceAt, instanceNames, tagsFor, targetClusterId, zoneFor } from './target.ts';

/** A restored cluster serves nothing until it has the instances that were captured. */
export async function instancesStep(
  rds: RDSClient,
  spec: RestoreSpec,
  captured: RdsConfiguration,
  cursor: Cursor,
): Promise<Step> {
  const id = targetClusterId(spec);
  const count = captured.instances.length;
  const found = await instancesOf(rds, id);
  let ready = 0;
  for (const [index, wanted] of captured.instances.entries()) {
    const instance = instanceAt(found, id, index, count);
    const status = instance?.DBInstanceStatus ?? 'creating';
    if (isFailure(status))
      return gaveUp(spec, `the instance ${instance?.DBInstanceIdentifier ?? ''}`, status);
    if (!instance) await startInstance(rds, spec, captured, wanted, index);
    else if (status === 'available') ready++;
  }
  if (ready === count) return { outcome: 'ready', cursor };
  // Waiting starts anew where the instances start: minutes, like the cluster before them.
  const stage = cursor['stage'] === 'instances' ? cursor : { ...cursor, stage: 'instances', polls: 0 };
  return askAgain('running', `cluster ${id}: ${ready} of ${count} instances`, stage);
}

/** Under the first of its names that no other cluster's instance has: one that was renamed leaves its instances their names. */
async function startInstance(
  rds: RDSClient,
  spec: RestoreSpec,
  captured: RdsConfiguration,
  instance: CapturedInstance,
  index: number,
): Promise<void> {
  const id = targetClusterId(spec);
  const names = instanceNames(id, index, captured.instances.length);
  for (const name of names) {
    if (await created(rds, spec, captured, instance, name)) return;
    if ((await clusterOf(rds, name)) === id) return;
  }
  throw new TargetNotEmpty(
    `instances called ${names[0]} to ${names.at(-1)} are in ${spec.region} already, and belong to other clusters; rename one of them, and start the restore again`,
  );
}

/** False when there is an instance of this name. */
async function created(
  rds: RDSClient,
  spec: RestoreSpec,
  captured: RdsConfiguration,
  instance: CapturedInstance,
  name: string,
): Promise<boolean> {
  const zone = zoneFor(spec, instance);
  // The names of instance parameter groups are captured, not their content: elsewhere RDS's default stands in.
  const group = spec.region === spec.point.region ? instance.parameterGroup : undefined;
  try {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBInstanceClass: instance.instanceClass,
        Engine: captured.engine,
        DBClusterIdentifier: targetClusterId(spec),
        PromotionTier: instance.promotionTier,
        AutoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
        Tags: tagsFor(spec, captured),
        ...(zone === undefined ? {} : { AvailabilityZone: zone }),
        ...(group === undefined ? {} : { DBParameterGroupName: group }),
        ...(captured.engine === 'docdb'
          ? {}
          : { PubliclyAccessible: instance.publiclyAccessible && !spec.restore.drill }),
      }),
    );
    return true;
  } catch (error) {
    if (alreadyExists(error)) return false;
    throw restoreFault(error);
  }
}

async function clusterOf(rds: RDSClient, name: string): Promise<string | undefined> {
  try {
    const found = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return found.DBInstances?.[0]?.DBClusterIdentifier;
  } catch (error) {
    // It went away this very moment.
    if (isNotFound(error)) return undefined;
    throw restoreFault(error);
  }
}

export const gaveUp = (spec: RestoreSpec, what: string, status: string): Step =>
  failed(
    new RestoreFailed(
      `${what} in ${spec.region} ended as ${status}; look at its events in rds, remove it and start the restore again`,
    ),
  );
