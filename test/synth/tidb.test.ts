import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CLUSTER_NAME_MAX } from '../../core/ids/names.ts';
import { REGION_NAMES } from '../../core/plan/region-names.ts';
import { validate } from '../../core/plan/validate.ts';
import { brRoleName, startBrRoleName } from '../../lib/names.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { secretOf, shop, TIKV, TIKV_THERE, till, withTidb } from './tidb-installation.ts';

const template = synthesized(withTidb({ shop, till }));
const primary = template(`Holdfast-${PRIMARY}`);
const recovery = template(`Holdfast-${RECOVERY}`);

const families = (stack: Template): readonly string[] =>
  Object.values(stack.findResources('AWS::ECS::TaskDefinition'))
    .map(({ Properties }) => Properties.Family as string)
    .toSorted();

test('BR is there for every cluster in the primary, elsewhere for those that are restored there', () => {
  expect(families(primary)).toEqual(['holdfast-br-shop', 'holdfast-br-till']);
  expect(families(recovery)).toEqual(['holdfast-br-shop']);
  for (const stack of [primary, recovery])
    stack.hasResourceProperties('AWS::ECS::Cluster', { ClusterName: 'holdfast' });
});

test('an installation without a TiDB cluster has nothing of it', () => {
  const without = synthesized();
  for (const name of [`Holdfast-${PRIMARY}`, `Holdfast-Store-${PRIMARY}`, `Holdfast-${RECOVERY}`])
    expect(JSON.stringify(without(name).toJSON())).not.toMatch(
      /AWS::ECS|holdfast-br|ecs:|ecs-tasks|iam:PassRole|Tidb/,
    );
});

describe.each([
  [PRIMARY, primary],
  [RECOVERY, recovery],
])('the task definition of %s', (region, stack) => {
  test("runs BR of the cluster's version on Fargate, and gives it time to end", () => {
    stack.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: 'holdfast-br-shop',
      RequiresCompatibilities: ['FARGATE'],
      NetworkMode: 'awsvpc',
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      Cpu: '4096',
      Memory: '16384',
      ContainerDefinitions: [
        Match.objectLike({
          Name: 'br',
          Image: 'pingcap/br:v8.5.1',
          Essential: true,
          StopTimeout: 120,
          Command: Match.absent(),
          EntryPoint: Match.absent(),
          Environment: Match.absent(),
        }),
      ],
    });
  });

  test('has its certificates from the secret of this region, by the keys of its JSON', () => {
    const [definition] = Object.values(
      stack.findResources('AWS::ECS::TaskDefinition', { Properties: { Family: 'holdfast-br-shop' } }),
    );
    expect(definition!['Properties'].ContainerDefinitions[0].Secrets).toEqual([
      { Name: 'BR_CA', ValueFrom: `${secretOf(region)}:ca::` },
      { Name: 'BR_CERT', ValueFrom: `${secretOf(region)}:cert::` },
      { Name: 'BR_KEY', ValueFrom: `${secretOf(region)}:key::` },
    ]);
  });

  test('carries its log where the poller reads it', () => {
    const [log] = Object.entries(
      stack.findResources('AWS::Logs::LogGroup', {
        Properties: { LogGroupName: '/holdfast/holdfast-br-shop', RetentionInDays: 90 },
      }),
    );
    stack.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: 'holdfast-br-shop',
      ContainerDefinitions: [
        Match.objectLike({
          LogConfiguration: {
            LogDriver: 'awslogs',
            Options: {
              'awslogs-group': { Ref: log![0] },
              'awslogs-region': region,
              'awslogs-stream-prefix': 'holdfast-br-shop',
            },
          },
        }),
      ],
    });
  });

  test('works under two roles that ECS takes on for this account and region only', () => {
    const [definition] = Object.values(
      stack.findResources('AWS::ECS::TaskDefinition', { Properties: { Family: 'holdfast-br-shop' } }),
    );
    const roles = stack.findResources('AWS::IAM::Role');
    const named = (property: string) =>
      roles[definition!['Properties'][property]['Fn::GetAtt'][0]]!['Properties'];
    expect(named('TaskRoleArn').RoleName).toBe(`holdfast-${region}-br-shop`);
    expect(named('ExecutionRoleArn').RoleName).toBe(`holdfast-${region}-start-br-shop`);
    for (const role of ['TaskRoleArn', 'ExecutionRoleArn'])
      expect(named(role).AssumeRolePolicyDocument.Statement).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${ACCOUNT}:*` },
          },
        },
      ]);
  });
});

test('a cluster that speaks plain has no secret', () => {
  const [definition] = Object.values(
    primary.findResources('AWS::ECS::TaskDefinition', { Properties: { Family: 'holdfast-br-till' } }),
  );
  expect(definition!['Properties'].ContainerDefinitions[0].Secrets).toBeUndefined();
});

test.each([
  [PRIMARY, TIKV, ['kms:Decrypt', 'kms:GenerateDataKey']],
  [RECOVERY, TIKV_THERE, 'kms:Decrypt'],
])("TiKV's role may use the key of the vault of %s through S3, for that bucket", (region, role, Action) => {
  template(`Holdfast-Store-${region}`).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Principal: { AWS: role },
          Action,
          Resource: '*',
          Condition: {
            StringEquals: {
              'kms:ViaService': `s3.${region}.amazonaws.com`,
              'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::holdfast-vault-${ACCOUNT}-${region}`,
            },
          },
        },
      ]),
    },
  });
});

test('a role of TiKV that is no role is refused with what to write instead', () => {
  const reach = { ...shop.reach, tikvRole: 'shop-tikv' };
  const problems = validate(withTidb({ shop: { ...shop, reach } }));
  expect(problems).toMatchObject([
    {
      path: 'clusters.shop.reach.tikvRole',
      received: '"shop-tikv"',
      change: "give the ARN of the role that TiKV's hosts work under",
    },
  ]);
});

test('the longest cluster name makes names of roles that IAM takes, in every region', () => {
  const cluster = `c${'x'.repeat(CLUSTER_NAME_MAX - 1)}`;
  const names = [...REGION_NAMES].flatMap((region) => [
    brRoleName(region, cluster),
    startBrRoleName(region, cluster),
  ]);
  // IAM: a role's name has at most 64 characters (IAM/latest/UserGuide/reference_iam-quotas.html).
  expect(names.filter((name) => name.length > 64)).toEqual([]);
  expect(names.length).toBeGreaterThan(40);
});
