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
export const VAULT_KEY_ALIAS = 'alias/holdfast-vault';
export const ALERTS_KEY_ALIAS = 'alias/holdfast-alerts';

export const functionName = (task: TaskName): string => `holdfast-${kebab(task)}`;
/** IAM is global to an account, so a role's name carries its region. */
export const roleName = (region: string, owner: TaskName | `Run${string}`): string =>
  `holdfast-${region}-${kebab(owner)}`;
export const machineName = (machine: MachineName): string => `holdfast-${machine}`;

export const roleArn = (account: string, region: string, task: TaskName): string =>
  `arn:aws:iam::${account}:role/${roleName(region, task)}`;
export const everyRoleArn = (account: string): string => `arn:aws:iam::${account}:role/holdfast-*`;
export const machineArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${machineName(machine)}`;
export const executionsArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:execution:${machineName(machine)}`;
export const mapRunsArn = (account: string, region: string, machine: MachineName): string =>
  `arn:aws:states:${region}:${account}:mapRun:${machineName(machine)}`;
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const tableArn = (account: string, region: string): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${CATALOG_TABLE}`;
export const busArn = (account: string, region: string): string =>
  `arn:aws:events:${region}:${account}:event-bus/${BUS}`;
export const vaultKeyAliasArn = (account: string, region: string): string =>
  `arn:aws:kms:${region}:${account}:${VAULT_KEY_ALIAS}`;
export const anyKeyArn = (account: string, region: string): string =>
  `arn:aws:kms:${region}:${account}:key/*`;
