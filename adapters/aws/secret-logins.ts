import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { AccessRefused } from '../../core/errors/registry.ts';
import type { Login, Logins } from '../../core/ports/dial.ts';
import { orFault } from './faults.ts';

/** As Secrets Manager's own templates write a database's credentials; what else they hold is passed by. */
const login = z.object({ username: z.string().min(1), password: z.string() });

/**
 * Logins of Secrets Manager, each read once per sandbox: a call costs money and a round trip, and a heartbeat needs one
 * every minute. What was refused is read again.
 */
export function secretLogins(client: SecretsManagerClient): Logins {
  const known = new Map<string, Login>();
  return {
    async of(secret) {
      const held = known.get(secret) ?? (await read(client, secret));
      known.set(secret, held);
      return held;
    },
    forget: (secret) => void known.delete(secret),
  };
}

async function read(client: SecretsManagerClient, secret: string): Promise<Login> {
  const { SecretString: text = '' } = await orFault(() =>
    client.send(new GetSecretValueCommand({ SecretId: secret })),
  );
  const parsed = login.safeParse(json(text));
  if (parsed.success) return parsed.data;
  // What is wrong with it is said without it: the text is a secret.
  throw new AccessRefused(
    `the secret ${secret} is not JSON with "username" and "password" in text; write it so`,
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
