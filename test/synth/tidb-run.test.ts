import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { minutes } from '../../core/time/instant.ts';
import type { ContainerRun } from '../../embedded/ecs/container.ts';
import { Blueprint } from '../support/world-of.ts';
import { ACCOUNT, PRIMARY } from './synthesized.ts';
import { secretOf, shop, withTidb } from './tidb-installation.ts';

const VAULT = `holdfast-vault-${ACCOUNT}-${PRIMARY}`;
const roleOf = (name: string) => ({
  name,
  principal: `arn:aws:iam::${ACCOUNT}:role/holdfast-${PRIMARY}-${name}`,
});

let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(withTidb({ shop }));
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

/** The installation as it is deployed, with a program in BR's image. */
function deployed(program: (run: ContainerRun) => Promise<void>): void {
  stage = blueprint.stage(1);
  stage.cloud.secrets.seed({
    region: PRIMARY,
    name: 'shop-tls',
    arn: secretOf(PRIMARY),
    value: JSON.stringify({ ca: 'the CA', cert: 'the certificate', key: 'the key' }),
  });
  stage.cloud.ecs.addImage('pingcap/br', async (run) => {
    await program(run);
    return 0;
  });
}

async function call(role: string, service: 'ecs' | 'cloudwatch-logs', operation: string, input: object) {
  let going = true;
  const answer = stage.cloud.callAs(roleOf(role))(service, PRIMARY, operation, input);
  const done = answer.finally(() => {
    going = false;
  });
  done.catch(() => {});
  await stage.cloud.world.runWhile(() => going);
  return done as Promise<Record<string, never>>;
}

const start = (role: string, family = 'holdfast-br-shop') =>
  call(role, 'ecs', 'RunTask', {
    cluster: 'holdfast',
    taskDefinition: family,
    launchType: 'FARGATE',
    count: 1,
    clientToken: 'one',
    startedBy: 'shop-manual-20260318t000001z',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
    overrides: { containerOverrides: [{ name: 'br', command: ['/br', 'backup', 'full'] }] },
  });

test('the task that captures starts BR, which has its certificates, stores in its folder, and is read by the poller', async () => {
  deployed(async (run) => {
    const { BR_CA, BR_CERT, BR_KEY } = run.environment;
    run.print(`${run.argv.join(' ')}: ${BR_CA}, ${BR_CERT}, ${BR_KEY}`);
    for (const Key of ['shop/p/data/backupmeta', 'documents/p/data/a'])
      await run.call('s3', PRIMARY, 'PutObject', { Bucket: VAULT, Key, Body: 'x' }).then(
        () => run.print(`stored ${Key}`),
        (error: Error) => run.print(`${error.name} for ${Key}`),
      );
  });
  const { tasks } = (await start('capture-recovery-point')) as unknown as { tasks: { taskArn: string }[] };
  await stage.run(minutes(5));
  const { taskArn } = tasks[0]!;
  const seen = await call('poll-capture', 'ecs', 'DescribeTasks', { cluster: 'holdfast', tasks: [taskArn] });
  expect(seen).toMatchObject({
    tasks: [{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] }],
  });
  const { events } = (await call('poll-capture', 'cloudwatch-logs', 'GetLogEvents', {
    logGroupName: '/holdfast/holdfast-br-shop',
    logStreamName: `holdfast-br-shop/br/${taskArn.split('/').at(-1)}`,
    startFromHead: true,
  })) as unknown as { events: { message: string }[] };
  expect(events.map(({ message }) => message)).toEqual([
    '/br backup full: the CA, the certificate, the key',
    'stored shop/p/data/backupmeta',
    'AccessDenied for documents/p/data/a',
  ]);
});

test('who gives a capture up stops BR; who only looks may not, and who seals may not start it', async () => {
  deployed((run) => run.sleep(minutes(60)));
  const { tasks } = (await start('poll-capture')) as unknown as { tasks: { taskArn: string }[] };
  await stage.run(minutes(5));
  const { taskArn: task } = tasks[0]!;
  const stop = { cluster: 'holdfast', task, reason: 'given up' };
  await expect(call('poll-capture', 'ecs', 'StopTask', stop)).rejects.toThrow(
    'not authorized to perform: ecs:StopTask',
  );
  await expect(start('seal-recovery-point')).rejects.toThrow('not authorized to perform: ecs:RunTask');
  const running = await call('discard-partial-capture', 'ecs', 'ListTasks', {
    cluster: 'holdfast',
    startedBy: 'shop-manual-20260318t000001z',
  });
  expect(running).toMatchObject({ taskArns: [task] });
  await call('discard-partial-capture', 'ecs', 'StopTask', stop);
  await stage.run(minutes(5));
  const seen = await call('poll-capture', 'ecs', 'DescribeTasks', {
    cluster: 'holdfast',
    tasks: [task],
  });
  expect(seen).toMatchObject({ tasks: [{ lastStatus: 'STOPPED', stopCode: 'UserInitiated' }] });
});
