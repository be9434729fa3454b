import { isDeepStrictEqual } from 'node:util';
import type { Failure, RunTaskRequest, RunTaskResponse } from '@aws-sdk/client-ecs';
import { uuid } from '../random/uuid.ts';
import { AwsError, onlyModelled } from '../service.ts';
import { clientException, conflict, invalidParameter } from './errors.ts';
import { Life } from './life.ts';
import { type Context, operation } from './operation.ts';
import { overrideOf, rolesOf } from './start.ts';
import { type Cluster, clusterIn, definitionIn, forget, shown, type Task, type TaskState } from './store.ts';
import { fits, type TaskDefinition } from './task-definition.ts';

const COUNT_MAX = 10;
/** TaskOverride: 8,192 characters for all of it, the syntax of its JSON included. */
const OVERRIDES_CHARACTERS = 8_192;
const CLIENT_TOKEN = /^[\x21-\x7e]{1,64}$/;
const STARTED_BY = /^[A-Za-z0-9/_-]{1,128}$/;
const TAGS_MAX = 50;

const NO_CAPACITY: Failure = {
  reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
};

/** Answers 200 whatever becomes of the tasks: those that there is no room for are in `failures`. */
export const runTask = operation<RunTaskRequest>(
  [
    'cluster',
    'taskDefinition',
    'count',
    'launchType',
    'platformVersion',
    'networkConfiguration',
    'overrides',
    'startedBy',
    'clientToken',
    'tags',
    'propagateTags',
  ],
  (request, context): RunTaskResponse => {
    const { here, call } = context;
    const cluster = clusterIn(here, request.cluster);
    forget(cluster, call.now);
    checkRequest(request);
    const before = replayed(cluster, request);
    if (before) return { tasks: before.map((task) => shown(task, true)), failures: [] };
    const definition = definitionIn(here, request.taskDefinition ?? '');
    checkOverrides(request, definition);
    const roles = rolesOf({ definition, request });
    for (const role of [roles.task, roles.execution])
      if (role !== undefined) checkTrust(role, cluster, context);

    const tasks: Task[] = [];
    const failures: Failure[] = [];
    for (let nth = 0; nth < (request.count ?? 1); nth++) {
      const task = taskOf(request, cluster, definition, context);
      if (context.faults.outOfCapacity?.(task)) failures.push(NO_CAPACITY);
      else tasks.push(task);
    }
    const { clientToken } = request;
    // A token that has started nothing is free: the same request may be sent again.
    if (clientToken !== undefined && tasks.length > 0)
      cluster.tokens.set(clientToken, { request, tasks, at: call.now });
    for (const task of tasks) begin(task, context);
    return { tasks: tasks.map((task) => shown(task, true)), failures };
  },
);

function begin(task: Task, { life: { world } }: Context): void {
  task.cluster.tasks.set(task.arn, task);
  world.log(`ecs: ${task.family} ${task.id} in ${task.region} is ${task.lastStatus}`);
  world.at(world.now(), () => task.life.live());
}

function taskOf(
  request: RunTaskRequest,
  cluster: Cluster,
  definition: TaskDefinition,
  { call, life }: Context,
): Task {
  const id = uuid(life.chance).replaceAll('-', '');
  const inherited = request.propagateTags === 'TASK_DEFINITION' ? (definition.tags ?? []) : [];
  const state: TaskState = {
    id,
    arn: `${cluster.arn.replace(':cluster/', ':task/')}/${id}`,
    region: call.region,
    family: definition.family,
    startedBy: request.startedBy,
    cluster,
    definition,
    request,
    tags: [...inherited, ...(request.tags ?? [])],
    createdAt: call.now,
    container: { lastStatus: 'PENDING' },
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 1,
  };
  return Object.assign(state, { life: new Life(state, life) });
}

/** What the same token started before. Throws when it was another request. */
function replayed({ tokens }: Cluster, request: RunTaskRequest): readonly Task[] | undefined {
  const before = request.clientToken === undefined ? undefined : tokens.get(request.clientToken);
  if (before && !isDeepStrictEqual(before.request, request))
    throw conflict(before.tasks.map(({ arn }) => arn));
  return before?.tasks;
}

function checkRequest(request: RunTaskRequest): void {
  const { count = 1, launchType, networkConfiguration, startedBy, clientToken, tags = [] } = request;
  if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX)
    throw invalidParameter(`count is 1 to ${COUNT_MAX}; received ${count}`);
  // The default is EC2, and these clusters have no instances.
  if (launchType !== 'FARGATE') throw invalidParameter('No Container Instances were found in your cluster.');
  if (!networkConfiguration?.awsvpcConfiguration)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if ((networkConfiguration.awsvpcConfiguration.subnets ?? []).length === 0)
    throw invalidParameter('subnets can not be empty.');
  if (startedBy !== undefined && !STARTED_BY.test(startedBy))
    throw invalidParameter(
      `startedBy is up to 128 letters, numbers, hyphens, slashes and underscores; received ${startedBy}`,
    );
  if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken))
    throw invalidParameter(`clientToken is up to 64 visible ASCII characters; received ${clientToken}`);
  if (tags.length > TAGS_MAX)
    throw invalidParameter(`a task has up to ${TAGS_MAX} tags; received ${tags.length}`);
}

function checkOverrides(request: RunTaskRequest, definition: TaskDefinition): void {
  const { overrides = {} } = request;
  onlyModelled('ecs', 'RunTask.overrides', overrides, [
    'containerOverrides',
    'cpu',
    'memory',
    'taskRoleArn',
    'executionRoleArn',
  ]);
  if (JSON.stringify(overrides).length > OVERRIDES_CHARACTERS)
    throw invalidParameter(`Container Overrides length must be at most ${OVERRIDES_CHARACTERS}`);
  for (const override of overrides.containerOverrides ?? []) {
    onlyModelled('ecs', 'RunTask.overrides.containerOverrides', override, ['name', 'command', 'environment']);
    if (override.name !== definition.container.name)
      throw invalidParameter(
        `Override for container named ${override.name} is not a container in the TaskDefinition.`,
      );
    if (override !== overrideOf(request))
      throw invalidParameter(`Override for container named ${override.name} is given more than once.`);
  }
  const cpu = Number(overrides.cpu ?? definition.cpu);
  const memory = Number(overrides.memory ?? definition.memoryMib);
  if (!fits(cpu, memory)) throw clientException('No Fargate configuration exists for given values.');
}

function checkTrust(role: string, cluster: Cluster, { assume }: Context): void {
  try {
    assume(role, cluster.arn.replace(':cluster/', ':task/'));
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    throw clientException(
      `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
    );
  }
}
