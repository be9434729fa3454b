import { seconds } from '../../core/time/instant.ts';
import type { EmbeddedCloud } from '../../embedded/cloud.ts';
import type { PolicyDocument, Statement } from '../../embedded/iam/evaluate.ts';

export const ACCOUNT = '111122223333';
export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';
export const VAULTS: Readonly<Record<string, string>> = {
  [HOME]: 'vault-home',
  [RECOVERY]: 'vault-recovery',
};
const TASK_ROLE = `arn:aws:iam::${ACCOUNT}:role/br`;
const EXECUTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/br-execution`;
export const FAMILY = 'holdfast-br-shop';

/** Vaults in both regions, and a task definition for BR with its roles. Answers the vaults' keys by region. */
export function furnish(cloud: EmbeddedCloud): Readonly<Record<string, string>> {
  roles(cloud);
  const keys = [HOME, RECOVERY].map((region) => {
    containers(cloud, region);
    return [region, vault(cloud, region)];
  });
  return Object.fromEntries(keys);
}

function vault({ s3, kms, world }: EmbeddedCloud, region: string): string {
  s3.createBucket({
    name: VAULTS[region]!,
    region,
    account: ACCOUNT,
    versioning: true,
    eventBridge: false,
  });
  return kms.createKey({ region, account: ACCOUNT, now: world.now() }).arn;
}

function roles({ iam }: EmbeddedCloud): void {
  const Principal = { Service: 'ecs-tasks.amazonaws.com' };
  const trust: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] };
  const all: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  for (const role of [TASK_ROLE, EXECUTION_ROLE]) {
    iam.addRole(role, trust);
    iam.attach(role, { Statement: [all] });
  }
}

function containers({ ecs }: EmbeddedCloud, region: string): void {
  ecs.createCluster({ region, account: ACCOUNT, name: 'holdfast' });
  ecs.registerTaskDefinition({
    family: FAMILY,
    account: ACCOUNT,
    region,
    cpu: 1_024,
    memoryMib: 2_048,
    taskRole: TASK_ROLE,
    executionRole: EXECUTION_ROLE,
    container: {
      name: 'br',
      image: 'pingcap/br:v8.5.3',
      entryPoint: [],
      command: [],
      environment: {},
      secrets: {},
      stopTimeout: seconds(120),
      log: { group: `/holdfast/${FAMILY}`, streamPrefix: FAMILY },
    },
  });
}

/** One client for each region, made at once. */
export function inEach<Client>(make: (region: string) => Client): (region: string) => Client {
  const made = new Map([HOME, RECOVERY].map((region) => [region, make(region)]));
  return (region) => made.get(region)!;
}
