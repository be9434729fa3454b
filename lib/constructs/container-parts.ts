import { RemovalPolicy } from 'aws-cdk-lib';
import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Site } from '../config/settings.ts';

/** Where a tool's output goes: a restore's is of use to a person for as long as its cause is looked for. */
export const containerLog = (scope: Construct, logGroupName: string): LogGroup =>
  new LogGroup(scope, 'Log', {
    logGroupName,
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });

/** Streams are called `<family>/<container>/<task id>`. */
export const logTo = (
  log: LogGroup,
  { region }: Site,
  family: string,
): CfnTaskDefinition.LogConfigurationProperty => ({
  logDriver: 'awslogs',
  options: {
    'awslogs-group': log.logGroupName,
    'awslogs-region': region,
    'awslogs-stream-prefix': family,
  },
});

/** A role that ECS takes on for tasks of this account and region, and nobody else. */
export function containerRole(
  scope: Construct,
  id: string,
  { account, region }: Site,
  { name, does }: { readonly name: string; readonly does: string },
): Role {
  return new Role(scope, id, {
    roleName: name,
    description: does,
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${account}:*` },
      },
    }),
  });
}
