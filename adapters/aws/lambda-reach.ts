import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { invariant } from '../../core/errors/assert.ts';
import { errorNamed } from '../../core/errors/named.ts';
import {
  ERROR_NAMES,
  type HoldfastError,
  InvariantViolation,
  PermissionMissing,
  ServiceUnavailable,
} from '../../core/errors/registry.ts';
import type { HttpReply, Place, Reach, SqlReply } from '../../core/ports/reach.ts';
import { faultOf } from './faults.ts';

/** Of a place, the function that stands there. `lib/names.ts` deploys it under this name. */
const functionOf = ({ cluster, end }: Place): string => `holdfast-reach-${end}-${cluster}`;

/**
 * The way into a network: a function that stands in it is called and waited for.
 *
 * @param client per region, with `maxAttempts: 1`. Invoke takes no token: when the connection breaks while the function
 *   works, a client that tries again has the statements run twice, and a second BACKUP is not nothing. Who knows that
 *   what it says may be said twice tries again itself.
 */
export function lambdaReach(client: (region: string) => LambdaClient): Reach {
  const ask = async (place: Place, question: object): Promise<unknown> => {
    const answer = await invoke(client(place.region), place, JSON.stringify(question));
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    if (answer.FunctionError !== undefined) throw failureOf(place, text);
    return JSON.parse(text) as unknown;
  };
  return {
    sql: async (place, statements) => {
      const { sql } = (await ask(place, { sql: { statements } })) as { readonly sql?: SqlReply };
      invariant(sql, 'a reach answers SQL with SQL', { ...place });
      return sql;
    },
    http: async (place, request) => {
      const { http } = (await ask(place, { http: request })) as { readonly http?: HttpReply };
      invariant(http, 'a reach answers HTTP with HTTP', { ...place });
      return http;
    },
  };
}

async function invoke(client: LambdaClient, place: Place, question: string): Promise<InvokeCommandOutput> {
  try {
    return await client.send(
      new InvokeCommand({
        FunctionName: functionOf(place),
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(question),
      }),
    );
  } catch (error) {
    throw refusedBy(error, place);
  }
}

/**
 * Lambda's own troubles with a function in a network (API_Invoke.html). After weeks without a call its interfaces are
 * gone: the first call that comes again is refused while they are made anew.
 */
function refusedBy(error: unknown, place: Place): HoldfastError {
  if (!(error instanceof Error)) return faultOf(error);
  const told = `${functionOf(place)} in ${place.region}: ${error.message}`;
  if (error.name === 'EC2AccessDeniedException')
    return new PermissionMissing(
      `lambda may not make the network interfaces of ${told}`,
      {},
      { cause: error },
    );
  if (error.name === 'ResourceConflictException' || error.name === 'ResourceNotReadyException')
    return new ServiceUnavailable(`lambda is not ready to run ${told}; it is soon`, {}, { cause: error });
  return faultOf(error);
}

/** What the function threw, by its own name; what ended it before it could throw, as what it means for who waits. */
function failureOf(place: Place, payload: string): HoldfastError {
  const { errorType = '', errorMessage = payload } = told(payload);
  const facts = { cluster: place.cluster, region: place.region, end: place.end };
  if (ERROR_NAMES.has(errorType)) return errorNamed(errorType, errorMessage, facts);
  if (errorType === 'Sandbox.Timedout' || /Task timed out after/.test(errorMessage))
    return new ServiceUnavailable(
      `${functionOf(place)} had no answer in its time, and what it said may have taken effect: ${errorMessage}; look whether its subnets have a way to the cluster and to Secrets Manager`,
      facts,
    );
  // Its sandbox was killed, as that of any task may be; a defect that kills it each time uses up the tries.
  if (errorType === 'Runtime.ExitError')
    return new ServiceUnavailable(
      `${functionOf(place)} was killed at work, and what it said may have taken effect: ${errorMessage}`,
      facts,
    );
  return new InvariantViolation(`${functionOf(place)} broke off: ${errorType} ${errorMessage}`, facts);
}

function told(payload: string): { readonly errorType?: string; readonly errorMessage?: string } {
  try {
    return JSON.parse(payload) as { readonly errorType?: string; readonly errorMessage?: string };
  } catch {
    return {};
  }
}
