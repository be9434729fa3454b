import { seconds } from '../../../core/time/instant.ts';
import type { Ecs } from '../../ecs/service.ts';
import type { ContainerDefinition } from '../../ecs/task-definition.ts';
import { NotModelled, onlyModelled } from '../../service.ts';
import type { Creators } from '../deploy.ts';
import { list, type Properties, part, text, whole } from './properties.ts';

const CLUSTER = ['ClusterName', 'ClusterSettings', 'Tags'];
/** Volumes, and what goes with them in a container, mean nothing to a double: it has no file system. */
const DEFINITION = [
  'Family',
  'ContainerDefinitions',
  'Cpu',
  'Memory',
  'NetworkMode',
  'RequiresCompatibilities',
  'RuntimePlatform',
  'EphemeralStorage',
  'ExecutionRoleArn',
  'TaskRoleArn',
  'Volumes',
  'Tags',
];
const CONTAINER = [
  'Name',
  'Image',
  'EntryPoint',
  'Command',
  'Environment',
  'Secrets',
  'Essential',
  'LogConfiguration',
  'StopTimeout',
  'User',
  'WorkingDirectory',
  'ReadonlyRootFilesystem',
  'MountPoints',
];
const STOP_TIMEOUT_SECONDS = 30;

/** Clusters and task definitions. Each change of a definition is a new revision, whose ARN is its reference. */
export function containers({ ecs }: { readonly ecs: Ecs }): Creators {
  return {
    'AWS::ECS::Cluster': (p, { account, region, generatedName }) => {
      onlyModelled('ecs', 'AWS::ECS::Cluster', p, CLUSTER);
      const name = text(p, 'ClusterName') ?? generatedName;
      return { ref: name, attributes: { Arn: ecs.createCluster({ region, account, name }) } };
    },
    'AWS::ECS::TaskDefinition': (p, { account, region, generatedName }) => {
      onlyModelled('ecs', 'AWS::ECS::TaskDefinition', p, DEFINITION);
      const [container, ...more] = list(p, 'ContainerDefinitions');
      if (!container || more.length > 0)
        throw new NotModelled('ecs', `${more.length + 1} containers in one task`);
      if (!list<string>(p, 'RequiresCompatibilities').includes('FARGATE'))
        throw new NotModelled('ecs', 'task definitions that are not for Fargate');
      const taskRole = text(p, 'TaskRoleArn');
      const executionRole = text(p, 'ExecutionRoleArn');
      const arn = ecs.registerTaskDefinition({
        family: text(p, 'Family') ?? generatedName,
        account,
        region,
        cpu: whole(p, 'Cpu') ?? 0,
        memoryMib: whole(p, 'Memory') ?? 0,
        container: containerOf(container, region),
        tags: list(p, 'Tags').map((tag) => ({ key: text(tag, 'Key')!, value: text(tag, 'Value')! })),
        ...(taskRole === undefined ? {} : { taskRole }),
        ...(executionRole === undefined ? {} : { executionRole }),
      });
      return { ref: arn, attributes: { TaskDefinitionArn: arn } };
    },
  };
}

function containerOf(p: Properties, region: string): ContainerDefinition {
  onlyModelled('ecs', 'AWS::ECS::TaskDefinition.ContainerDefinitions', p, CONTAINER);
  const log = logOf(part(p, 'LogConfiguration'), region);
  const pairs = (of: string, value: string) =>
    Object.fromEntries(list(p, of).map((pair) => [text(pair, 'Name')!, text(pair, value) ?? '']));
  return {
    name: text(p, 'Name')!,
    image: text(p, 'Image')!,
    entryPoint: list<string>(p, 'EntryPoint'),
    command: list<string>(p, 'Command'),
    environment: pairs('Environment', 'Value'),
    secrets: pairs('Secrets', 'ValueFrom'),
    stopTimeout: seconds(whole(p, 'StopTimeout') ?? STOP_TIMEOUT_SECONDS),
    ...(log ? { log } : {}),
  };
}

function logOf(p: Properties, region: string): ContainerDefinition['log'] {
  const driver = text(p, 'LogDriver');
  if (driver === undefined) return undefined;
  const there = text(p, 'Options', 'awslogs-region');
  if (driver !== 'awslogs' || there !== region)
    throw new NotModelled('ecs', `the log driver ${driver} to ${there} from ${region}`);
  return {
    group: text(p, 'Options', 'awslogs-group')!,
    streamPrefix: text(p, 'Options', 'awslogs-stream-prefix')!,
  };
}
