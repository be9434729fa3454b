import type { Template } from 'aws-cdk-lib/assertions';
import type { Instant } from '../../core/time/instant.ts';
import type { PolicyDocument } from '../../embedded/iam/evaluate.ts';
import { Iam } from '../../embedded/iam/iam.ts';
import { ACCOUNT } from './synthesized.ts';

type Json = Readonly<Record<string, unknown>>;

/** A template's value with its intrinsics put in: ARNs of what it makes by the physical names of `arns`. */
function resolved(value: unknown, arns: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, arns));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Json;
  if (join !== undefined) {
    const [separator, parts] = join as [string, readonly unknown[]];
    return parts.map((part) => String(resolved(part, arns))).join(separator);
  }
  const named = ref === 'AWS::Partition' ? 'aws' : arns.get(String((attribute as string[])?.[0] ?? ref));
  if (ref !== undefined || attribute !== undefined) return named ?? `unknown:${String(ref ?? attribute)}`;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, arns)]));
}

/**
 * What the roles of a region may do in its vault, asked of the policies in its templates together: the roles' own, the
 * bucket's and the key's.
 */
export function permissionsOf(region: string, control: Template, store: Template) {
  const vault = `holdfast-vault-${ACCOUNT}-${region}`;
  const key = `arn:aws:kms:${region}:${ACCOUNT}:key/vault`;
  const iam = new Iam({
    bucketKey: () => key,
    objectTags: () => [],
    databaseKey: () => undefined,
    databaseTags: () => undefined,
    resolveKey: (_, named) => named,
    keyAliases: () => ['alias/holdfast-vault'],
    ec2Tags: () => undefined,
    taskDefinition: () => undefined,
    secret: () => undefined,
    waitingMachine: () => undefined,
  });
  const bucketIds = Object.entries(store.findResources('AWS::S3::Bucket')).map(
    ([id, bucket]): [string, string] => [id, `arn:aws:s3:::${bucket['Properties'].BucketName}`],
  );
  const stored = new Map(bucketIds);
  for (const { Properties } of Object.values(store.findResources('AWS::S3::BucketPolicy')) as {
    Properties: Json;
  }[]) {
    const bucket = stored.get((Properties['Bucket'] as { Ref: string }).Ref)!;
    iam.addResourcePolicy(bucket, resolved(Properties['PolicyDocument'], stored) as PolicyDocument);
  }
  for (const { Properties } of Object.values(store.findResources('AWS::KMS::Key')))
    iam.addResourcePolicy(key, resolved(Properties.KeyPolicy, stored) as PolicyDocument);
  const roles = control.findResources('AWS::IAM::Role');
  for (const { Properties } of Object.values(control.findResources('AWS::IAM::Policy')))
    for (const { Ref } of Properties.Roles as readonly { Ref: string }[])
      iam.attach(
        `arn:aws:iam::${ACCOUNT}:role/${roles[Ref]!['Properties'].RoleName}`,
        resolved(Properties.PolicyDocument, new Map()) as PolicyDocument,
      );
  return {
    iam,
    /** Whether a role, by its name or ARN, may make this call of S3 in the vault. */
    may: (role: string, operation: string, input: object): boolean => {
      const principal = role.startsWith('arn:')
        ? role
        : `arn:aws:iam::${ACCOUNT}:role/holdfast-${region}-${role}`;
      const call = { account: ACCOUNT, region, principal, now: 0 as Instant };
      const named = { Bucket: vault, ...input };
      try {
        iam.authorize({ service: 's3', operation, input: named, call, owner: 'test', attempt: 1 });
        return true;
      } catch (thrown) {
        if ((thrown as Error).name === 'AccessDenied') return false;
        throw thrown;
      }
    },
  };
}
