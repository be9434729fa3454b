import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from 'vitest';
import { connect, registerTransport, type Send } from '../../../../adapters/aws/clients.ts';
import { lambdaReach } from '../../../../adapters/aws/lambda-reach.ts';
import type { Place, Reach } from '../../../../core/ports/reach.ts';

const SHOP: Place = { cluster: 'shop', region: 'eu-west-1', end: 'source' };
const asJson = (value: object) => Buffer.from(JSON.stringify(value));

function answering(answer: Send): { readonly reach: Reach; readonly asked: object[] } {
  const asked: object[] = [];
  registerTransport((_service, region) => async (operation, input) => {
    const { Payload, ...rest } = input as { readonly Payload: Uint8Array };
    asked.push({ operation, region, ...rest, payload: JSON.parse(Buffer.from(Payload).toString()) });
    return answer(operation, input);
  });
  return {
    asked,
    reach: lambdaReach((region) => connect(new LambdaClient({ region, maxAttempts: 1 }), 'lambda', region)),
  };
}
afterEach(() => registerTransport(undefined));

const failed = (payload: object): Send => {
  const answer = { StatusCode: 200, FunctionError: 'Unhandled', Payload: asJson(payload) };
  return async () => answer;
};
const refusing =
  (name: string): Send =>
  () =>
    Promise.reject(Object.assign(new Error('no'), { name, $fault: 'server' }));

test("statements go to the function of the place, in the place's region, and its answer comes back as it is", async () => {
  const sql = { answers: [{ rows: [{ n: '18446744073709551615', missing: null }], affectedRows: 0 }] };
  const { reach, asked } = answering(async () => ({ StatusCode: 200, Payload: asJson({ sql }) }));
  expect(await reach.sql({ ...SHOP, region: 'eu-central-1', end: 'target' }, ['SELECT 1'])).toEqual(sql);
  expect(asked).toEqual([
    {
      operation: 'Invoke',
      region: 'eu-central-1',
      FunctionName: 'holdfast-reach-target-shop',
      InvocationType: 'RequestResponse',
      payload: { sql: { statements: ['SELECT 1'] } },
    },
  ]);
});

test('a request over HTTP goes the same way', async () => {
  const http = { status: 200, body: '{"code":0}' };
  const { reach } = answering(async () => ({ StatusCode: 200, Payload: asJson({ http }) }));
  const request = { service: 'rest', method: 'POST', path: '/v2/vectordb/collections/list' } as const;
  expect(await reach.http(SHOP, request)).toEqual(http);
});

describe('what the function threw is thrown again', () => {
  test.each(['AccessRefused', 'ServiceUnavailable', 'AnswerTooLarge', 'InvalidInput'])(
    'as %s',
    async (name) => {
      const { reach } = answering(failed({ errorType: name, errorMessage: 'tidb:4000 says no' }));
      await expect(reach.sql(SHOP, ['SELECT 1'])).rejects.toMatchObject({
        name,
        message: 'tidb:4000 says no',
      });
    },
  );

  test('as unavailable when its time was up: nobody knows what took effect', async () => {
    const { reach } = answering(
      failed({ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 120.00 seconds' }),
    );
    await expect(reach.sql(SHOP, ['SELECT 1'])).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('may have taken effect'),
    });
  });

  test('as unavailable when it was killed at work: so may every task be', async () => {
    const { reach } = answering(failed({ errorType: 'Runtime.ExitError', errorMessage: 'signal: killed' }));
    await expect(reach.sql(SHOP, ['BACKUP'])).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('may have taken effect'),
    });
  });

  test('as a defect when nobody named it', async () => {
    const { reach } = answering(failed({ errorType: 'TypeError', errorMessage: 'x is no function' }));
    await expect(reach.sql(SHOP, ['SELECT 1'])).rejects.toMatchObject({ name: 'InvariantViolation' });
  });
});

test.each([
  ['EC2AccessDeniedException', 'PermissionMissing'],
  ['ResourceConflictException', 'ServiceUnavailable'],
  ['ResourceNotReadyException', 'ServiceUnavailable'],
  ['TooManyRequestsException', 'Throttled'],
  ['EC2ThrottledException', 'Throttled'],
  ['ResourceNotFoundException', 'ResourceMissing'],
  ['AccessDeniedException', 'PermissionMissing'],
])("lambda's %s means %s", async (name, meaning) => {
  const { reach, asked } = answering(refusing(name));
  await expect(reach.sql(SHOP, ['INSERT INTO t VALUES (1)'])).rejects.toMatchObject({ name: meaning });
  expect(asked).toHaveLength(1);
});
