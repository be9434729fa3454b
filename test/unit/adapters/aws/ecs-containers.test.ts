import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test } from 'vitest';
import { connect, registerTransport, type Send } from '../../../../adapters/aws/clients.ts';
import { ecsContainers } from '../../../../adapters/aws/ecs-containers.ts';
import type { ContainerOrder, Containers } from '../../../../core/ports/containers.ts';

const REGION = 'eu-west-1';
const ARN = 'arn:aws:ecs:eu-west-1:111122223333:task/holdfast/0f9de17a6465404e8b1b2356dc13c2f8';
const DEFINITION = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/holdfast-br-shop:7';
const ORDER: ContainerOrder = {
  region: REGION,
  family: 'holdfast-br-shop',
  token: 'a'.repeat(64),
  startedBy: 'shop-daily-20261121t030000z',
  command: ['/br', 'backup', 'full'],
  environment: { BR_LOG_TO_TERM: '1' },
  subnets: ['subnet-1'],
  securityGroups: ['sg-1'],
};

/** Containers over clients whose operations are answered like this, and what was asked. */
function answering(answer: Send): { readonly containers: Containers; readonly asked: object[] } {
  const asked: object[] = [];
  registerTransport(() => async (operation, input) => {
    asked.push({ operation, ...input });
    return answer(operation, input);
  });
  return {
    asked,
    containers: ecsContainers({
      ecs: (region) => connect(new ECSClient({ region }), 'ecs', region),
      logs: (region) => connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region),
    }),
  };
}
afterEach(() => registerTransport(undefined));

const failing =
  (name: string, message = name, more: object = {}): Send =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name, ...more }));
const always =
  (answer: object): Send =>
  async () =>
    answer;

describe('starting a task', () => {
  test('asks for one, in the network of the order, with the token of the order', async () => {
    const { containers, asked } = answering(always({ tasks: [{ taskArn: ARN }], failures: [] }));
    expect(await containers.start(ORDER)).toBe(ARN);
    expect(asked).toEqual([
      {
        operation: 'RunTask',
        cluster: 'holdfast',
        taskDefinition: 'holdfast-br-shop',
        launchType: 'FARGATE',
        count: 1,
        clientToken: 'a'.repeat(64),
        startedBy: 'shop-daily-20261121t030000z',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-1'],
            securityGroups: ['sg-1'],
            assignPublicIp: 'DISABLED',
          },
        },
        overrides: {
          containerOverrides: [
            {
              name: 'br',
              command: ['/br', 'backup', 'full'],
              environment: [{ name: 'BR_LOG_TO_TERM', value: '1' }],
            },
          ],
        },
      },
    ]);
  });

  test.each([
    [{ tasks: [], failures: [{ reason: 'Capacity is unavailable at this time.' }] }, 'EngineBusy'],
    [{ tasks: [], failures: [{ reason: 'RESOURCE:ENI' }] }, 'EngineBusy'],
    [
      { tasks: [], failures: [{ reason: "You've reached the limit on the number of vCPUs" }] },
      'QuotaReached',
    ],
    [{ tasks: [{ taskArn: ARN }], failures: [{ reason: 'RESOURCE:CPU' }] }, 'EngineBusy'],
    [{ tasks: [], failures: [{ reason: 'AGENT' }] }, 'ServiceUnavailable'],
    [{ tasks: [], failures: [] }, 'ServiceUnavailable'],
    [{}, 'ServiceUnavailable'],
  ])('a 200 of %j is %s', async (answer, name) => {
    const { containers } = answering(always(answer));
    await expect(containers.start(ORDER)).rejects.toMatchObject({ name, retryable: true });
  });

  test.each([
    ['ClientException', 'TaskDefinition not found.', 'ResourceMissing'],
    ['ClientException', 'TaskDefinition is inactive', 'ResourceMissing'],
    ['ClientException', 'ECS was unable to assume the role', 'PermissionMissing'],
    ['ClientException', 'You have reached the limit of tasks in PROVISIONING', 'QuotaReached'],
    ['AccessDeniedException', 'not authorized to perform: iam:PassRole', 'PermissionMissing'],
    ['ClusterNotFoundException', 'Cluster not found.', 'ResourceMissing'],
    ['ThrottlingException', 'Rate exceeded', 'Throttled'],
    ['InvalidParameterException', 'subnets can not be empty.', 'InvariantViolation'],
  ])('%s: %s is %s', async (error, message, name) => {
    const { containers } = answering(failing(error, message));
    await expect(containers.start(ORDER)).rejects.toMatchObject({ name });
  });

  test('whose token was used with other words finds the task of that token', async () => {
    const { containers } = answering(failing('ConflictException', 'in use', { resourceIds: [ARN] }));
    expect(await containers.start(ORDER)).toBe(ARN);
  });

  test('with more words than ECS takes is refused before it is asked', async () => {
    const { containers, asked } = answering(always({ tasks: [{ taskArn: ARN }] }));
    const command = Array.from({ length: 400 }, (_, n) => `--filter database_${n}.*`);
    await expect(containers.start({ ...ORDER, command })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/has \d+ characters .* ECS takes 8192/),
    });
    expect(asked).toEqual([]);
  });
});

