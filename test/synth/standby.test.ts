import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CLUSTER_NAME_MAX } from '../../core/ids/names.ts';
import { REGION_NAMES } from '../../core/plan/region-names.ts';
import config from '../../holdfast.config.ts';
import { reachFunctionName, reachRoleName } from '../../lib/names.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import {
  ANNOUNCE,
  CONFIGURATION,
  invoke,
  LOG,
  type Place,
  RECORD_RESTORE,
  UNDELIVERED,
} from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-AbCdEf`;

const kept = synthesized({
  ...config,
  clusters: {
    ...config.clusters,
    olap: {
      engine: 'doris',
      plan: 'gold',
      version: '3.0.6',
      expectedSize: '10 GB',
      reach: {
        sql: { host: 'fe.internal', secret: secret(PRIMARY, 'olap') },
        subnets: ['subnet-0a1b2c3d'],
        securityGroups: ['sg-0a1b2c3d'],
        hostRole: `arn:aws:iam::${ACCOUNT}:role/doris-hosts`,
      },
      databases: { shop: {} },
      standby: {
        region: RECOVERY,
        reach: {
          sql: { host: 'fe.standby.internal', secret: secret(RECOVERY, 'olap-standby') },
          subnets: ['subnet-0c2d3e4f'],
          securityGroups: ['sg-0c2d3e4f'],
        },
        syncer: { host: 'ccr.internal', others: ['ccr-2.internal:9191'] },
        source: { secret: secret(RECOVERY, 'olap') },
      },
    },
  },
});
const stack = (place: Place) => kept(`Holdfast-${REGIONS[place]}`);

const INTERFACES =
  'ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses';
const OF_BOTH = [secret(RECOVERY, 'olap-standby'), secret(RECOVERY, 'olap')];

describe('in the region of the standby', () => {
  test('KeepStandbys may write down what a standby is, and speak to it through its function', () => {
    expect(rightsOf(stack('recovery'))['keep-standbys']).toEqual(
      sorted(
        atoms(
          LOG,
          CONFIGURATION,
          RECORD_RESTORE,
          ANNOUNCE,
          UNDELIVERED,
          'lambda:InvokeFunction on function reach-standby-olap',
        ),
      ),
    );
  });

  test('the function in its network may read the logins of both sides, which lie in that region', () => {
    expect(rightsOf(stack('recovery'))['reach-standby-olap']).toEqual(
      sorted(
        atoms(
          LOG,
          `${INTERFACES} on *`,
          `${INTERFACES.replaceAll('ec2:', '!ec2:')} on * when lambda:SourceFunctionArn=function reach-standby-olap`,
          ...OF_BOTH.map((arn) => `secretsmanager:GetSecretValue on ${arn}`),
          `kms:Decrypt on keys(recovery) when kms:EncryptionContext:SecretARN=${OF_BOTH.join('|')} and kms:ViaService=secretsmanager.${RECOVERY}.amazonaws.com`,
        ),
      ),
    );
  });

  test('and knows the standby and its syncers, whose redirects and paths are numbered', () => {
    const functions = Object.values(stack('recovery').findResources('AWS::Lambda::Function'));
    const found = functions.find(
      ({ Properties }) => Properties.FunctionName === 'holdfast-reach-standby-olap',
    );
    expect(JSON.parse(found?.['Properties'].Environment.Variables.REACH)).toEqual({
      sql: { host: 'fe.standby.internal', port: 9_030, secret: OF_BOTH[0], tls: true },
      services: {
        syncer: {
          url: 'http://ccr.internal:9190',
          logins: { source: OF_BOTH[1], standby: OF_BOTH[0] },
          redirects: ['http://ccr-2.internal:9191'],
          paths: expect.not.arrayContaining(['/job_detail']),
        },
      },
    });
  });

  test('it is called every five minutes, and two alarms ring there', () => {
    stack('recovery').hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'keep-standbys',
      ScheduleExpression: 'cron(2/5 * * * ? *)',
      Target: Match.objectLike({ RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0 } }),
    });
    expect(rightsOf(stack('recovery'))['run-schedules']).toContain(invoke('KeepStandbys'));
    stack('recovery').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'holdfast-standby-broken',
      TreatMissingData: 'breaching',
    });
    stack('recovery').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'holdfast-standby-lagging',
      TreatMissingData: 'notBreaching',
    });
  });
});

test('elsewhere, and without a standby, there is none of it', () => {
  for (const template of [stack('primary'), synthesized()(`Holdfast-${RECOVERY}`)])
    expect(JSON.stringify(template.toJSON())).not.toMatch(/keep-standbys|reach-standby|holdfast-standby/);
});

test('the longest cluster name makes names that Lambda and IAM take, in every region', () => {
  const cluster = `c${'x'.repeat(CLUSTER_NAME_MAX - 1)}`;
  const names = [...REGION_NAMES].flatMap((region) => [
    reachFunctionName('standby', cluster),
    reachRoleName(region, 'standby', cluster),
  ]);
  expect(names.filter((name) => name.length > 64)).toEqual([]);
});
