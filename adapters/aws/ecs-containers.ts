import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  EngineBusy,
  type HoldfastError,
  InvalidInput,
  PermissionMissing,
  QuotaReached,
  ResourceMissing,
  ServiceUnavailable,
} from '../../core/errors/registry.ts';
import type { ContainerOrder, ContainerState, Containers } from '../../core/ports/containers.ts';
import { faultOf, orFault } from './faults.ts';

/** The ECS cluster of an installation, in each of its regions. */
const CLUSTER = 'holdfast';
/** A family is `holdfast-<container>-<cluster>`, and has one container. */
const containerOf = (family: string): string => family.split('-')[1] ?? family;
/** RunTask: the overrides have at most 8,192 characters, JSON's own among them (API_TaskOverride.html). */
const OVERRIDES_MAX = 8_192;
/** No limit is documented for it; a person reads it in the console. */
const REASON_MAX = 255;
/** GetLogEvents may answer pages with nothing in them; the end is where the token repeats itself. */
const LOG_PAGES_MAX = 10;

export interface ContainerClients {
  readonly ecs: (region: string) => ECSClient;
  readonly logs: (region: string) => CloudWatchLogsClient;
}

/** Containers as tasks of ECS on Fargate, whose output goes to CloudWatch Logs (log driver awslogs). */
export const ecsContainers = ({ ecs, logs }: ContainerClients): Containers => ({
  start: (order) => start(ecs(order.region), order),
  look: (region, task) => look(ecs(region), task),
  output: (region, family, task, lines) => output(logs(region), family, task, lines),
  stop: (region, task, why) => stop(ecs(region), task, why),
  runningFor: (region, startedBy) => runningFor(ecs(region), startedBy),
});

async function start(ecs: ECSClient, order: ContainerOrder): Promise<string> {
  const environment = Object.entries(order.environment ?? {}).map(([name, value]) => ({ name, value }));
  const overrides = {
    containerOverrides: [{ name: containerOf(order.family), command: [...order.command], environment }],
  };
  const length = JSON.stringify(overrides).length;
  if (length > OVERRIDES_MAX)
    throw new InvalidInput(
      `the command of ${order.startedBy} has ${length} characters with its environment, and ECS takes ${OVERRIDES_MAX}; name fewer tables, or a filter that says the same in fewer words`,
      { length },
    );
  try {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: order.family,
        launchType: 'FARGATE',
        count: 1,
        clientToken: order.token,
        startedBy: order.startedBy,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...order.subnets],
            securityGroups: [...order.securityGroups],
            assignPublicIp: 'DISABLED',
          },
        },
        overrides,
      }),
    );
    // A 200 without a task is ECS's way to say that there is no room.
    const [failure] = failures;
    if (failure) throw notStarted(order, `${failure.reason ?? 'no reason'} ${failure.detail ?? ''}`.trim());
    const arn = tasks[0]?.taskArn;
    if (arn === undefined) throw notStarted(order, 'neither a task nor a reason');
    return arn;
  } catch (error) {
    const there = startedBefore(error);
    if (there !== undefined) return there;
    throw startFault(error, order);
  }
}

function notStarted({ family, region }: ContainerOrder, said: string): HoldfastError {
  const what = `ecs started no task of ${family} in ${region}: ${said}`;
  if (/quota|limit/i.test(said)) return new QuotaReached(`${what}; it frees itself as other tasks end`);
  if (/^RESOURCE:|capacity/i.test(said)) return new EngineBusy(`${what}; the machine asks again later`);
  return new ServiceUnavailable(`${what}; the machine asks again`);
}

/**
 * The token was used with other parameters: the configuration changed between two attempts of one call. The run that
 * was started then is the run of this token.
 */
function startedBefore(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ConflictException') return undefined;
  return (error as { resourceIds?: readonly string[] }).resourceIds?.[0];
}