describe('looking at a task', () => {
  const seen = async (more: object) => {
    const task = { taskArn: ARN, taskDefinitionArn: DEFINITION, ...more };
    return answering(always({ tasks: [task], failures: [] })).containers.look(REGION, ARN);
  };

  test.each(['PROVISIONING', 'PENDING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING'])(
    '%s is under way, although its container may have ended',
    async (lastStatus) => {
      const containers = [{ name: 'br', exitCode: 1 }];
      expect(await seen({ lastStatus, containers })).toEqual({
        state: 'running',
        doing: lastStatus.toLowerCase(),
      });
    },
  );

  test('ended says how its own container ended, in all words that ECS has for it', async () => {
    const task = {
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { name: 'agent', exitCode: 0 },
        { name: 'br', exitCode: 137, reason: 'OutOfMemoryError: Container killed' },
      ],
    };
    expect(await seen(task)).toEqual({
      state: 'ended',
      exitCode: 137,
      code: 'EssentialContainerExited',
      why: 'Essential container in task exited; OutOfMemoryError: Container killed',
    });
  });

  test('that never ran has no exit code', async () => {
    const stoppedReason = 'CannotPullContainerError: not found';
    const task = {
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason,
      containers: [{ name: 'br' }],
    };
    expect(await seen(task)).toEqual({ state: 'ended', code: 'TaskFailedToStart', why: stoppedReason });
  });

  test('that ECS does not show is unknown', async () => {
    const { containers } = answering(always({ tasks: [], failures: [{ arn: ARN, reason: 'MISSING' }] }));
    expect(await containers.look(REGION, ARN)).toEqual({ state: 'unknown' });
  });
});

describe('what a task printed', () => {
  /** Pages from the newest back; the last one's token repeats itself. */
  const pages = (...messages: readonly (readonly string[])[]): Send => {
    return async (_, input) => {
      const at = Number((input as { nextToken?: string }).nextToken ?? 0);
      const events = (messages[at] ?? []).map((message) => ({ message }));
      return { events, nextBackwardToken: String(Math.min(at + 1, messages.length)) };
    };
  };

  test('is read from the stream of its container', async () => {
    const { containers, asked } = answering(pages(['a', 'b']));
    expect(await containers.output(REGION, 'holdfast-br-shop', ARN, 100)).toEqual(['a', 'b']);
    expect(asked[0]).toMatchObject({
      logGroupName: '/holdfast/holdfast-br-shop',
      logStreamName: 'holdfast-br-shop/br/0f9de17a6465404e8b1b2356dc13c2f8',
      startFromHead: false,
    });
  });

  test('is put together from pages, some of them empty, oldest line first', async () => {
    const { containers } = answering(pages([], ['d', 'e'], [], ['b', 'c'], ['a']));
    expect(await containers.output(REGION, 'f', ARN, 100)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await containers.output(REGION, 'f', ARN, 3)).toEqual(['c', 'd', 'e']);
  });

  test('is nothing while there is no stream', async () => {
    const { containers } = answering(failing('ResourceNotFoundException'));
    expect(await containers.output(REGION, 'f', ARN, 100)).toEqual([]);
  });

  test('that may not be read is a fault', async () => {
    const { containers } = answering(failing('AccessDeniedException'));
    await expect(containers.output(REGION, 'f', ARN, 1)).rejects.toMatchObject({ name: 'PermissionMissing' });
  });
});

describe('stopping tasks', () => {
  test('finds those of a point, page by page', async () => {
    const { containers } = answering(async (_, input) => {
      const { nextToken } = input as { nextToken?: string };
      return nextToken ? { taskArns: ['c'] } : { taskArns: ['a', 'b'], nextToken: 'more' };
    });
    expect(await containers.runningFor(REGION, 'shop-daily')).toEqual(['a', 'b', 'c']);
  });

  test('that ECS has forgotten succeeds', async () => {
    const gone = failing('InvalidParameterException', 'The referenced task was not found.');
    await answering(gone).containers.stop(REGION, ARN, 'why');
  });

  test('that may not be stopped is a fault, and the reason is no longer than ECS takes', async () => {
    const { containers, asked } = answering(failing('AccessDeniedException'));
    await expect(containers.stop(REGION, ARN, 'x'.repeat(999))).rejects.toMatchObject({
      name: 'PermissionMissing',
    });
    expect((asked[0] as { reason: string }).reason).toHaveLength(255);
  });
});
