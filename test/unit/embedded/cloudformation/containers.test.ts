import { afterEach, describe, expect, it } from 'vitest';
import { hours, instant, minutes } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { TemplateResource } from '../../../../embedded/cloudformation/assembly.ts';
import { type Deployment, deploy } from '../../../../embedded/cloudformation/provider.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { ACCOUNT, REGION } from './a-stack.ts';

const OPERATOR = { name: 'operator', principal: `arn:aws:iam::${ACCOUNT}:root` };
let cloud: EmbeddedCloud;
let deployment: Deployment;
afterEach(() => cloud.close());

const role = (name: string, ...actions: string[]): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    },
    Policies: [
      {
        PolicyName: 'all',
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
      },
    ],
  },
});

/** As CDK writes it for Fargate. */
const definition = (word: string, more: Record<string, unknown> = {}): TemplateResource => ({
  Type: 'AWS::ECS::TaskDefinition',
  Properties: {
    Family: 'job',
    Cpu: '512',
    Memory: '1024',
    NetworkMode: 'awsvpc',
    RequiresCompatibilities: ['FARGATE'],
    ExecutionRoleArn: { 'Fn::GetAtt': ['ExecutionRole', 'Arn'] },
    TaskRoleArn: { 'Fn::GetAtt': ['TaskRole', 'Arn'] },
    ContainerDefinitions: [
      {
        Name: 'main',
        Image: 'tools/job:v1',
        Essential: true,
        Command: ['/job', word],
        Environment: [{ Name: 'WORD', Value: word }],
        StopTimeout: 120,
        LogConfiguration: {
          LogDriver: 'awslogs',
          Options: {
            'awslogs-group': { Ref: 'Logs' },
            'awslogs-region': { Ref: 'AWS::Region' },
            'awslogs-stream-prefix': 'job',
          },
        },
        ...more,
      },
    ],
  },
});

const BASE: Record<string, TemplateResource> = {
  Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'jobs' } },
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/jobs' } },
  TaskRole: role('task', 's3:GetObject'),
  ExecutionRole: role('execution', 'logs:CreateLogStream', 'logs:PutLogEvents'),
  Definition: definition('old'),
};

const assembly = (Resources: Record<string, TemplateResource>) => ({
  stacks: [
    {
      name: 'Test',
      account: ACCOUNT,
      region: REGION,
      template: {
        Resources,
        Outputs: { Definition: { Value: { Ref: 'Definition' }, Export: { Name: 'definition' } } },
      },
    },
  ],
  files: [],
});

function deployed(resources = BASE): void {
  cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-03-18T00:00:00Z')),
    seed: 1,
    account: ACCOUNT,
  });
  cloud.ecs.addImage('tools/job', async (run) => {
    run.print(run.argv.join(' '));
    await run.sleep(hours(1));
    return 0;
  });
  deployment = deploy(cloud, assembly(resources));
}

async function settled<Result>(work: Promise<Result>): Promise<Result> {
  let going = true;
  const done = work.finally(() => {
    going = false;
  });
  done.catch(() => {});
  await cloud.world.runWhile(() => going);
  return done;
}

const run = (taskDefinition: string) =>
  settled(
    cloud.callAs(OPERATOR)('ecs', REGION, 'RunTask', {
      cluster: 'jobs',
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );

/** What the tasks that run have printed, oldest first. */
async function said(): Promise<unknown[]> {
  await cloud.world.runUntil(instant(cloud.world.now() + minutes(2)));
  const call = cloud.callAs(OPERATOR);
  const lines: unknown[] = [];
  for (const { id } of cloud.ecs.running(REGION)) {
    const stream = { logGroupName: '/jobs', logStreamName: `job/main/${id}`, startFromHead: true };
    const { events } = await settled(call('cloudwatch-logs', REGION, 'GetLogEvents', stream));
    lines.push(...(events as { message: string }[]).map(({ message }) => message));
  }
  return lines;
}

describe('a task definition from a template', () => {
  it('runs in the cluster of the template, and its reference is the ARN of a revision', async () => {
    deployed();
    const arn = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/job:1`;
    expect(cloud.ecs.definitionOf(REGION, 'job')?.arn).toBe(arn);
    await run(arn);
    expect(await said()).toEqual(['/job old']);
  });

  it('that changes is a new revision; the old one starts nothing more, and what it started goes on', async () => {
    deployed();
    await run('job:1');
    await settled(deployment.update(assembly({ ...BASE, Definition: definition('new') })));
    await run('job');
    expect(await said()).toEqual(['/job old', '/job new']);
    expect(cloud.ecs.definitionOf(REGION, 'job')?.revision).toBe(2);
    await expect(run('job:1')).rejects.toMatchObject({ name: 'ClientException' });
  });

  it('keeps its old revision until the rest of the stack has changed', async () => {
    deployed();
    const work = deployment.update(
      assembly({
        ...BASE,
        Definition: definition('new'),
        // Made after the definition, which it refers to.
        After: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { Ref: 'Definition' } } },
      }),
    );
    await cloud.world.runWhile(() => cloud.ecs.definitionOf(REGION, 'job:2') === undefined);
    expect(cloud.ecs.definitionOf(REGION, 'job:1')).toBeDefined();
    await settled(work);
    expect(cloud.ecs.definitionOf(REGION, 'job:1')).toBeUndefined();
  });

  it('that the template has no more starts nothing more', async () => {
    deployed();
    const { Definition: _, ...rest } = BASE;
    const { stacks } = assembly(rest);
    const { Outputs: __, ...template } = stacks[0]!.template;
    await settled(deployment.update({ stacks: [{ ...stacks[0]!, template }], files: [] }));
    await expect(run('job:1')).rejects.toMatchObject({ name: 'ClientException' });
  });

  it.each([
    ['a health check', definition('old', { HealthCheck: { Command: ['CMD', 'true'] } }), NotModelled],
    ['another log driver', definition('old', { LogConfiguration: { LogDriver: 'splunk' } }), NotModelled],
    ['a stop timeout of three minutes', definition('old', { StopTimeout: 180 }), 'Invalid stopTimeout'],
  ])('with %s is refused', (_, Definition, error) => {
    expect(() => deployed({ ...BASE, Definition })).toThrow(error as string);
  });
});