/** ClientException has many meanings, and only its text tells them apart. */
function startFault(error: unknown, { family, region }: ContainerOrder): HoldfastError {
  const said = error instanceof Error ? error.message : '';
  if (error instanceof Error && error.name === 'ClientException') {
    if (/assume the role/i.test(said))
      return new PermissionMissing(
        `ecs answered ${error.name}: ${said}; look at the roles of ${family}`,
        { family, region },
        { cause: error },
      );
    if (/task ?definition/i.test(said))
      return new ResourceMissing(
        `ecs knows no task definition ${family} in ${region}: ${said}; deploy the installation again`,
        { family, region },
        { cause: error },
      );
    if (/provisioning|quota|limit/i.test(said))
      return new QuotaReached(
        `ecs answered ${error.name}: ${said}; it frees itself as tasks end`,
        {},
        { cause: error },
      );
  }
  return faultOf(error);
}

async function look(ecs: ECSClient, arn: string): Promise<ContainerState> {
  const { tasks = [] } = await orFault(() =>
    ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: [arn] })),
  );
  const task = tasks.find(({ taskArn }) => taskArn === arn);
  // Its failures say MISSING: a task is shown some seconds after its start and no more than an hour after its end.
  if (!task) return { state: 'unknown' };
  if (task.lastStatus === 'STOPPED') return ended(task);
  // Told to end, it shows that it runs for a while yet.
  if (task.desiredStatus === 'STOPPED') return { state: 'running', doing: 'stopping' };
  return { state: 'running', doing: (task.lastStatus ?? 'starting').toLowerCase() };
}

/** `arn:…:task-definition/<family>:<revision>`, of every task that DescribeTasks shows. */
const familyOf = ({ taskDefinitionArn = '' }: Task): string => idOf(taskDefinitionArn).replace(/:\d+$/, '');

function ended(task: Task): ContainerState {
  // Others may stand beside it: GuardDuty puts its agent into tasks of Fargate.
  const container = task.containers?.find(({ name }) => name === containerOf(familyOf(task)));
  const why = [task.stoppedReason, container?.reason].filter((text) => text !== undefined && text !== '');
  return {
    state: 'ended',
    ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
    code: task.stopCode ?? '',
    why: why.join('; '),
  };
}

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

async function output(
  logs: CloudWatchLogsClient,
  family: string,
  task: string,
  lines: number,
): Promise<readonly string[]> {
  const stream = {
    logGroupName: `/holdfast/${family}`,
    logStreamName: `${family}/${containerOf(family)}/${idOf(task)}`,
  };
  let found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < LOG_PAGES_MAX && found.length < lines; page++) {
    const answer = await eventsOf(logs, { ...stream, limit: lines, ...(nextToken && { nextToken }) });
    found = [...(answer.events ?? []).map(({ message = '' }) => message), ...found];
    if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === nextToken) break;
    nextToken = answer.nextBackwardToken;
  }
  return found.slice(-lines);
}

async function eventsOf(
  logs: CloudWatchLogsClient,
  input: GetLogEventsCommandInput,
): Promise<Pick<GetLogEventsCommandOutput, 'events' | 'nextBackwardToken'>> {
  try {
    return await logs.send(new GetLogEventsCommand({ ...input, startFromHead: false }));
  } catch (error) {
    // The stream comes to be with its first line.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return {};
    throw faultOf(error);
  }
}

async function stop(ecs: ECSClient, task: string, why: string): Promise<void> {
  try {
    await ecs.send(new StopTaskCommand({ cluster: CLUSTER, task, reason: why.slice(0, REASON_MAX) }));
  } catch (error) {
    // An hour after its end a task is not known any more.
    if (
      error instanceof Error &&
      error.name === 'InvalidParameterException' &&
      /not found/i.test(error.message)
    )
      return;
    throw faultOf(error);
  }
}

async function runningFor(ecs: ECSClient, startedBy: string): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    // `startedBy` is taken as the only filter (API_ListTasks.html).
    const page = await orFault(() =>
      ecs.send(new ListTasksCommand({ cluster: CLUSTER, startedBy, ...(nextToken && { nextToken }) })),
    );
    found.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
