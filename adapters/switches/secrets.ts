import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SwitchNotUsable } from '../../core/errors/registry.ts';
import type { Turned } from '../../core/ports/switchboard.ts';
import { orFault } from '../aws/faults.ts';

/**
 * Writes one field of a secret's JSON, or all of it. What it held stays as a version under AWSPREVIOUS, and is told by that
 * version's id: a secret's text goes nowhere else.
 */
export async function turnSecret(
  client: SecretsManagerClient,
  secret: string,
  field: string | undefined,
  text: string,
): Promise<Turned> {
  const { version, held } = await read(client, secret);
  const next = field === undefined ? text : withField(secret, held, field, text);
  const before = `version ${version}`;
  if (next === undefined || next === held) return { changed: false, before };
  await naming(secret, () =>
    client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: next })),
  );
  return { changed: true, before };
}

async function read(client: SecretsManagerClient, secret: string) {
  const { SecretString: held, VersionId: version = 'unknown' } = await naming(secret, () =>
    client.send(new GetSecretValueCommand({ SecretId: secret })),
  );
  if (held === undefined)
    throw new SwitchNotUsable(`the secret ${secret} holds bytes and no text; name another one`, { secret });
  return { version, held };
}

/** The JSON with the field set; undefined when it is set already. */
function withField(secret: string, held: string, field: string, text: string): string | undefined {
  const parsed = json(held);
  // What is wrong with it is said without it: the text is a secret.
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new SwitchNotUsable(
      `the secret ${secret} is no JSON object, so it has no field ${field}; write it as one, or leave "field" out`,
      { secret, field },
    );
  if ((parsed as Readonly<Record<string, unknown>>)[field] === text) return undefined;
  return JSON.stringify({ ...parsed, [field]: text });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One that is not there is not made: nobody could read it, and what else belongs in it is not known here. */
async function naming<T>(secret: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'ResourceNotFoundException')
      throw new SwitchNotUsable(
        `there is no secret ${secret} in this region; make one of that name here, with all that its readers need`,
        { secret },
      );
    if (name === 'InvalidRequestException')
      throw new SwitchNotUsable(
        `the secret ${secret} cannot be written here: ${(error as Error).message}; a replica has to be a secret of its own (StopReplicationToReplica)`,
        { secret },
      );
    return orFault(() => Promise.reject(error));
  }
}
