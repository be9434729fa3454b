import { Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { invariant } from '../../core/errors/assert.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Allowance {
  readonly actions: readonly string[];
  /** None grants nothing: an installation without such a resource needs no right to it. */
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  /** Why a resource has a wildcard in it. Required when one has; it is what cdk-nag is answered. */
  readonly because?: string;
}

/** Lets a role do these actions on these resources. A wildcard is granted together with its reason, or not at all. */
export function allow(role: IRole, { actions, resources, conditions = {}, because }: Allowance): void {
  if (resources.length === 0) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...actions], resources: [...resources], conditions: { ...conditions } }),
  );
  for (const resource of new Set(resources.filter((arn) => arn.includes('*')))) {
    invariant(because, 'a wildcard in a permission has a reason', { resource });
    acknowledge(role, `AwsSolutions-IAM5[Resource::${resource}]`, because);
  }
}

export function acknowledge(role: IRole, id: string, reason: string): void {
  Validations.of(role).acknowledge({ id, reason });
}
