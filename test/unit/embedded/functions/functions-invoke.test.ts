import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import { type Duration, instant, later, minutes, seconds } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import type { Interference } from '../../../../embedded/faults/hooks.ts';
import type { FunctionSettings } from '../../../../embedded/functions/settings.ts';

const ACCOUNT = '111122223333';
const HOME = 'eu-central-1';
const AWAY = 'eu-west-1';
const ARN = `arn:aws:lambda:${HOME}:${ACCOUNT}:function:answer`;
const CALLER = `arn:aws:iam::${ACCOUNT}:role/caller`;
const MEGABYTES_6 = 6_291_456;

let cloud: EmbeddedCloud;
afterEach(() => cloud.close());

interface Scene {
  readonly answer?: (event: never) => unknown;
  readonly settings?: Partial<FunctionSettings>;
  readonly disturb?: Partial<Interference>;
  /** Of the client that calls. */
  readonly maxAttempts?: number;
  /** Where the calling function runs. */
  readonly from?: string;
  readonly allowed?: string;
}

/** A function that answers, and one that calls it through the genuine client. */
function scene({
  answer = () => 'done',
  settings = {},
  disturb = {},
  maxAttempts,
  from = HOME,
  allowed = ARN,
}: Scene = {}) {
  cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-11-01T00:00:00Z')),
    seed: 1,
    account: ACCOUNT,
    disturbances: [{ before() {}, after() {}, ...disturb }],
  });
  const base = { account: ACCOUNT, environment: {}, timeoutSeconds: 300, memoryMb: 128 };
  let runs = 0;
  cloud.functions.createFunction({
    ...{ ...base, name: 'answer', arn: ARN, region: HOME, role: `arn:aws:iam::${ACCOUNT}:role/answer` },
    load: async () => ({
      start: () => async (event) => {
        runs++;
        return answer(event as never);
      },
    }),
    ...settings,
  });
  const caller = `arn:aws:lambda:${from}:${ACCOUNT}:function:caller`;
  cloud.functions.createFunction({
    ...{ ...base, name: 'caller', arn: caller, region: from, role: CALLER, timeoutSeconds: 900 },
    load: async () => ({
      start: () => {
        const client = connect(
          new LambdaClient({ region: HOME, ...(maxAttempts !== undefined && { maxAttempts }) }),
          'lambda',
          HOME,
          maxAttempts,
        );
        return async (input) => {
          const { Payload, ...rest } = await client.send(new InvokeCommand(input as InvokeCommandInput));
          return {
            ...rest,
            Payload: Buffer.from(Payload ?? [])
              .toString()
              .slice(0, 1_000),
          };
        };
      },
    }),
  });
  cloud.iam.attach(CALLER, {
    Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: allowed },
  });
  const call = async (input: Partial<Record<keyof InvokeCommandInput, string>> = {}) => {
    const begun = cloud.world.now();
    let over = false;
    const outcome = cloud.functions
      .invoke(caller, JSON.stringify({ FunctionName: 'answer', ...input }))
      .finally(() => {
        over = true;
      });
    await cloud.world.runWhile(() => !over);
    const ended = await outcome;
    const took = (cloud.world.now() - begun) as Duration;
    return ended.ok
      ? { answer: JSON.parse(ended.payload) as Record<string, unknown>, took }
      : { failed: ended.error, cause: ended.cause, took };
  };
  return { call, runs: () => runs };
}

test('the answer is what the function returned, after the time that it took', async () => {
  const { call } = scene({
    answer: async (event: { n: number }) => {
      await cloud.world.sleep(seconds(42));
      return { twice: event.n * 2 };
    },
  });
  const { answer, took } = await call({ Payload: '{"n":21}' });
  expect(answer).toMatchObject({ StatusCode: 200, Payload: '{"twice":42}' });
  expect(answer).not.toHaveProperty('FunctionError');
  expect(took).toBeGreaterThanOrEqual(seconds(42));
});

test.each([
  ['its name', 'answer'],
  ['its ARN', ARN],
  ['a partial ARN', `${ACCOUNT}:function:answer`],
])('a function is found by %s', async (_, FunctionName) => {
  expect((await scene().call({ FunctionName })).answer).toMatchObject({ Payload: '"done"' });
});

