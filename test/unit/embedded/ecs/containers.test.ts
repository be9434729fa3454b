import { afterEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../../core/time/instant.ts';
import type { ContainerRun, Image } from '../../../../embedded/ecs/container.ts';
import type { ContainerDefinition } from '../../../../embedded/ecs/task-definition.ts';
import { allow, EXECUTION_ROLE, Fargate, HERE, TASK_ROLE } from './fargate.ts';

let on: Fargate;
afterEach(() => on.cloud.close());

function playing(image: Image, container: Partial<ContainerDefinition> = {}, faults = {}): Fargate {
  on = new Fargate(faults);
  on.define(container);
  on.cloud.ecs.addImage('tools/job', image);
  return on;
}

const forEver: Image = () => new Promise(() => {});

describe('a container', () => {
  it('sees its command, variables, secrets, network and memory, as the request overrides them', async () => {
    let seen: ContainerRun | undefined;
    playing(
      async (run) => {
        seen = run;
        return 0;
      },
      {
        entryPoint: ['/bin/sh', '-c'],
        environment: { A: 'a', B: 'b' },
        secrets: { PASSWORD: secretOf('plain'), USER: `${secretOf('json')}:user::` },
      },
    );
    on.cloud.secrets.seed({ region: HERE, name: 'plain', value: 'hidden', arn: secretOf('plain') });
    on.cloud.secrets.seed({ region: HERE, name: 'json', value: '{"user":"root"}', arn: secretOf('json') });
    on.cloud.iam.attach(EXECUTION_ROLE, allow('secretsmanager:GetSecretValue'));
    const task = await on.started({
      overrides: {
        memory: '4096',
        containerOverrides: [
          { name: 'main', command: ['echo'], environment: [{ name: 'B', value: 'other' }] },
        ],
      },
    });
    await on.until(task, 'STOPPED');
    expect(seen).toMatchObject({
      taskArn: task,
      region: HERE,
      argv: ['/bin/sh', '-c', 'echo'],
      environment: { A: 'a', B: 'other', PASSWORD: 'hidden', USER: 'root' },
      network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
      memoryMib: 4_096,
    });
    expect(seen!.alive()).toBe(false);
  });

  it('calls AWS as the role of its task, and as nobody else', async () => {
    const answers: unknown[] = [];
    playing(async ({ call, region }) => {
      for (const Bucket of ['box', 'other'])
        answers.push(await call('s3', region, 'ListObjectsV2', { Bucket }).catch(({ name }) => name));
      return 3;
    });
    for (const name of ['box', 'other'])
      on.cloud.s3.createBucket({
        ...{ name, region: HERE, account: '111122223333', versioning: true, eventBridge: false },
      });
    on.cloud.iam.attach(TASK_ROLE, allow('s3:ListBucket', 'arn:aws:s3:::box'));
    const task = await on.started();
    await on.until(task, 'STOPPED');
    expect(answers).toMatchObject([{ KeyCount: 0 }, 'AccessDenied']);
    expect((await on.look(task)).containers![0]!.exitCode).toBe(3);
  });
});

const secretOf = (name: string) => `arn:aws:secretsmanager:${HERE}:111122223333:secret:${name}-AbCdEf`;

describe('a task that cannot start', () => {
  it.each([
    ['an image that no registry has', { image: 'tools/unknown:v1' }, 'CannotPullContainerError: '],
    [
      'a secret that the execution role may not read',
      { secrets: { PASSWORD: secretOf('kept') } },
      'ResourceInitializationError: unable to pull secrets or registry auth: .*AccessDeniedException',
    ],
    [
      'a log group that the execution role may not write to',
      { log: { group: '/jobs', streamPrefix: 'job' } },
      'ResourceInitializationError: failed to validate logger args: .*AccessDeniedException',
    ],
  ])('ends for %s, and its container has no exit code', async (_, container, reason) => {
    playing(forEver, container);
    on.cloud.secrets.seed({ region: HERE, name: 'kept', value: 'x', arn: secretOf('kept') });
    on.cloud.iam.revoke(EXECUTION_ROLE, 'logs:CreateLogStream');
    const task = await on.started();
    await on.until(task, 'STOPPED');
    const ended = await on.look(task);
    expect(ended).toMatchObject({ stopCode: 'TaskFailedToStart', desiredStatus: 'STOPPED' });
    expect(ended.stoppedReason).toMatch(new RegExp(`^${reason}`));
    expect(ended.startedAt).toBeUndefined();
    expect(ended.containers![0]).not.toHaveProperty('exitCode');
  });

  it('ends for a secret that is not there', async () => {
    playing(forEver, { secrets: { PASSWORD: secretOf('gone') } });
    on.cloud.iam.attach(EXECUTION_ROLE, allow('secretsmanager:GetSecretValue'));
    const task = await on.started();
    await on.until(task, 'STOPPED');
    expect((await on.look(task)).stoppedReason).toMatch(/^ResourceInitializationError: .*ResourceNotFound/);
  });
});

describe('a task that is stopped', () => {
  it('hears SIGTERM first and may end by itself, with its own exit code', async () => {
    playing(
      (run) =>
        new Promise((resolve) => {
          run.onTerm(() => void run.sleep(seconds(10)).then(() => resolve(143)));
        }),
    );
    const task = await on.started();
    await on.until(task, 'RUNNING');
    expect((await on.stop(task, 'no more needed')).task).toMatchObject({ lastStatus: 'STOPPING' });
    await on.until(task, 'STOPPED');
    const ended = await on.look(task);
    expect(ended).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'no more needed' });
    expect(ended.containers![0]!.exitCode).toBe(143);
    expect(ended.executionStoppedAt!.getTime() - ended.stoppingAt!.getTime()).toBe(seconds(10));
  });

  it('is killed when its stop timeout is over, and does nothing after that', async () => {
    let beats = 0;
    playing(
      async (run) => {
        for (;;) {
          await run.sleep(seconds(1));
          beats++;
        }
      },
      { stopTimeout: seconds(5) },
    );
    const task = await on.started();
    await on.until(task, 'RUNNING');
    await on.stop(task);
    await on.until(task, 'DEPROVISIONING');
    const then = beats;
    await on.pass(minutes(5));
    expect(beats).toBe(then);
    expect((await on.look(task)).containers![0]!.exitCode).toBe(137);
  });

  it('never runs when it is stopped before that', async () => {
    let ran = false;
    playing(async () => {
      ran = true;
      return 0;
    });
    const task = await on.started();
    await on.stop(task);
    await on.until(task, 'STOPPED');
    await on.pass(minutes(2));
    const ended = await on.look(task);
    expect([ran, ended.stopCode]).toEqual([false, 'UserInitiated']);
    expect(ended.containers![0]).not.toHaveProperty('exitCode');
  });
});

describe('a region that goes dark', () => {
  it('takes its tasks with it, and what they were doing never goes on', async () => {
    let beats = 0;
    playing(async (run) => {
      for (;;) {
        await run.sleep(seconds(1));
        beats++;
      }
    });
    const running = await on.started();
    await on.until(running, 'RUNNING');
    const waiting = await on.started();
    on.cloud.loseRegion(HERE);
    const then = beats;
    await on.pass(minutes(10));
    on.cloud.bringBack(HERE);
    expect(beats).toBe(then);
    for (const task of [running, waiting]) {
      const ended = await on.look(task);
      expect(ended).toMatchObject({ lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
      expect(ended.containers![0]).not.toHaveProperty('exitCode');
    }
  });
});
