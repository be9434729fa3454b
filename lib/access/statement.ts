import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Lets a role do these actions on these resources. */
export function allow(
  role: IRole,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Conditions = {},
): void {
  if (resources.length === 0) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources], conditions: { ...conditions } }),
  );
}

/** Limits a statement to calls that a service makes on the caller's behalf. */
export const via = (service: 's3' | 'rds', region: string): Conditions => ({
  StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
});
