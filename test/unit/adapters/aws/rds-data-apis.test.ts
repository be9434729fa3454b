import { RDSClient } from '@aws-sdk/client-rds';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { afterEach, expect, test } from 'vitest';
import { connect, registerTransport, type Send } from '../../../../adapters/aws/clients.ts';
import { rdsDataApis } from '../../../../adapters/aws/rds-data-apis.ts';

const ARN = 'arn:aws:rds:eu-west-1:111111111111:cluster:orders';
const ORDERS = { clusterId: 'orders', secret: 'arn:secret', database: 'postgres' };

function answering(answer: Send) {
  const asked: object[] = [];
  registerTransport((service) => async (operation, input) => {
    asked.push({ service, operation, ...input });
    return answer(operation, input);
  });
  const region = 'eu-west-1';
  const apis = rdsDataApis({
    data: connect(new RDSDataClient({ region }), 'rds-data', region),
    rds: connect(new RDSClient({ region }), 'rds', region),
    arnOf: (clusterId) => `arn:aws:rds:${region}:111111111111:cluster:${clusterId}`,
  });
  return { apis, asked };
}
afterEach(() => registerTransport(undefined));

const failing =
  (name: string, message = 'no', status = 400): Send =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } }));

test('rows come by the names of their columns, every value as text', async () => {
  const { apis, asked } = answering(async () => ({
    records: [
      [{ longValue: 7 }, { stringValue: 'x' }, { isNull: true }, { booleanValue: false }],
      [{ longValue: 9_007_199_254_740_991 }, { stringValue: '' }, { doubleValue: 0.5 }, { isNull: true }],
    ],
    columnMetadata: [{ name: 'beat' }, { name: 'b', label: 'text' }, { name: 'gone' }, { name: 'flag' }],
    numberOfRecordsUpdated: 0,
  }));
  expect(await apis.sql(ORDERS, ['SELECT 1'])).toEqual({
    answers: [
      {
        rows: [
          { beat: '7', text: 'x', gone: null, flag: 'false' },
          { beat: '9007199254740991', text: '', gone: '0.5', flag: null },
        ],
        affectedRows: 0,
      },
    ],
  });
  expect(asked).toEqual([
    {
      service: 'rds-data',
      operation: 'ExecuteStatement',
      resourceArn: ARN,
      secretArn: 'arn:secret',
      database: 'postgres',
      sql: 'SELECT 1',
      includeResultMetadata: true,
    },
  ]);
});

test('a statement that the database refuses is an answer in its words, and what follows is not said', async () => {
  const words = 'ERROR: relation "holdfast.heartbeat" does not exist; SQLState: 42P01';
  const { apis, asked } = answering(async (operation, input) => {
    if ((input as { sql: string }).sql === 'good') return { numberOfRecordsUpdated: 1 };
    return failing('DatabaseErrorException', words)(operation, input);
  });
  expect(await apis.sql(ORDERS, ['good', 'bad', 'never'])).toEqual({
    answers: [{ rows: [], affectedRows: 1 }],
    refused: { code: 'DatabaseErrorException', errno: 0, message: words, statement: 1 },
  });
  expect(asked).toHaveLength(2);
});

test.each([
  ['HttpEndpointNotEnabledException', 400, 'TargetNotUsable'],
  ['NotFoundException', 404, 'ResourceMissing'],
  ['DatabaseNotFoundException', 404, 'ResourceMissing'],
  ['InvalidSecretException', 400, 'AccessRefused'],
  ['SecretsErrorException', 400, 'AccessRefused'],
  ['DatabaseResumingException', 400, 'ServiceUnavailable'],
  ['DatabaseUnavailableException', 504, 'ServiceUnavailable'],
  ['StatementTimeoutException', 400, 'ServiceUnavailable'],
  ['AccessDeniedException', 403, 'PermissionMissing'],
  ['ForbiddenException', 403, 'PermissionMissing'],
  ['ThrottlingException', 429, 'Throttled'],
])('%s means %s %s', async (name, status, meaning) => {
  const { apis } = answering(failing(name, 'no', status));
  await expect(apis.sql(ORDERS, ['SELECT 1'])).rejects.toMatchObject({ name: meaning });
});

test('the Data API of a cluster is switched on by its ARN', async () => {
  const { apis, asked } = answering(async () => ({ ResourceArn: ARN, HttpEndpointEnabled: true }));
  await apis.switchOn('orders');
  expect(asked).toEqual([{ service: 'rds', operation: 'EnableHttpEndpoint', ResourceArn: ARN }]);
});
