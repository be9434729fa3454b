import { expect, test } from 'vitest';
import { ACCOUNT, arnOf, HOME, LOGIN, scene } from './a-data-api.ts';

test.each([
  ['a cluster that is not there', { resourceArn: arnOf('nobody') }, 'NotFoundException'],
  [
    'a cluster of another region',
    { resourceArn: arnOf('orders').replace(HOME, 'eu-west-1') },
    'NotFoundException',
  ],
  ['a secret that is not there', { secretArn: 'arn:nothing' }, 'SecretsErrorException'],
  ['a database that is not there', { database: 'other' }, 'DatabaseErrorException'],
])('%s is refused by name', async (_, more, name) => {
  const { refusal } = scene();
  expect(await refusal('SELECT 1', more)).toMatch(name);
});

test.each([
  ['no JSON', 'hello', 'InvalidSecretException'],
  ['no password', '{"username":"holdfast"}', 'InvalidSecretException'],
  [
    'a wrong password',
    JSON.stringify({ ...LOGIN, password: 'wr0ng' }),
    'DatabaseErrorException: FATAL: password',
  ],
  [
    'an unknown user',
    JSON.stringify({ ...LOGIN, username: 'nobody' }),
    'DatabaseErrorException: FATAL: password',
  ],
])('a secret with %s opens nothing, and is not repeated', async (_, value, name) => {
  const { refusal, secret } = scene();
  secret(value);
  const told = await refusal('SELECT 1');
  expect(told).toMatch(name);
  expect(told).not.toContain('wr0ng');
});

test('a cluster without a Data API, or without an instance, is not spoken to', async () => {
  const { cloud, refusal } = scene({ dataApi: undefined } as never);
  expect(await refusal('SELECT 1')).toMatch('HttpEndpointNotEnabledException');
  cloud.close();
  expect(await scene({ instances: [] }).refusal('SELECT 1')).toMatch('DatabaseNotFoundException');
});

test('only a role that may use the Data API and read the secret gets in', async () => {
  const { cloud, refusal } = scene();
  const role = `arn:aws:iam::${ACCOUNT}:role/heart`;
  const said = async (...rights: string[]) => {
    cloud.iam.attach(role, { Statement: { Effect: 'Allow', Action: rights, Resource: '*' } });
    const call = cloud.callAs({ name: 'heart', principal: role });
    let told = '';
    call('rds-data', HOME, 'ExecuteStatement', {
      ...{ resourceArn: arnOf('orders'), secretArn: 'login', sql: 'SELECT 1' },
    }).then(
      () => {
        told = 'accepted';
      },
      ({ name, message }: Error) => {
        told = `${name}: ${message}`;
      },
    );
    await cloud.world.runWhile(() => told === '');
    return told;
  };
  expect(await refusal('SELECT 1')).toBe('accepted');
  expect(await said('rds:DescribeDBClusters')).toMatch(/^AccessDeniedException.*rds-data:ExecuteStatement/);
  expect(await said('rds-data:ExecuteStatement')).toMatch(/^AccessDeniedException.*GetSecretValue/);
  expect(await said('secretsmanager:GetSecretValue')).toBe('accepted');
});
