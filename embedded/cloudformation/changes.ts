import { isDeepStrictEqual } from 'node:util';
import type { EmbeddedCloud } from '../cloud.ts';
import type { PolicyDocument } from '../iam/evaluate.ts';
import { NotModelled } from '../service.ts';
import { roleArn } from './creators/permissions.ts';
import { list, type Properties, text } from './creators/properties.ts';
import type { Deployed } from './deploy.ts';

/** Where a resource is. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What an update does to resources of one type that are there already. */
interface Change {
  /** Properties that CloudFormation changes only by making another resource in the place of this one. */
  readonly fixed: readonly string[];
  /** What has to go before the new properties are put in place; the creator does the rest. @default nothing */
  readonly clear?: (cloud: EmbeddedCloud, before: Deployed, place: Place) => void;
  /** Takes away, when all else of the update is done, what the new properties stand beside. @default nothing */
  readonly retire?: (cloud: EmbeddedCloud, before: Deployed) => void;
  /** Takes the resource away. @default refused */
  readonly remove?: (cloud: EmbeddedCloud, before: Deployed, place: Place) => void;
}

/** Creators of these types put a resource in place whether one of its name is there or not. */
const CHANGES: Readonly<Record<string, Change>> = {
  'AWS::Lambda::Function': { fixed: ['FunctionName', 'PackageType'] },
  'AWS::StepFunctions::StateMachine': { fixed: ['StateMachineName', 'StateMachineType'] },
  'AWS::Events::Rule': { fixed: ['Name', 'EventBusName'] },
  'AWS::CloudWatch::Alarm': { fixed: ['AlarmName'] },
  'AWS::Scheduler::Schedule': {
    fixed: ['Name', 'GroupName'],
    remove: ({ scheduler, world }, { properties, created }, { account, region }) =>
      void scheduler.call(
        'DeleteSchedule',
        { Name: created.ref, GroupName: text(properties, 'GroupName') ?? 'default' },
        { account, region, principal: `arn:aws:iam::${account}:root`, now: world.now() },
      ),
  },
  'AWS::IAM::Role': {
    fixed: ['RoleName', 'Path', 'AssumeRolePolicyDocument'],
    clear: ({ iam }, { properties, created }, { account }) => {
      for (const inline of list(properties, 'Policies'))
        iam.detach(roleArn(account, created.ref), inline['PolicyDocument'] as PolicyDocument);
    },
  },
  'AWS::IAM::Policy': { fixed: [], clear: detachAll, remove: detachAll },
  'AWS::Lambda::EventSourceMapping': { fixed: ['EventSourceArn'], clear: unmap, remove: unmap },
  'AWS::ECS::Cluster': { fixed: ['ClusterName'] },
  'AWS::ECS::TaskDefinition': { fixed: [], retire: deregister, remove: deregister },
  'AWS::Logs::LogGroup': { fixed: ['LogGroupName'], remove: () => {} },
  'AWS::CloudWatch::Dashboard': { fixed: ['DashboardName'], remove: () => {} },
  'AWS::S3::Bucket': {
    fixed: ['BucketName', 'ObjectLockEnabled', 'BucketEncryption', 'VersioningConfiguration'],
    clear: ({ s3 }, { created }) => s3.changeBucket(created.ref),
  },
  'AWS::S3::BucketPolicy': {
    fixed: ['Bucket'],
    clear: ({ iam }, { properties }) =>
      iam.dropResourcePolicy(
        `arn:aws:s3:::${text(properties, 'Bucket')}`,
        properties['PolicyDocument'] as PolicyDocument,
      ),
  },
  'AWS::CDK::Metadata': { fixed: [], remove: () => {} },
};

/** CloudFormation leaves a resource alone whose properties stay as they were. */
export const isChanged = (before: Deployed, properties: Properties, metadata: Properties): boolean =>
  !isDeepStrictEqual(before.properties, properties) || !isDeepStrictEqual(before.metadata, metadata);

/**
 * Makes room for the new properties of a resource; throws `NotModelled` where CloudFormation would replace it. Answers
 * what is left to do at the end of the update.
 */
export function clear(
  cloud: EmbeddedCloud,
  id: string,
  before: Deployed,
  type: string,
  properties: Properties,
  place: Place,
): () => void {
  const change = CHANGES[type];
  if (!change || before.type !== type)
    throw new NotModelled('cloudformation', `an update of ${id}, which is of type ${before.type}`);
  for (const name of change.fixed)
    if (!isDeepStrictEqual(before.properties[name], properties[name]))
      throw new NotModelled('cloudformation', `the replacement of ${id}, whose ${name} changes`);
  change.clear?.(cloud, before, place);
  // CDK writes one removal policy as both, for what is deleted and for what is replaced.
  return () => before.deletionPolicy !== 'Retain' && change.retire?.(cloud, before);
}

/** Takes a resource away that the template does not have any more, unless its policy is to retain it. */
export function remove(cloud: EmbeddedCloud, id: string, before: Deployed, place: Place): void {
  if (before.deletionPolicy === 'Retain') return;
  const change = CHANGES[before.type]?.remove;
  if (!change)
    throw new NotModelled('cloudformation', `the removal of ${id}, which is of type ${before.type}`);
  change(cloud, before, place);
}

function detachAll({ iam }: EmbeddedCloud, { properties }: Deployed, { account }: Place): void {
  for (const role of list<string>(properties, 'Roles'))
    iam.detach(roleArn(account, role), properties['PolicyDocument'] as PolicyDocument);
}

function deregister({ ecs }: EmbeddedCloud, { created }: Deployed): void {
  ecs.deregisterTaskDefinition(created.ref);
}

function unmap({ queues }: EmbeddedCloud, { created }: Deployed): void {
  queues.eventSources.get(created.ref)?.close();
  queues.eventSources.delete(created.ref);
}