test('what a function throws comes back as an answer, in Lambda’s own shape', async () => {
  const { call } = scene({
    answer: () => {
      throw Object.assign(new Error('no seats left'), { name: 'SoldOut' });
    },
  });
  const { answer } = await call();
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(JSON.parse(String(answer?.['Payload']))).toEqual({
    errorType: 'SoldOut',
    errorMessage: 'no seats left',
  });
});

test.each([
  [
    'runs out of time',
    { answer: () => cloud.world.sleep(minutes(10)) },
    'Sandbox.Timedout',
    /timed out after 300.00/,
  ],
  [
    'crashes',
    { answer: longer, disturb: { strike: ofAnswer('Runtime.ExitError') } },
    'Runtime.ExitError',
    /exited/,
  ],
  [
    'ends without a word',
    { answer: longer, disturb: { strike: ofAnswer('Lambda.Unknown') } },
    'Runtime.ExitError',
    /exited/,
  ],
  [
    'says too much',
    { answer: () => 'x'.repeat(MEGABYTES_6) },
    'Function.ResponseSizeTooLarge',
    /6291458 bytes/,
  ],
] as const)('a function that %s comes back as an unhandled error', async (_, given, errorType, message) => {
  const { answer } = await scene(given as Scene).call();
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  const told = JSON.parse(String(answer?.['Payload'])) as Record<string, string>;
  expect(told['errorType']).toBe(errorType);
  expect(told['errorMessage']).toMatch(message);
});

/** Than any function may run. */
function longer(): Promise<void> {
  return cloud.world.sleep(minutes(10));
}

function ofAnswer(as: 'Runtime.ExitError' | 'Lambda.Unknown'): Interference['strike'] {
  return ({ name }) => (name === 'answer' ? { after: seconds(1), as } : undefined);
}

test.each([
  ['a function that is not there', { FunctionName: 'nobody' }, 'ResourceNotFoundException'],
  ['a function of another region', { FunctionName: ARN.replace(HOME, AWAY) }, 'ResourceNotFoundException'],
  [
    'an event of more than 6 MB',
    { Payload: JSON.stringify('x'.repeat(MEGABYTES_6)) },
    'RequestTooLargeException',
  ],
  ['an event that is not JSON', { Payload: '{' }, 'InvalidRequestContentException'],
] as const)('%s is refused by name, and nothing runs', async (_, input, name) => {
  const { call, runs } = scene({ allowed: '*' });
  expect((await call(input)).failed).toBe(name);
  expect(runs()).toBe(0);
});

test('only whoever may invoke that very function gets to it', async () => {
  const { call, runs } = scene({ allowed: ARN.replace('answer', 'other') });
  const { failed, cause } = await call();
  expect(failed).toBe('AccessDeniedException');
  expect(cause).toContain(`lambda:InvokeFunction on resource: ${ARN}`);
  expect(runs()).toBe(0);
});

test.each([
  [undefined, 2],
  [1, 0],
])('a full function is tried again as often as the client does (%s)', async (maxAttempts, throttlesMore) => {
  const { call } = scene({ settings: { reservedConcurrency: 0 }, ...(maxAttempts && { maxAttempts }) });
  const { failed } = await call();
  expect(failed).toBe('TooManyRequestsException');
  expect(cloud.functions.counts.get(ARN)?.throttles).toBe(1 + throttlesMore);
});

test('a function whose region goes dark under it answers nobody, and its caller waits its own time', async () => {
  const { call } = scene({ from: AWAY, answer: () => cloud.world.sleep(seconds(60)) });
  cloud.world.after(seconds(30), () => cloud.loseRegion(HOME));
  const { failed, took } = await call();
  expect(failed).toBe('Sandbox.Timedout');
  expect(took).toBeGreaterThanOrEqual(seconds(900));
});

test('a dark region is not reached at all', async () => {
  const { call, runs } = scene({ from: AWAY });
  cloud.loseRegion(HOME);
  expect((await call()).failed).toBe('TimeoutError');
  expect(runs()).toBe(0);
});

test('an event is accepted at once, and runs later', async () => {
  const { call, runs } = scene({ answer: () => cloud.world.sleep(seconds(60)) });
  const { answer, took } = await call({ InvocationType: 'Event' });
  expect(answer).toMatchObject({ StatusCode: 202 });
  expect([runs(), took < seconds(5)]).toEqual([0, true]);
  await cloud.world.runUntil(later(cloud.world.now(), minutes(2)));
  expect(runs()).toBe(1);
});
