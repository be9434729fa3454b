import type { Place } from '../core/ports/reach.ts';
import type { TaskName } from '../workflows/contracts/tasks.ts';
import type { MachineName } from '../workflows/index.ts';

/**
 * Physical names. They follow from account, region and role alone, so that a region's stacks name what lies in another
 * region without being wired to it, and can be deployed and used while the other is gone.
 */
export const kebab = (task: string): string => task.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

export const vaultName = (account: string, region: string): string => `holdfast-vault-${account}-${region}`;
export const landingName = (account: string, region: string): string =>
  `holdfast-restored-${account}-${region}`;
export const accessLogsName = (account: string, region: string): string =>
  `holdfast-access-logs-${account}-${region}`;

/** What the keys of deployed configurations end in. */
export const CONFIG_SUFFIX = '.holdfast-config';

export const CATALOG_TABLE = 'holdfast-catalog';
export const CATALOG_DUE_INDEX = 'due';
export const BUS = 'holdfast';
export const ALERTS_TOPIC = 'holdfast-alerts';
export const SCHEDULE_GROUP = 'holdfast';
export const UNDELIVERED_QUEUE = 'holdfast-undelivered';
/** Ends of executions, for whoever closes what they left open. */
export const ENDED_QUEUE = 'holdfast-ended';
/** Objects of logs that are to follow from the primary's vault. */
export const LOG_QUEUE = 'holdfast-log-objects';
export const VAULT_KEY_ALIAS = 'alias/holdfast-vault';
/** Signs receipts. A key of its own in each region, so that one region's receipts need nothing of another. */
export const RECEIPTS_KEY_ALIAS = 'alias/holdfast-receipts';
export const ALERTS_KEY_ALIAS = 'alias/holdfast-alerts';

/** Tasks that are too long for a function run as containers of this ECS cluster. */
export const CONTAINER_CLUSTER = 'holdfast';
/** The one container of a task; BR's image has its program at the path of the same name. */
export const BR_CONTAINER = 'br';

export const functionName = (task: TaskName): string => `holdfast-${kebab(task)}`;
/** IAM is global to an account, so a role's name carries its region. */
export const roleName = (region: string, owner: TaskName | `Run${string}`): string =>
  `holdfast-${region}-${kebab(owner)}`;
/** A task definition's family, and what its log streams begin with: `<family>/br/<task id>`. */
export const brFamily = (cluster: string): string => `holdfast-br-${cluster}`;
export const brLogGroup = (cluster: string): string => `/holdfast/${brFamily(cluster)}`;
/** The role that BR works under, and the one that ECS fetches its secrets and carries its log with. */
export const brRoleName = (region: string, cluster: string): string => `holdfast-${region}-br-${cluster}`;
export const startBrRoleName = (region: string, cluster: string): string =>
  `holdfast-${region}-start-br-${cluster}`;
/** The same for Milvus: the container is called after the tool, as the family says it. */
export const MILVUS_CONTAINER = 'milvus';
export const milvusFamily = (cluster: string): string => `holdfast-milvus-${cluster}`;
export const milvusLogGroup = (cluster: string): string => `/holdfast/${milvusFamily(cluster)}`;
export const milvusRoleName = (region: string, cluster: string): string =>
  `holdfast-${region}-milvus-${cluster}`;
export const startMilvusRoleName = (region: string, cluster: string): string =>
  `holdfast-${region}-start-milvus-${cluster}`;
/** The function that stands in a cluster's network. The end comes first: clusters may be called `shop` and `shop-target`. */
export const reachFunctionName = (end: Place['end'], cluster: string): string =>
  `holdfast-reach-${end}-${cluster}`;
export const reachRoleName = (region: string, end: Place['end'], cluster: string): string =>
  `holdfast-${region}-reach-${end}-${cluster}`;
/** The role in a region's vault that the hosts of a Doris cluster assume. */
export const dorisRoleName = (region: string, end: Place['end'], cluster: string): string =>
  `holdfast-${region}-doris-${end}-${cluster}`;
export const dorisRoleArn = (account: string, region: string, end: Place['end'], cluster: string): string =>
  `arn:aws:iam::${account}:role/${dorisRoleName(region, end, cluster)}`;
export const machineName = (machine: MachineName): string => `holdfast-${machine}`;

export const roleArn = (account: string, region: string, task: TaskName): string =>
  `arn:aws:iam::${account}:role/${roleName(region, task)}`;
export const brRoleArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:iam::${account}:role/${brRoleName(region, cluster)}`;
export const startBrRoleArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:iam::${account}:role/${startBrRoleName(region, cluster)}`;
export const milvusRoleArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:iam::${account}:role/${milvusRoleName(region, cluster)}`;
export const startMilvusRoleArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:iam::${account}:role/${startMilvusRoleName(region, cluster)}`;
export const everyRoleArn = (account: string): string => `arn:aws:iam::${account}:role/holdfast-*`;
export const machineArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${machineName(machine)}`;
export const executionsArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:execution:${machineName(machine)}`;
/** The rule by which Step Functions hears of executions that another machine waits for (connect-stepfunctions.html). */
export const nestedRuleArn = (account: string, region: string): string =>
  `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
export const containerClusterArn = (account: string, region: string): string =>
  `arn:aws:ecs:${region}:${account}:cluster/${CONTAINER_CLUSTER}`;
/** Any task of the cluster: their ids are ECS's. */
export const containersArn = (account: string, region: string): string =>
  `arn:aws:ecs:${region}:${account}:task/${CONTAINER_CLUSTER}/*`;
/** Every revision of a family. */
export const brDefinitionsArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:ecs:${region}:${account}:task-definition/${brFamily(cluster)}:*`;
export const brLogStreamsArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${brLogGroup(cluster)}:log-stream:*`;
export const milvusDefinitionsArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:ecs:${region}:${account}:task-definition/${milvusFamily(cluster)}:*`;
export const milvusLogStreamsArn = (account: string, region: string, cluster: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${milvusLogGroup(cluster)}:log-stream:*`;
export const reachFunctionArn = (
  account: string,
  region: string,
  end: Place['end'],
  cluster: string,
): string => `arn:aws:lambda:${region}:${account}:function:${reachFunctionName(end, cluster)}`;
export const mapRunsArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:mapRun:${machineName(machine)}`;
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const tableArn = (account: string, region: string): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${CATALOG_TABLE}`;
export const busArn = (account: string, region: string): string =>
  `arn:aws:events:${region}:${account}:event-bus/${BUS}`;
export const vaultKeyAliasArn = (account: string, region: string): string =>
  `arn:aws:kms:${region}:${account}:${VAULT_KEY_ALIAS}`;
export const receiptsKeyAliasArn = (account: string, region: string): string =>
  `arn:aws:kms:${region}:${account}:${RECEIPTS_KEY_ALIAS}`;
export const anyKeyArn = (account: string, region: string): string =>
  `arn:aws:kms:${region}:${account}:key/*`;
