import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { CONFIGURATION, invoke, LOG, type Place } from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { shop } from './tidb-installation.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const secret = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-AbCdEf`;
const into = shop.restoreInto[RECOVERY].reach;
const sql = (region: string) => ({ host: 'tidb.internal', secret: secret(region, 'sql') });
const { orders, documents } = config.clusters as Record<'orders' | 'documents', never>;

const beating = synthesized({
  ...config,
  clusters: {
    orders: {
      ...(orders as object),
      dataApi: { secret: secret(PRIMARY, 'api') },
      restoreInto: {
        [RECOVERY]: {
          subnetGroup: 'recovery',
          securityGroups: ['sg-0a1b2c3d'],
          dataApi: { secret: secret(RECOVERY, 'api') },
        },
      },
    } as never,
    documents: { ...(documents as object), heartbeat: true } as never,
    shop: {
      ...shop,
      reach: { ...shop.reach, sql: sql(PRIMARY) },
      restoreInto: { [RECOVERY]: { reach: { ...into, sql: sql(RECOVERY) } } },
    },
  },
});
const stack = (place: Place) => beating(`Holdfast-${REGIONS[place]}`);

const decrypt = (place: Place, arn: string): string =>
  `kms:Decrypt on keys(${place}) when kms:EncryptionContext:SecretARN=${arn} and kms:ViaService=secretsmanager.${REGIONS[place]}.amazonaws.com`;
const read = (place: Place): readonly string[] => [
  `secretsmanager:GetSecretValue on ${secret(REGIONS[place], 'api')}`,
  decrypt(place, secret(REGIONS[place], 'api')),
];

test('Beat may write the next beat where hearts are, and nothing else', () => {
  const heart = `bucket acme-documents/holdfast-heartbeat.json`;
  expect(rightsOf(stack('primary'))['beat']).toEqual(
    sorted(
      atoms(
        LOG,
        CONFIGURATION,
        'sqs:SendMessage on Undelivered',
        'lambda:InvokeFunction on function reach-source-shop',
        'rds-data:ExecuteStatement on rds(primary) cluster:orders',
        ...read('primary'),
        `s3:GetObject s3:PutObject on ${heart}`,
        's3:ListBucket on bucket acme-documents',
        'kms:Decrypt kms:GenerateDataKey on keys(primary) when for=bucket acme-documents|bucket acme-documents/*',
      ),
    ),
  );
});

test('ReadHeartbeat may read what a restore of its region made, and switch its Data API on', () => {
  expect(rightsOf(stack('recovery'))['read-heartbeat']).toEqual(
    sorted(
      atoms(
        LOG,
        // What reads what a restore made belongs to the restore, and needs nothing of the region that may be gone.
        `!* on * when aws:RequestedRegion=${PRIMARY}`,
        CONFIGURATION,
        'lambda:InvokeFunction on function reach-target-shop',
        'rds-data:ExecuteStatement on rds(recovery) cluster:*',
        'rds:EnableHttpEndpoint on rds(recovery) cluster:*',
        ...read('recovery'),
        's3:ListBucket on landing',
        's3:GetObject on landing/*',
        'kms:Decrypt on keys(recovery) when for=landing|landing/*',
      ),
    ),
  );
});

describe('hearts beat in the primary', () => {
  test('every minute, and a beat that is late is not tried again', () => {
    stack('primary').hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'beat',
      ScheduleExpression: 'cron(* * * * ? *)',
      Target: Match.objectLike({
        Input: '{"scheduledAt":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      }),
    });
    expect(rightsOf(stack('primary'))['run-schedules']).toContain(invoke('Beat'));
  });

  test('and one alarm rings for the region when one stays silent, or when nobody looks', () => {
    stack('primary').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'holdfast-heart-silent',
      TreatMissingData: 'breaching',
      EvaluationPeriods: 2,
    });
  });

  test('and nowhere else', () => {
    for (const template of [stack('recovery'), synthesized()(`Holdfast-${PRIMARY}`)])
      expect(JSON.stringify(template.toJSON())).not.toMatch(/holdfast-beat|heart-silent/);
  });
});
