import type { Stage } from '../../cli/stage.ts';

/** A call by the account's owner, who may do anything, outside of Holdfast. */
export function asOwner(
  { cloud, now }: Stage,
  service: 's3' | 'rds' | 'kms',
  operation: string,
  input: object,
  region: string,
): void {
  const { account } = cloud;
  cloud[service].call(operation, input, { account, region, principal: `arn:aws:iam::${account}:root`, now });
}

/** Gives a cluster a parameter group of its own, which a capture remembers and a restore makes again. */
export function giveSettings(stage: Stage, cluster: string, region: string): void {
  const DBClusterParameterGroupName = `${cluster}-settings`;
  const Parameters = [{ ParameterName: 'work_mem', ParameterValue: '64', ApplyMethod: 'immediate' }];
  const family = { DBParameterGroupFamily: 'aurora-postgresql16', Description: 'of the shop' };
  const change = { DBClusterIdentifier: cluster, DBClusterParameterGroupName, ApplyImmediately: true };
  asOwner(stage, 'rds', 'CreateDBClusterParameterGroup', { DBClusterParameterGroupName, ...family }, region);
  asOwner(stage, 'rds', 'ModifyDBClusterParameterGroup', { DBClusterParameterGroupName, Parameters }, region);
  asOwner(stage, 'rds', 'ModifyDBCluster', change, region);
}
