import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { CLUSTER, Fargate, HERE } from './fargate.ts';

let on: Fargate;
afterEach(() => on.cloud.close());

function playing(...args: ConstructorParameters<typeof Fargate>): Fargate {
  on = new Fargate(...args);
  on.define();
  on.cloud.ecs.addImage('tools/job', async (run) => {
    await run.sleep(minutes(2));
    return 0;
  });
  return on;
}

const listed = async (filter: object) =>
  (await on.settled(on.ecs.send(new ListTasksCommand({ cluster: 'jobs', ...filter })))).taskArns!;

describe('the life of a task', () => {
  it('goes from PROVISIONING to STOPPED over minutes, and its exit code is that of the program', async () => {
    playing();
    const { tasks, failures } = await on.run({ startedBy: 'point-1', tags: [{ key: 'a', value: 'b' }] });
    const [task] = tasks!;
    expect([task!.lastStatus, task!.desiredStatus, failures]).toEqual(['PROVISIONING', 'RUNNING', []]);
    const seen = new Set<string>();
    for (let second = 0; second < 300; second++) {
      seen.add((await on.look(task!.taskArn!)).lastStatus!);
      await on.pass(seconds(1));
    }
    expect([...seen]).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']);
    const ended = await on.look(task!.taskArn!);
    expect(ended).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      startedBy: 'point-1',
      clusterArn: CLUSTER,
      tags: [{ key: 'a', value: 'b' }],
      containers: [{ name: 'main', lastStatus: 'STOPPED', exitCode: 0 }],
    });
    expect(ended.executionStoppedAt!.getTime() - ended.startedAt!.getTime()).toBe(minutes(2));
    expect(ended.stoppedAt!.getTime()).toBeGreaterThan(ended.executionStoppedAt!.getTime());
  });

  it.each([1, 2, 3, 4, 5, 6])('takes 20 to 60 seconds until it is RUNNING (seed %i)', async (seed) => {
    playing({}, seed);
    const took = await on.until(await on.started(), 'RUNNING');
    expect(took).toBeGreaterThan(19);
    expect(took).toBeLessThan(61);
  });

  it('is forgotten an hour after its end', async () => {
    playing();
    const task = await on.started();
    await on.until(task, 'STOPPED');
    await on.pass(minutes(59));
    expect((await on.look(task)).lastStatus).toBe('STOPPED');
    await on.pass(minutes(2));
    expect(await on.describe(task)).toMatchObject({
      tasks: [],
      failures: [{ arn: task, reason: 'MISSING' }],
    });
  });

  it('is the same for the same seed', async () => {
    const story = async () => {
      playing({}, 7);
      await on.until(await on.started(), 'STOPPED');
      const { lines } = on.cloud.world;
      on.cloud.close();
      return lines;
    };
    expect(await story()).toEqual(await story());
  });
});

describe('a client token', () => {
  it('starts one task, however often the same request is sent', async () => {
    playing();
    const first = await on.started({ clientToken: 'once' });
    await on.until(first, 'STOPPED');
    expect(await on.started({ clientToken: 'once' })).toBe(first);
    expect(await on.started({ clientToken: 'twice' })).not.toBe(first);
  });

  it('refuses another request by naming the task that it stands for', async () => {
    playing();
    const first = await on.started({ clientToken: 'once' });
    await expect(on.run({ clientToken: 'once', startedBy: 'another' })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [first],
    });
  });

  it('is free again an hour after the task has ended, and a day after it began at the latest', async () => {
    playing();
    const first = await on.started({ clientToken: 'once' });
    await on.until(first, 'STOPPED');
    await on.pass(hours(1));
    expect(await on.started({ clientToken: 'once' })).not.toBe(first);
    on.cloud.ecs.addImage('tools/job', () => new Promise(() => {}));
    const endless = await on.started({ clientToken: 'endless' });
    await on.pass(hours(23));
    expect(await on.started({ clientToken: 'endless' })).toBe(endless);
    await on.pass(hours(1));
    expect(await on.started({ clientToken: 'endless' })).not.toBe(endless);
  });
});

describe('a list of tasks', () => {
  it('has those that are to run, by who started them and page by page', async () => {
    playing();
    const a = [await on.started({ startedBy: 'a' }), await on.started({ startedBy: 'a' })];
    const b = await on.started({ startedBy: 'b' });
    expect(await listed({ startedBy: 'a' })).toEqual(a);
    expect(await listed({ family: 'job' })).toEqual([...a, b]);
    expect(await listed({ family: 'other' })).toEqual([]);
    const page = await on.settled(on.ecs.send(new ListTasksCommand({ cluster: 'jobs', maxResults: 2 })));
    expect(page.taskArns).toEqual(a);
    expect(await listed({ maxResults: 2, nextToken: page.nextToken })).toEqual([b]);
    await on.stop(b);
    expect(await listed({ startedBy: 'b' })).toEqual([]);
    expect(await listed({ startedBy: 'b', desiredStatus: 'STOPPED' })).toEqual([b]);
  });
});

describe('a request that cannot be met', () => {
  it.each([
    ['an unknown cluster', { cluster: 'other' }, 'ClusterNotFoundException'],
    ['an unknown family', { taskDefinition: 'other' }, 'ClientException'],
    ['an unknown revision', { taskDefinition: 'job:2' }, 'ClientException'],
    ['no network', { networkConfiguration: undefined }, 'InvalidParameterException'],
    ['instances, of which there are none', { launchType: undefined }, 'InvalidParameterException'],
    ['eleven tasks', { count: 11 }, 'InvalidParameterException'],
    ['a token of 65 characters', { clientToken: 'x'.repeat(65) }, 'InvalidParameterException'],
    ['a starter with a space', { startedBy: 'a b' }, 'InvalidParameterException'],
    ['no such size', { overrides: { memory: '1' } }, 'ClientException'],
    [
      'another container',
      { overrides: { containerOverrides: [{ name: 'side', command: ['x'] }] } },
      'InvalidParameterException',
    ],
    [
      'too long an override',
      { overrides: { containerOverrides: [{ name: 'main', command: ['x'.repeat(8_192)] }] } },
      'InvalidParameterException',
    ],
  ] as const)('%s is refused by name', async (_, request, name) => {
    playing();
    await expect(on.run(request as object)).rejects.toMatchObject({ name });
    expect(on.cloud.ecs.running(HERE)).toEqual([]);
  });

  it('takes overrides of 8,192 characters in all', async () => {
    playing();
    const overrides = (length: number) => ({
      containerOverrides: [{ name: 'main', command: ['x'.repeat(length)] }],
    });
    const syntax = JSON.stringify(overrides(0)).length;
    expect((await on.run({ overrides: overrides(8_192 - syntax) })).tasks).toHaveLength(1);
    await expect(on.run({ overrides: overrides(8_193 - syntax) })).rejects.toThrow('8192');
  });

  it('what is not modelled fails loudly', async () => {
    playing();
    await expect(on.run({ enableExecuteCommand: true })).rejects.toThrow(NotModelled);
    await expect(on.run({ overrides: { containerOverrides: [{ name: 'main', cpu: 1 }] } })).rejects.toThrow(
      NotModelled,
    );
  });

  it('stopping a task that nobody knows is refused', async () => {
    playing();
    await expect(on.stop('unknown')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
