import type { Call } from '../service.ts';
import type { Need } from './evaluate.ts';

/** What services know and a request does not say. */
export interface Surroundings {
  /** The key that a bucket encrypts with. */
  bucketKey(bucket: string): string | undefined;
  /** Undefined when there is no such object or version; its tags otherwise. */
  objectTags(bucket: string, key: string, versionId: string | undefined): readonly object[] | undefined;
  /** The key of a cluster or a cluster snapshot, by name or ARN; undefined for one that is not encrypted or not there. */
  databaseKey(region: string, kind: 'cluster' | 'cluster-snapshot', name: string): string | undefined;
  /** The tags of a cluster or an instance, by its ARN; undefined of anything else. */
  databaseTags(arn: string): readonly (readonly [string, string])[] | undefined;
  resolveKey(region: string, key: string): string;
  /** The aliases that point to a key. */
  keyAliases(keyArn: string): readonly string[];
  /** The revision that RunTask would start for a name or ARN, with its roles; undefined when there is none. */
  taskDefinition(
    region: string,
    named: string,
  ): { readonly arn: string; readonly taskRole?: string; readonly executionRole?: string } | undefined;
  /** The tags of an instance, a volume or a snapshot; undefined when there is none. */
  ec2Tags(region: string, id: string): ReadonlyMap<string, string> | undefined;
  /** The ARN of a secret by its name or ARN; undefined when there is none. */
  secret(region: string, id: string): string | undefined;
  /** The machine whose state waits, or waited, for a token; undefined for one that nobody was given. */
  waitingMachine(token: string): string | undefined;
}

export type Input = Readonly<Record<string, unknown>>;
export type Describe = (
  operation: string,
  input: Input,
  call: Call,
  surroundings: Surroundings,
) => readonly Need[];

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const need = (call: Call, action: string, resource: string, context: Need['context'] = {}): Need => ({
  action,
  resource,
  context: {
    'aws:principalarn': call.principal,
    'aws:principalaccount': call.account,
    'aws:securetransport': 'true',
    'aws:requestedregion': call.region,
    ...context,
  },
});
