import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../../core/time/instant.ts';
import type { CallAws } from '../../../../embedded/ecs/container.ts';
import type { Statement } from '../../../../embedded/iam/evaluate.ts';
import { ACCOUNT, allow, CALLER, CLUSTER, EXECUTION_ROLE, Fargate, HERE, TASK_ROLE } from './fargate.ts';

const DEFINITION = `arn:aws:ecs:${HERE}:${ACCOUNT}:task-definition/job:1`;
const TASKS = `arn:aws:ecs:${HERE}:${ACCOUNT}:task/jobs/*`;
const ON_CLUSTER: Partial<Statement> = { Condition: { ArnEquals: { 'ecs:cluster': CLUSTER } } };
const TO_TASKS: Partial<Statement> = {
  Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
};
const RUN = {
  cluster: 'jobs',
  taskDefinition: 'job',
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

let on: Fargate;
let call: CallAws;

beforeEach(() => {
  on = new Fargate();
  on.define();
  on.cloud.ecs.addImage('tools/job', () => new Promise(() => {}));
  call = on.cloud.callAs({ name: 'caller', principal: CALLER });
});
afterEach(() => on.cloud.close());

const grant = (...args: Parameters<typeof allow>) => on.cloud.iam.attach(CALLER, allow(...args));
/** What a call is refused with, or `allowed`. */
const answered = (operation: string, input: object, service: Parameters<CallAws>[0] = 'ecs') =>
  on.settled(
    call(service, HERE, operation, input).then(
      () => 'allowed',
      ({ name }: Error) => name,
    ),
  );

describe('who runs a task', () => {
  it('may run that revision in that cluster and pass both of its roles on', async () => {
    grant('ecs:RunTask', DEFINITION, ON_CLUSTER);
    expect(await answered('RunTask', RUN)).toBe('AccessDeniedException');
    grant('iam:PassRole', TASK_ROLE, TO_TASKS);
    expect(await answered('RunTask', RUN)).toBe('AccessDeniedException');
    grant('iam:PassRole', EXECUTION_ROLE, TO_TASKS);
    expect(await answered('RunTask', RUN)).toBe('allowed');
    on.define();
    expect(await answered('RunTask', RUN)).toBe('AccessDeniedException');
  });

  it('may not do it in another cluster', async () => {
    on.cloud.ecs.createCluster({ region: HERE, account: ACCOUNT, name: 'other' });
    grant('ecs:RunTask', DEFINITION, ON_CLUSTER);
    grant('iam:PassRole', '*');
    expect(await answered('RunTask', { ...RUN, cluster: 'other' })).toBe('AccessDeniedException');
  });

  it('needs a right of its own to give the task tags', async () => {
    grant('ecs:RunTask');
    grant('iam:PassRole');
    const tagged = { ...RUN, tags: [{ key: 'a', value: 'b' }] };
    expect(await answered('RunTask', tagged)).toBe('AccessDeniedException');
    grant('ecs:TagResource', TASKS, { Condition: { StringEquals: { 'ecs:CreateAction': 'RunTask' } } });
    expect(await answered('RunTask', tagged)).toBe('allowed');
  });

  it('is told when a role does not trust the service that runs tasks', async () => {
    const overrides = { taskRoleArn: CALLER };
    await expect(on.run({ overrides })).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining('unable to assume the role') as string,
    });
  });
});

describe('who looks after tasks', () => {
  it.each([
    ['DescribeTasks', (task: string) => ({ cluster: 'jobs', tasks: [task] }), TASKS],
    ['StopTask', (task: string) => ({ cluster: 'jobs', task }), TASKS],
    ['ListTasks', () => ({ cluster: 'jobs' }), '*'],
  ])('needs the right to %s', async (operation, input, resource) => {
    const task = await on.started();
    grant(`ecs:${operation}`, resource, {
      Condition: { ArnEquals: { 'ecs:cluster': CLUSTER.replace('jobs', 'other') } },
    });
    expect(await answered(operation, input(task))).toBe('AccessDeniedException');
    grant(`ecs:${operation}`, resource, ON_CLUSTER);
    expect(await answered(operation, input(task))).toBe('allowed');
  });

  it('may read a log stream of the group that it was given', async () => {
    on.cloud.logs.createStream({ region: HERE, group: '/jobs', stream: 'a' });
    const read = { logGroupName: '/jobs', logStreamName: 'a' };
    expect(await answered('GetLogEvents', read, 'cloudwatch-logs')).toBe('AccessDeniedException');
    grant('logs:GetLogEvents', `arn:aws:logs:${HERE}:${ACCOUNT}:log-group:/jobs:*`);
    expect(await answered('GetLogEvents', read, 'cloudwatch-logs')).toBe('allowed');
  });

  it('may read the secret that it was given, by name too', async () => {
    const arn = on.cloud.secrets.seed({ region: HERE, name: 'root', value: 'x' });
    on.cloud.secrets.seed({ region: HERE, name: 'other', value: 'x' });
    grant('secretsmanager:GetSecretValue', arn);
    const read = (SecretId: string) => answered('GetSecretValue', { SecretId }, 'secrets-manager');
    expect([await read('root'), await read(arn), await read('other')]).toEqual([
      'allowed',
      'allowed',
      'AccessDeniedException',
    ]);
  });
});

describe('a call as somebody', () => {
  it('takes time, and finds a dark region silent', async () => {
    grant('ecs:ListTasks');
    const before = on.cloud.world.now();
    expect(await answered('ListTasks', { cluster: 'jobs' })).toBe('allowed');
    expect(on.cloud.world.now()).toBeGreaterThan(before);
    on.cloud.loseRegion(HERE);
    expect(await answered('ListTasks', { cluster: 'jobs' })).toBe('TimeoutError');
  });

  it('has no effect and no answer when its caller is dead', async () => {
    let alive = true;
    const dead = on.cloud.callAs({ name: 'x', principal: 'operator', alive: () => alive });
    let ended = false;
    const end = () => {
      ended = true;
    };
    dead('ecs', HERE, 'RunTask', RUN).then(end, end);
    alive = false;
    await on.pass(seconds(60));
    expect([ended, on.cloud.ecs.running(HERE)]).toEqual([false, []]);
  });
});
