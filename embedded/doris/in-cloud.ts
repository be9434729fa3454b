import type { EmbeddedCloud } from '../cloud.ts';
import { sdkError } from '../sdk/transport.ts';
import { AwsError } from '../service.ts';
import type { Hosts } from './credentials.ts';

/** The hosts of a cluster in an embedded cloud: under their own role, which may assume what trusts it. */
export function hostsIn(
  { iam, callAs }: Pick<EmbeddedCloud, 'iam'> & { readonly callAs: Hosts['callAs'] },
  role: string,
  keys: NonNullable<Hosts['keys']> = new Map(),
): Hosts {
  return {
    role,
    keys,
    callAs,
    assumeRole(from, wanted, externalId) {
      try {
        iam.assumeAs(from, wanted, externalId);
      } catch (error) {
        throw error instanceof AwsError ? sdkError(error) : error;
      }
    },
  };
}
