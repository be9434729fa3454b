import { afterEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../../core/time/instant.ts';
import type { Interference } from '../../../../embedded/faults/hooks.ts';
import type { Attempt } from '../../../../embedded/sdk/transport.ts';
import { NoAnswer } from '../../../../embedded/sdk/transport.ts';
import { allow, Fargate, HERE, TASK_ROLE } from './fargate.ts';

let on: Fargate;
afterEach(() => on.cloud.close());

function disturbed(faults: Partial<Interference>): Fargate {
  on = new Fargate(faults);
  on.define();
  on.cloud.ecs.addImage('tools/job', async (run) => {
    await run.sleep(minutes(2));
    return 0;
  });
  return on;
}

describe('faults around tasks', () => {
  it('out of capacity: an answer of 200 without a task, and the same token may try again', async () => {
    let full = true;
    disturbed({ outOfCapacity: () => full });
    const { tasks, failures } = await on.run({ clientToken: 'once' });
    expect(tasks).toEqual([]);
    expect(failures![0]!.reason).toMatch(/^Capacity is unavailable/);
    full = false;
    expect((await on.run({ clientToken: 'once' })).tasks).toHaveLength(1);
  });

  it('room for some of several tasks: the answer has both tasks and failures', async () => {
    let asked = 0;
    disturbed({ outOfCapacity: () => asked++ === 1 });
    const { tasks, failures } = await on.run({ count: 3 });
    expect([tasks!.length, failures!.length]).toEqual([2, 1]);
    await on.pass(minutes(2));
    expect(on.cloud.ecs.running(HERE)).toHaveLength(2);
  });

  it('a double that throws ends the run: that is no fault of a tool', async () => {
    disturbed({});
    on.cloud.ecs.addImage('tools/job', async () => {
      throw new Error('the double is broken');
    });
    await on.started();
    await expect(on.pass(minutes(2))).rejects.toThrow('the double is broken');
  });

  it('a task fails to start with the reason that is given', async () => {
    disturbed({ failsToStart: () => 'ResourceInitializationError: no address' });
    const task = await on.started();
    await on.until(task, 'STOPPED');
    expect(await on.look(task)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'ResourceInitializationError: no address',
    });
  });

  it('a container is killed for its memory after a while', async () => {
    disturbed({ outOfMemory: () => seconds(30) });
    const task = await on.started();
    await on.until(task, 'STOPPED');
    const ended = await on.look(task);
    expect(ended.stopCode).toBe('EssentialContainerExited');
    expect(ended.containers![0]!.exitCode).toBe(137);
    expect(ended.containers![0]!.reason).toMatch(/^OutOfMemoryError/);
    expect(ended.executionStoppedAt!.getTime() - ended.startedAt!.getTime()).toBe(seconds(30));
  });

  it('a task that was just started is MISSING, and later it is not', async () => {
    disturbed({ missing: () => true });
    const task = await on.started();
    expect((await on.describe(task)).failures).toMatchObject([{ arn: task, reason: 'MISSING' }]);
    await on.pass(seconds(11));
    expect((await on.look(task)).taskArn).toBe(task);
  });

  it('a call of a container that is never answered is given up, and sent again', async () => {
    let hung = 0;
    const answers: unknown[] = [];
    on = new Fargate({
      before({ operation }: Attempt) {
        if (operation === 'ListObjectsV2' && hung++ === 0) throw new NoAnswer();
      },
    });
    on.define();
    on.cloud.s3.createBucket({
      ...{ name: 'box', region: HERE, account: '111122223333', versioning: true, eventBridge: false },
    });
    on.cloud.iam.attach(TASK_ROLE, allow('s3:ListBucket'));
    on.cloud.ecs.addImage('tools/job', async ({ call, region }) => {
      answers.push(await call('s3', region, 'ListObjectsV2', { Bucket: 'box' }));
      return 0;
    });
    await on.until(await on.started(), 'STOPPED');
    expect(answers).toMatchObject([{ KeyCount: 0 }]);
  });

  it('a container that is killed in the middle of a call ends with 137', async () => {
    on = new Fargate({
      after({ operation, kill }: Attempt) {
        if (operation !== 'PutObject') return;
        kill?.();
        throw new NoAnswer();
      },
    });
    on.define();
    on.cloud.s3.createBucket({
      ...{ name: 'box', region: HERE, account: '111122223333', versioning: true, eventBridge: false },
    });
    on.cloud.iam.attach(TASK_ROLE, allow('s3:PutObject'));
    on.cloud.ecs.addImage('tools/job', async ({ call, region }) => {
      await call('s3', region, 'PutObject', { Bucket: 'box', Key: 'a', Body: 'a' });
      return 0;
    });
    const task = await on.started();
    await on.until(task, 'STOPPED');
    expect((await on.look(task)).containers![0]!.exitCode).toBe(137);
    expect([...on.cloud.s3.current('box')].map(([key]) => key)).toEqual(['a']);
  });
});
