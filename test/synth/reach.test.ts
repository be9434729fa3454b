import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CLUSTER_NAME_MAX } from '../../core/ids/names.ts';
import { REGION_NAMES } from '../../core/plan/region-names.ts';
import { reachFunctionName, reachRoleName } from '../../lib/names.ts';
import { clusters, network, secret } from './reach-installation.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { LOG, type Place } from './rights-phrases.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { withTidb } from './tidb-installation.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const stacks = synthesized(withTidb(clusters));
const control = (place: Place): Template => stacks(`Holdfast-${REGIONS[place]}`);

interface Standing {
  readonly vpc: object;
  readonly reach: object;
  readonly variables: object;
}

const standing = (place: Place): Readonly<Record<string, Standing>> =>
  Object.fromEntries(
    Object.values(control(place).findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties)
      .filter(({ VpcConfig }) => VpcConfig !== undefined)
      .map(({ FunctionName, VpcConfig, Environment }) => [
        FunctionName,
        { vpc: VpcConfig, reach: JSON.parse(Environment.Variables.REACH), variables: Environment.Variables },
      ]),
  );

describe('a function stands in the network', () => {
  test('of each cluster in the primary that has something to reach', () => {
    const functions = standing('primary');
    expect(sorted(Object.keys(functions))).toEqual([
      'holdfast-reach-source-docs',
      'holdfast-reach-source-shop',
    ]);
    expect(functions['holdfast-reach-source-docs']!.vpc).toEqual({
      SubnetIds: network.subnets,
      SecurityGroupIds: network.securityGroups,
    });
  });

  test('of each cluster that a restore fills in a recovery region', () => {
    expect(Object.keys(standing('recovery'))).toEqual(['holdfast-reach-target-shop']);
  });

  test('and knows what it reaches there, and nothing else', () => {
    const functions = standing('primary');
    expect(functions['holdfast-reach-source-shop']!.reach).toEqual({
      sql: { host: 'tidb.shop.internal', port: 4_000, secret: secret(PRIMARY), tls: false },
      services: {},
    });
    expect(functions['holdfast-reach-source-docs']!.reach).toEqual({
      services: {
        rest: { url: 'http://milvus.internal:19530', secret: secret(PRIMARY, 'docs') },
        management: { url: 'http://milvus.internal:9091' },
      },
    });
    for (const { variables } of Object.values(functions)) expect(Object.keys(variables)).toEqual(['REACH']);
    expect(standing('recovery')['holdfast-reach-target-shop']!.reach).toMatchObject({
      sql: { host: 'tidb.shop-recovery.internal', tls: true },
    });
  });
});

const INTERFACES =
  'ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses';
const rights = (region: string, name: string, arn: string): string[] => [
  LOG,
  `${INTERFACES} on *`,
  `${INTERFACES.replaceAll('ec2:', '!ec2:')} on * when lambda:SourceFunctionArn=function ${name}`,
  `secretsmanager:GetSecretValue on ${arn}`,
  `kms:Decrypt on keys(${region === PRIMARY ? 'primary' : 'recovery'}) when kms:EncryptionContext:SecretARN=${arn} and kms:ViaService=secretsmanager.${region}.amazonaws.com`,
];

test.each([
  ['primary', 'reach-source-shop', secret(PRIMARY)],
  ['primary', 'reach-source-docs', secret(PRIMARY, 'docs')],
  ['recovery', 'reach-target-shop', secret(RECOVERY)],
] as const)(
  'in the %s, %s may read its one secret, and its code makes no network interfaces',
  (place, role, arn) => {
    expect(rightsOf(control(place))[role]).toEqual(sorted(atoms(...rights(REGIONS[place], role, arn))));
  },
);

test('an installation without such a cluster has none of it', () => {
  const without = synthesized();
  for (const region of [PRIMARY, RECOVERY])
    expect(JSON.stringify(without(`Holdfast-${region}`).toJSON())).not.toMatch(/holdfast-reach|VpcConfig/);
});

test('the longest cluster name makes names that Lambda and IAM take, in every region', () => {
  const cluster = `c${'x'.repeat(CLUSTER_NAME_MAX - 1)}`;
  const names = [...REGION_NAMES].flatMap((region) =>
    (['source', 'target'] as const).flatMap((end) => [
      reachFunctionName(end, cluster),
      reachRoleName(region, end, cluster),
    ]),
  );
  // Both have at most 64 characters.
  expect(names.filter((name) => name.length > 64)).toEqual([]);
  expect(names.length).toBeGreaterThan(40);
});
