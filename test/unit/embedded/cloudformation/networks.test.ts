import { afterEach, expect, test } from 'vitest';
import { instant } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import { deploy } from '../../../../embedded/cloudformation/provider.ts';
import { currentFunction, type RunningFunction } from '../../../../embedded/functions/sandbox.ts';
import { ACCOUNT, BASE, FUNCTION, policy, REGION } from './a-stack.ts';

let cloud: EmbeddedCloud;
afterEach(() => cloud.close());

const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Deploys a function with these settings and rights; answers who it is when it runs. */
async function started(settings: object, ...rights: string[]): Promise<RunningFunction | undefined> {
  cloud = new EmbeddedCloud({
    start: instant(Date.parse('2026-11-01T00:00:00Z')),
    seed: 1,
    account: ACCOUNT,
  });
  let running: RunningFunction | undefined;
  const fn = { ...BASE['Function']!, Properties: { ...BASE['Function']!.Properties, ...settings } };
  const template = { Resources: { Role: BASE['Role']!, Rights: policy(...rights), Function: fn } };
  const stack = { name: 'app', account: ACCOUNT, region: REGION, template };
  deploy(cloud, { files: [], stacks: [stack] }, async () => ({
    start: () => {
      running = currentFunction();
      return async () => 'done';
    },
  }));
  let over = false;
  cloud.functions.invoke(FUNCTION, '{}').finally(() => {
    over = true;
  });
  await cloud.world.runWhile(() => !over);
  return running;
}

const VPC = { VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] } };

test('a function stands in the network that its template names', async () => {
  const running = await started(VPC, ...INTERFACES);
  expect(running?.network).toEqual({ subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] });
});

test('a function without a network stands in none, and needs no right to one', async () => {
  expect((await started({}, 's3:GetObject'))?.network).toBeUndefined();
});

test.each(INTERFACES)('a function in a network is not made when its role lacks %s', async (missing) => {
  const rights = INTERFACES.filter((right) => right !== missing);
  await expect(started(VPC, ...rights)).rejects.toThrow(
    `The provided execution role does not have permissions to call ${missing.slice(4)} on EC2`,
  );
});
