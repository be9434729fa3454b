import type {
  CreateDBInstanceMessage,
  DBInstance,
  DeleteDBInstanceMessage,
  DescribeDBInstancesMessage,
} from '@aws-sdk/client-rds';
import type { Instant } from '../../core/time/instant.ts';
import { NotModelled } from '../service.ts';
import { clusterNamed } from './api-clusters.ts';
import { deleted, instanceReady } from './durations.ts';
import {
  instanceAlreadyExists,
  instanceNotFound,
  invalidClusterState,
  invalidInstanceState,
  invalidParameterCombination,
} from './errors.ts';
import { arnOf, filtered, identifier, operation, page } from './operation.ts';
import { type Instance, lookUp, present } from './store.ts';
import { GONE, Timeline } from './timeline.ts';

export const createInstance = operation<CreateDBInstanceMessage>(
  [
    'DBInstanceIdentifier',
    'DBInstanceClass',
    'Engine',
    'DBClusterIdentifier',
    'PromotionTier',
    'AvailabilityZone',
    'DBParameterGroupName',
    'PubliclyAccessible',
    'AutoMinorVersionUpgrade',
    'Tags',
  ],
  (input, context) => {
    const { call, chance, here } = context;
    const id = identifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
    if (input.DBClusterIdentifier === undefined) throw new NotModelled('rds', 'instances without a cluster');
    const cluster = clusterNamed(input.DBClusterIdentifier, context);
    if (lookUp(here.instances, id, call.now)) throw instanceAlreadyExists('DB instance already exists');
    if (cluster.instanceClass !== undefined)
      throw invalidParameterCombination('A Multi-AZ DB cluster brings its own instances.');
    if (input.Engine !== cluster.engine)
      throw invalidParameterCombination(
        `The engine name requested for your DB instance (${input.Engine}) doesn't match the engine name of your DB cluster (${cluster.engine}).`,
      );
    const status = cluster.timeline.status(call.now);
    if (status !== 'available')
      throw invalidClusterState(`DBCluster ${cluster.id} is not available: its status is ${status}.`);
    const zone = input.AvailabilityZone ?? `${here.region}${'abc'[chance.between(0, 2)]}`;
    if (!zone.startsWith(here.region))
      throw invalidParameterCombination(`${zone} is not a valid availability zone of ${here.region}.`);
    const instance: Instance = {
      id,
      arn: arnOf(call, 'db', id),
      clusterId: cluster.id,
      engine: cluster.engine,
      instanceClass: input.DBInstanceClass ?? '',
      promotionTier: input.PromotionTier ?? 1,
      availabilityZone: zone,
      parameterGroup: input.DBParameterGroupName ?? `default.${cluster.engine}`,
      publiclyAccessible: input.PubliclyAccessible ?? false,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      createdAt: call.now,
      timeline: new Timeline('creating', call.now).next('available', instanceReady(call.now, chance)),
      tags: [...(input.Tags ?? [])],
    };
    here.instances.set(id, instance);
    return { DBInstance: describe(instance, call.now) };
  },
);

export const describeInstances = operation<DescribeDBInstancesMessage>(
  ['DBInstanceIdentifier', 'Filters', 'MaxRecords', 'Marker'],
  (input, { call, here }) => {
    if (input.DBInstanceIdentifier !== undefined) {
      const one = lookUp(here.instances, input.DBInstanceIdentifier, call.now);
      if (!one) throw instanceNotFound(`DBInstance ${input.DBInstanceIdentifier} not found.`);
      return { DBInstances: [describe(one, call.now)] };
    }
    const all = filtered('DescribeDBInstances', present(here.instances, call.now), input.Filters, {
      'db-cluster-id': (instance) => [instance.clusterId],
      'db-instance-id': (instance) => [instance.id],
      engine: (instance) => [instance.engine],
    });
    const { items, ...rest } = page(all, input);
    return { DBInstances: items.map((instance) => describe(instance, call.now)), ...rest };
  },
);

export const deleteInstance = operation<DeleteDBInstanceMessage>(
  ['DBInstanceIdentifier', 'SkipFinalSnapshot'],
  (input, { call, chance, here }) => {
    const instance = lookUp(here.instances, input.DBInstanceIdentifier ?? '', call.now);
    if (!instance) throw instanceNotFound(`DBInstance ${input.DBInstanceIdentifier} not found.`);
    if (instance.timeline.status(call.now) === 'deleting')
      throw invalidInstanceState(`Instance ${instance.id} is already being deleted.`);
    instance.timeline.interrupt(call.now).next('deleting', call.now).next(GONE, deleted(call.now, chance));
    return { DBInstance: describe(instance, call.now) };
  },
);

function describe(instance: Instance, now: Instant): DBInstance {
  return {
    DBInstanceIdentifier: instance.id,
    DBInstanceArn: instance.arn,
    DBClusterIdentifier: instance.clusterId,
    DBInstanceClass: instance.instanceClass,
    DBInstanceStatus: instance.timeline.status(now),
    Engine: instance.engine,
    PromotionTier: instance.promotionTier,
    AvailabilityZone: instance.availabilityZone,
    DBParameterGroups: [{ DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: 'in-sync' }],
    PubliclyAccessible: instance.publiclyAccessible,
    AutoMinorVersionUpgrade: instance.autoMinorVersionUpgrade,
    InstanceCreateTime: new Date(instance.createdAt),
    TagList: [...instance.tags],
  };
}
