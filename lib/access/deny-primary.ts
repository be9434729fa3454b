import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Denies a role everything in a region, whatever else lets it in. Services of no region count as us-east-1's. */
export function denyPrimary(role: IRole, primary: string): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': primary } },
    }),
  );
}
