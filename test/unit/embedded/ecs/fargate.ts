import {
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  type RunTaskRequest,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { connect } from '../../../../adapters/aws/clients.ts';
import { type Duration, instant, later, seconds } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { ContainerDefinition } from '../../../../embedded/ecs/task-definition.ts';
import type { Interference } from '../../../../embedded/faults/hooks.ts';
import type { PolicyDocument, Statement } from '../../../../embedded/iam/evaluate.ts';

export const ACCOUNT = '111122223333';
export const HERE = 'eu-west-1';
export const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/task`;
export const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/execution`;
export const CALLER = `arn:aws:iam::${ACCOUNT}:role/caller`;
export const CLUSTER = `arn:aws:ecs:${HERE}:${ACCOUNT}:cluster/jobs`;

const trusting = (service: string): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
export const allow = (Action: string, Resource = '*', more: Partial<Statement> = {}): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});

/** A cloud with a cluster `jobs` and a task definition `job`, whose image `tools/job` is the given program. */
export class Fargate {
  readonly cloud: EmbeddedCloud;
  readonly ecs: ECSClient;

  constructor(disturbances: Partial<Interference> = {}, seed = 1) {
    this.cloud = new EmbeddedCloud({
      start: instant(Date.parse('2026-03-18T00:00:00Z')),
      seed,
      account: ACCOUNT,
      disturbances: [{ before() {}, after() {}, ...disturbances }],
    });
    const { ecs, iam } = this.cloud;
    iam.addRole(TASK_ROLE, trusting('ecs-tasks.amazonaws.com'));
    iam.addRole(EXECUTION_ROLE, trusting('ecs-tasks.amazonaws.com'));
    iam.addRole(CALLER, trusting('lambda.amazonaws.com'));
    iam.attach(EXECUTION_ROLE, allow('logs:CreateLogStream'));
    iam.attach(EXECUTION_ROLE, allow('logs:PutLogEvents'));
    ecs.createCluster({ region: HERE, account: ACCOUNT, name: 'jobs' });
    this.ecs = connect(new ECSClient({ region: HERE }), 'ecs', HERE);
  }

  define(container: Partial<ContainerDefinition> = {}): string {
    return this.cloud.ecs.registerTaskDefinition({
      family: 'job',
      account: ACCOUNT,
      region: HERE,
      cpu: 1_024,
      memoryMib: 2_048,
      taskRole: TASK_ROLE,
      executionRole: EXECUTION_ROLE,
      container: {
        name: 'main',
        image: 'tools/job:v1',
        entryPoint: [],
        command: ['/job'],
        environment: {},
        secrets: {},
        stopTimeout: seconds(30),
        ...container,
      },
    });
  }

  /** Lets the world go on until a promise is settled. */
  async settled<Result>(work: Promise<Result>): Promise<Result> {
    let going = true;
    const done = work.finally(() => {
      going = false;
    });
    done.catch(() => {});
    await this.cloud.world.runWhile(() => going);
    return done;
  }

  async pass(time: Duration): Promise<void> {
    await this.cloud.world.runUntil(later(this.cloud.world.now(), time));
  }

  run(request: Partial<RunTaskRequest> = {}) {
    return this.settled(
      this.ecs.send(
        new RunTaskCommand({
          cluster: 'jobs',
          taskDefinition: 'job',
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
          ...request,
        }),
      ),
    );
  }

  /** Runs one task and answers its ARN. */
  async started(request: Partial<RunTaskRequest> = {}): Promise<string> {
    const { tasks } = await this.run(request);
    return tasks![0]!.taskArn!;
  }

  describe(...tasks: string[]) {
    return this.settled(
      this.ecs.send(new DescribeTasksCommand({ cluster: 'jobs', tasks, include: ['TAGS'] })),
    );
  }

  async look(task: string): Promise<Task> {
    return (await this.describe(task)).tasks![0]!;
  }

  stop(task: string, reason?: string) {
    return this.settled(
      this.ecs.send(new StopTaskCommand({ cluster: 'jobs', task, ...(reason && { reason }) })),
    );
  }

  /** Looks every half second until a task has this status, and answers how long that took, seconds. */
  async until(task: string, status: string): Promise<number> {
    const from = this.cloud.world.now();
    for (let look = 0; look < 1_000; look++) {
      if ((await this.look(task)).lastStatus === status) return (this.cloud.world.now() - from) / 1_000;
      await this.pass(seconds(0.5));
    }
    throw new Error(`${task} never is ${status}`);
  }
}
