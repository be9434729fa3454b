import type { RunTaskRequest, Task as ShownTask, Tag, TaskStopCode } from '@aws-sdk/client-ecs';
import { type Duration, hours, type Instant, later } from '../../core/time/instant.ts';
import { clientException, clusterNotFound } from './errors.ts';
import type { TaskIdentity } from './hooks.ts';
import type { Life } from './life.ts';
import type { TaskDefinition } from './task-definition.ts';

export type LastStatus = 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

/** What is known of a task. */
export interface TaskState extends TaskIdentity {
  readonly id: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly request: RunTaskRequest;
  readonly tags: readonly Tag[];
  readonly createdAt: Instant;
  readonly container: { lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED'; exitCode?: number; reason?: string };
  lastStatus: LastStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Counts its changes. */
  version: number;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
  pullStartedAt?: Instant;
  pullStoppedAt?: Instant;
  startedAt?: Instant;
  executionStoppedAt?: Instant;
  stoppingAt?: Instant;
  stoppedAt?: Instant;
}

export interface Task extends TaskState {
  readonly life: Life;
}

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  readonly tasks: Map<string, Task>;
  /** Requests by their client token, with what they started. */
  readonly tokens: Map<
    string,
    { readonly request: RunTaskRequest; readonly tasks: readonly Task[]; readonly at: Instant }
  >;
}

export interface RegionStore {
  readonly clusters: Map<string, Cluster>;
  /** By family, revision 1 first. */
  readonly families: Map<string, TaskDefinition[]>;
}

/** DescribeTasks: stopped tasks appear for at least an hour. */
const STOPPED_SHOWN: Duration = hours(1);
/** ECS_Idempotency.html: a token holds 24 hours, or the task's lifetime and one hour, whichever is less. */
const TOKEN_HOLDS: Duration = hours(24);

/** By name or ARN. */
export function clusterIn(here: RegionStore, nameOrArn = 'default'): Cluster {
  const found = here.clusters.get(nameOrArn.split('/').at(-1)!);
  if (!found || (nameOrArn.startsWith('arn:') && found.arn !== nameOrArn)) throw clusterNotFound();
  return found;
}

/** By family (the newest active revision), `family:revision`, or an ARN of either. */
export function definitionIn(here: RegionStore, named: string): TaskDefinition {
  const [family = '', revision] = (named.split('/').at(-1) ?? '').split(':');
  const revisions = here.families.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast(({ active }) => active)
      : revisions.find((one) => String(one.revision) === revision);
  if (!found || (named.startsWith('arn:') && revision !== undefined && found.arn !== named))
    throw clientException('TaskDefinition not found.');
  if (!found.active) throw clientException('TaskDefinition is inactive');
  return found;
}

/** Drops what ECS does not know any more: tasks an hour after they stopped, and tokens whose time is over. */
export function forget({ tasks, tokens }: Cluster, now: Instant): void {
  const isOver = ({ stoppedAt }: TaskState) =>
    stoppedAt !== undefined && later(stoppedAt, STOPPED_SHOWN) <= now;
  for (const [arn, task] of tasks) if (isOver(task)) tasks.delete(arn);
  for (const [token, started] of tokens)
    if (later(started.at, TOKEN_HOLDS) <= now || started.tasks.every(isOver)) tokens.delete(token);
}

/** By id or ARN. */
export const taskIn = ({ tasks, arn }: Cluster, named: string): Task | undefined =>
  tasks.get(named.startsWith('arn:') ? named : `${arn.replace(':cluster/', ':task/')}/${named}`);

const date = (at: Instant | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

/** A task as the API shows it at this moment. */
export function shown(task: TaskState, withTags: boolean): ShownTask {
  const { definition, container, request, cluster } = task;
  const { name, image } = definition.container;
  const all: ShownTask = {
    taskArn: task.arn,
    taskDefinitionArn: definition.arn,
    clusterArn: cluster.arn,
    launchType: 'FARGATE',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    cpu: request.overrides?.cpu ?? String(definition.cpu),
    memory: request.overrides?.memory ?? String(definition.memoryMib),
    group: `family:${definition.family}`,
    overrides: request.overrides ?? { containerOverrides: [] },
    startedBy: task.startedBy,
    version: task.version,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    createdAt: date(task.createdAt),
    pullStartedAt: date(task.pullStartedAt),
    pullStoppedAt: date(task.pullStoppedAt),
    startedAt: date(task.startedAt),
    executionStoppedAt: date(task.executionStoppedAt),
    stoppingAt: date(task.stoppingAt),
    stoppedAt: date(task.stoppedAt),
    tags: withTags ? [...task.tags] : [],
    containers: [
      {
        containerArn: `${task.arn.replace(':task/', ':container/')}/${name}`,
        taskArn: task.arn,
        name,
        image,
        ...container,
      },
    ],
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as ShownTask;
}
