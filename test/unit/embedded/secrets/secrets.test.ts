import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { Fargate, HERE } from '../ecs/fargate.ts';

let on: Fargate;
let client: SecretsManagerClient;

beforeEach(() => {
  on = new Fargate();
  client = connect(new SecretsManagerClient({ region: HERE }), 'secrets-manager', HERE);
});
afterEach(() => on.cloud.close());

const get = (request: { SecretId: string; VersionStage?: string }) =>
  on.settled(client.send(new GetSecretValueCommand(request)));

it('a secret is read by its name and by its ARN', async () => {
  const arn = on.cloud.secrets.seed({ region: HERE, name: 'db/root', value: 'hidden' });
  expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:db\/root-\w{6}$/);
  for (const SecretId of ['db/root', arn])
    expect(await get({ SecretId })).toMatchObject({ ARN: arn, Name: 'db/root', SecretString: 'hidden' });
});

it('a secret that is given a new value keeps its ARN and has another version', async () => {
  const seed = { region: HERE, name: 'root' };
  const arn = on.cloud.secrets.seed({ ...seed, value: 'old' });
  const old = await get({ SecretId: arn });
  expect(on.cloud.secrets.seed({ ...seed, value: 'new' })).toBe(arn);
  const now = await get({ SecretId: arn });
  expect(now.SecretString).toBe('new');
  expect(now.VersionId).not.toBe(old.VersionId);
});

it('a secret of another region, or none at all, is not found', async () => {
  on.cloud.secrets.seed({ region: 'eu-central-1', name: 'root', value: 'x' });
  await expect(get({ SecretId: 'root' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('what is not modelled fails loudly', async () => {
  on.cloud.secrets.seed({ region: HERE, name: 'root', value: 'x' });
  await expect(get({ SecretId: 'root', VersionStage: 'AWSPREVIOUS' })).rejects.toThrow(NotModelled);
});
