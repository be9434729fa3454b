import type { CallAws } from '../ecs/container.ts';
import { s3Refusal } from '../tidb/object-store.ts';

/** Who the hosts of a cluster are in AWS, and whom they may become. */
export interface Hosts {
  /** ARN of the role that frontends and backends work under. */
  readonly role: string;
  readonly callAs: (principal: string) => CallAws;
  /** Throws what STS answers when a principal may not assume a role. */
  readonly assumeRole: (principal: string, role: string, externalId: string | undefined) => void;
  /** Static keys of the account, by access key. */
  readonly keys?: ReadonlyMap<string, { readonly secret: string; readonly principal: string }>;
}

/** Calls S3 as a repository's properties say: under a role that the hosts assume, or with keys. Throws as S3 or STS does. */
export function callWith(hosts: Hosts, properties: ReadonlyMap<string, string>): CallAws {
  const role = properties.get('s3.role_arn');
  if (role !== undefined) {
    hosts.assumeRole(hosts.role, role, properties.get('s3.external_id'));
    return hosts.callAs(role);
  }
  const key = hosts.keys?.get(properties.get('s3.access_key') ?? '');
  if (!key)
    throw s3Refusal(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  if (key.secret !== properties.get('s3.secret_key'))
    throw s3Refusal(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  return hosts.callAs(key.principal);
}
