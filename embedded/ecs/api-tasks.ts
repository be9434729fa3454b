import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  Failure,
  ListTasksRequest,
  ListTasksResponse,
  Task as ShownTask,
  StopTaskRequest,
  StopTaskResponse,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';
import { operation } from './operation.ts';
import { clusterIn, forget, shown, taskIn } from './store.ts';

const DESCRIBED_MAX = 100;
const PAGE_MAX = 100;

/** A task that is not there, or not yet to be seen, is a failure in an answer of 200. */
export const describeTasks = operation<DescribeTasksRequest>(
  ['cluster', 'tasks', 'include'],
  ({ cluster: named, tasks: wanted = [], include = [] }, context): DescribeTasksResponse => {
    const cluster = clusterIn(context.here, named);
    forget(cluster, context.call.now);
    if (wanted.length === 0) throw invalidParameter('Tasks cannot be empty.');
    if (wanted.length > DESCRIBED_MAX)
      throw invalidParameter(`Tasks has at most ${DESCRIBED_MAX} entries; received ${wanted.length}`);
    const tasks: ShownTask[] = [];
    const failures: Failure[] = [];
    for (const one of wanted) {
      const task = taskIn(cluster, one);
      if (task && !context.isMissing(task)) tasks.push(shown(task, include.includes('TAGS')));
      else
        failures.push({
          arn: one.startsWith('arn:') ? one : `${cluster.arn.replace(':cluster/', ':task/')}/${one}`,
          reason: 'MISSING',
        });
    }
    return { tasks, failures };
  },
);

/** Tasks that are to run, unless it is asked for those that are to stop or have stopped. */
export const listTasks = operation<ListTasksRequest>(
  ['cluster', 'family', 'startedBy', 'desiredStatus', 'maxResults', 'nextToken'],
  (request, context): ListTasksResponse => {
    const { family, startedBy, desiredStatus = 'RUNNING', maxResults = PAGE_MAX, nextToken = '0' } = request;
    const cluster = clusterIn(context.here, request.cluster);
    forget(cluster, context.call.now);
    if (family !== undefined && startedBy !== undefined)
      throw invalidParameter('startedBy must be the only filter when it is given.');
    if (maxResults < 1 || maxResults > PAGE_MAX)
      throw invalidParameter(`maxResults is 1 to ${PAGE_MAX}; received ${maxResults}`);
    const from = Number(nextToken);
    if (!Number.isInteger(from)) throw invalidParameter('Invalid token.');
    const listed = [...cluster.tasks.values()].filter(
      (task) =>
        // PENDING is a value of the filter and finds nothing: ECS never wants a task to be pending.
        task.desiredStatus === desiredStatus &&
        (family === undefined || task.family === family) &&
        (startedBy === undefined || task.startedBy === startedBy) &&
        !context.isMissing(task),
    );
    const end = from + maxResults;
    return {
      taskArns: listed.slice(from, end).map(({ arn }) => arn),
      ...(end < listed.length ? { nextToken: String(end) } : {}),
    };
  },
);

/** Ends a task, gently first. One that has ended stays as it is. */
export const stopTask = operation<StopTaskRequest>(
  ['cluster', 'task', 'reason'],
  ({ cluster: named, task: wanted = '', reason }, { here, call }): StopTaskResponse => {
    const cluster = clusterIn(here, named);
    forget(cluster, call.now);
    const task = taskIn(cluster, wanted);
    if (!task) throw invalidParameter('The referenced task was not found.');
    task.life.stop('UserInitiated', reason ?? 'Task stopped by user');
    return { task: shown(task, true) };
  },
);
