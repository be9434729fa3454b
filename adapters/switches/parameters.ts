import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { SwitchNotUsable } from '../../core/errors/registry.ts';
import type { Turned } from '../../core/ports/switchboard.ts';
import { orFault } from '../aws/faults.ts';

/** SSM keeps the last hundred versions of a parameter by itself (parameter-store/history). */
export async function turnParameter(client: SSMClient, name: string, text: string): Promise<Turned> {
  const found = await lookAt(client, name);
  if (found && found.type !== 'String')
    throw new SwitchNotUsable(
      `the parameter ${name} is a ${found.type}; a switch writes a String: name another one, or make it one`,
      { parameter: name },
    );
  if (found?.value === text) return { changed: false, before: text };
  // The kind of one that is there stays what it is, and must not be named along with Overwrite.
  const how = found ? { Overwrite: true } : { Type: 'String' as const };
  await orFault(() => client.send(new PutParameterCommand({ Name: name, Value: text, ...how })));
  return { changed: true, ...(found?.value !== undefined && { before: found.value }) };
}

async function lookAt(client: SSMClient, name: string) {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return { value: Parameter?.Value, type: Parameter?.Type ?? 'String' };
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    return orFault(() => Promise.reject(error));
  }
}
