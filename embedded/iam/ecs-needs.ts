import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { type Call, NotModelled } from '../service.ts';
import { type Describe, type Input, need, type Surroundings, text } from './describe.ts';
import type { Need } from './evaluate.ts';

const arnOf = (call: Call, kind: string, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:ecs:${call.region}:${call.account}:${kind}/${name}`;

/**
 * RunTask is allowed on the revision that it means, the newest one where it names none (RunTask), and gives the task
 * its roles, which its caller has to be allowed to pass on.
 */
function runTask(call: Call, input: Input, cluster: string, around: Surroundings): readonly Need[] {
  const { taskDefinition = '', overrides, tags = [] } = input as unknown as RunTaskRequest;
  const definition = around.taskDefinition(call.region, taskDefinition);
  const roles = [
    overrides?.taskRoleArn ?? definition?.taskRole,
    overrides?.executionRoleArn ?? definition?.executionRole,
  ];
  const context = { 'ecs:cluster': cluster };
  return [
    need(call, 'ecs:RunTask', definition?.arn ?? arnOf(call, 'task-definition', taskDefinition), context),
    ...roles
      .filter((role) => role !== undefined)
      .map((role) => need(call, 'iam:PassRole', role, { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' })),
    ...(tags.length === 0
      ? []
      : [
          need(call, 'ecs:TagResource', `${cluster.replace(':cluster/', ':task/')}/*`, {
            ...context,
            'ecs:createaction': 'RunTask',
          }),
        ]),
  ];
}

/** ECS's operations on tasks, as the service authorization reference lists them. */
export const ecs: Describe = (operation, input, call, around) => {
  const cluster = arnOf(call, 'cluster', text(input['cluster']) ?? 'default');
  const context = { 'ecs:cluster': cluster };
  const name = cluster.split('/').at(-1)!;
  const onTask = (task: unknown) => {
    const id = String(task);
    return need(call, `ecs:${operation}`, arnOf(call, `task/${name}`, id), context);
  };
  switch (operation) {
    case 'RunTask':
      return runTask(call, input, cluster, around);
    case 'DescribeTasks':
      return ((input['tasks'] ?? []) as readonly string[]).map(onTask);
    case 'StopTask':
      return [onTask(input['task'])];
    case 'ListTasks':
      // A list is a right to container instances, which Fargate's tasks have none of: to all of the cluster's, then.
      return [need(call, 'ecs:ListTasks', arnOf(call, `container-instance/${name}`, '*'), context)];
    default:
      throw new NotModelled('iam', `the permissions of ecs:${operation}`);
  }
};
