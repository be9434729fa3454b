import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from 'vitest';
import { connect, registerTransport } from '../../../../adapters/aws/clients.ts';
import { secretLogins } from '../../../../adapters/aws/secret-logins.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-sql-AbCdEf';

/** Logins over a secret whose text is what each read finds next. */
function holding(...texts: readonly string[]) {
  let reads = 0;
  registerTransport(() => async () => ({ ARN, SecretString: texts[Math.min(reads++, texts.length - 1)] }));
  const client = connect(new SecretsManagerClient({ region: 'eu-west-1' }), 'secrets-manager', 'eu-west-1');
  return { logins: secretLogins(client), reads: () => reads };
}
afterEach(() => registerTransport(undefined));

const text = (password: string): string =>
  JSON.stringify({ username: 'holdfast', password, engine: 'mysql', port: 4000 });

test('a login is read once, and again when it was refused', async () => {
  const { logins, reads } = holding(text('old'), text('new'));
  expect(await logins.of(ARN)).toEqual({ username: 'holdfast', password: 'old' });
  expect((await logins.of(ARN)).password).toBe('old');
  expect(reads()).toBe(1);
  logins.forget(ARN);
  expect((await logins.of(ARN)).password).toBe('new');
});

test.each([
  ['no JSON', 'hunter2'],
  ['no password', '{"username":"hunter2"}'],
  ['a list', '["hunter2"]'],
  ['a password that is a number', '{"username":"root","password":12345}'],
])('a secret with %s is refused, and its text is not told', async (_, held) => {
  const { logins } = holding(held);
  const refused = logins.of(ARN);
  await expect(refused).rejects.toMatchObject({ name: 'AccessRefused' });
  await expect(refused).rejects.not.toThrow(/hunter2|12345/);
});
