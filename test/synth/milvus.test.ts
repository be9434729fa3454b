import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { backupNameOf, familyOf } from '../../adapters/engines/milvus/ports.ts';
import { CLUSTER_NAME_MAX } from '../../core/ids/names.ts';
import { REGION_NAMES } from '../../core/plan/region-names.ts';
import { milvusFamily, milvusRoleArn, startMilvusRoleName } from '../../lib/names.ts';
import { vectors, withMilvus } from './milvus-installation.ts';
import { permissionsOf } from './permissions.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { key, type Place, REGION } from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const example = synthesized();
const template = synthesized(withMilvus());
const control = (of: (stack: string) => Template, place: Place) => of(`Holdfast-${REGIONS[place]}`);

const SPEAK = 'lambda:InvokeFunction on function reach-target-vectors';
/** At home a restore goes into the protected cluster itself. */
const SPEAK_AT_HOME = 'lambda:InvokeFunction on function reach-source-vectors';
const IN_CLUSTER = 'when ecs:cluster=ecs cluster/holdfast';
const START = [
  `ecs:RunTask on ecs task-definition/holdfast-milvus-vectors:* ${IN_CLUSTER}`,
  'iam:PassRole on role milvus-vectors, role start-milvus-vectors when iam:PassedToService=ecs-tasks.amazonaws.com',
];
const FOLLOW = [
  ...START,
  `ecs:DescribeTasks on ecs task/holdfast/* ${IN_CLUSTER}`,
  'logs:GetLogEvents on log holdfast-milvus-vectors:log-stream:*',
];
const STOP = [`ecs:ListTasks on * ${IN_CLUSTER}`, `ecs:StopTask on ecs task/holdfast/* ${IN_CLUSTER}`];
const ITEMS = 'vault(primary)/vectors/*/data/*';
const bucketKey = (actions: string, place: Place, bucket: string) =>
  key(actions, place, `bucket ${bucket}|bucket ${bucket}/*`);
const secret = (place: Place, name: string) => {
  const arn = `arn:aws:secretsmanager:${REGION[place]}:${ACCOUNT}:secret:${name}-login-AbCdEf`;
  return [
    `secretsmanager:GetSecretValue on ${arn}`,
    `kms:Decrypt on keys(${place}) when kms:EncryptionContext:SecretARN=${arn} and kms:ViaService=secretsmanager.${REGION[place]}.amazonaws.com`,
  ];
};
const LOGS = 'logs:CreateLogStream logs:PutLogEvents on log holdfast-milvus-vectors:log-stream:*';

/** What a Milvus cluster adds to what each role may do, besides the functions in its network. Roles that are not here get nothing. */
const ADDED: Readonly<Record<Place, Readonly<Record<string, readonly string[]>>>> = {
  primary: {
    'tear-down-drill': [...STOP, SPEAK_AT_HOME],
    'sweep-drills': [...STOP, SPEAK_AT_HOME],
    'capture-recovery-point': START,
    'poll-capture': [...FOLLOW, `s3:GetObject s3:DeleteObject on ${ITEMS}`],
    'verify-recovery-point': ['s3:GetObject on vault(primary)/vectors/*/data/hf_*/meta/*'],
    'discard-partial-capture': STOP,
    'close-stopped-execution': STOP,
    'begin-restore': [...START, ...STOP, SPEAK_AT_HOME],
    'poll-restore': [...FOLLOW, ...STOP, SPEAK_AT_HOME],
    'validate-restore': [SPEAK_AT_HOME],
    'fail-restore': STOP,
    'start-milvus-vectors': [LOGS, ...secret('primary', 'vectors')],
    'milvus-vectors': [
      's3:ListBucket on vault(primary) when s3:prefix=|vectors/*',
      `s3:GetObject s3:PutObject s3:AbortMultipartUpload on ${ITEMS}`,
      key('kms:Decrypt kms:GenerateDataKey', 'primary'),
      's3:ListBucket on bucket vectors-bucket when s3:prefix=file/*',
      's3:GetObject on bucket vectors-bucket/file/*',
      bucketKey('kms:Decrypt kms:GenerateDataKey', 'primary', 'vectors-bucket'),
      's3:ListBucket on bucket vectors-bucket when s3:prefix=restore-temp-*',
      's3:GetObject s3:PutObject s3:AbortMultipartUpload s3:DeleteObject on bucket vectors-bucket/restore-temp-*',
    ],
  },
  recovery: {
    'tear-down-drill': [...STOP, SPEAK],
    'sweep-drills': [...STOP, SPEAK],
    'begin-restore': [...START, ...STOP, SPEAK],
    'poll-restore': [...FOLLOW, ...STOP, SPEAK],
    'validate-restore': [SPEAK],
    'fail-restore': STOP,
    'close-stopped-execution': STOP,
    'start-milvus-vectors': [LOGS, ...secret('recovery', 'vectors-recovery')],
    'milvus-vectors': [
      's3:ListBucket on vault(recovery) when s3:prefix=|vectors/*',
      's3:GetObject on vault(recovery)/vectors/*/data/*',
      key('kms:Decrypt', 'recovery'),
      's3:ListBucket on bucket vectors-recovery-bucket when s3:prefix=restore-temp-*',
      's3:GetObject s3:PutObject s3:AbortMultipartUpload s3:DeleteObject on bucket vectors-recovery-bucket/restore-temp-*',
      bucketKey('kms:Decrypt kms:GenerateDataKey', 'recovery', 'vectors-recovery-bucket'),
    ],
  },
};

describe.each(['primary', 'recovery'] as const)('in the %s', (place) => {
  const before = rightsOf(control(example, place));
  const after = rightsOf(control(template, place));

  const added = Object.fromEntries(
    Object.entries(after)
      .map(([role, rights]) => [role, rights.filter((right) => !before[role]?.includes(right))] as const)
      // The functions in its network, and who reads heartbeats, have a table of their own.
      .filter(([role, rights]) => rights.length > 0 && !/^(reach-|read-heartbeat)/.test(role)),
  );

  test('a Milvus cluster gives rights to these roles and to no other', () => {
    expect(sorted(Object.keys(added))).toEqual(sorted(Object.keys(ADDED[place])));
  });

  test.each(Object.entries(ADDED[place]))('it gives %s this and nothing else', (role, rights) => {
    expect(added[role]).toEqual(sorted(atoms(...rights)));
  });
});

test('the task runs the tool itself, at the configured version, with the login as its environment', () => {
  const [definition] = Object.values(control(template, 'primary').findResources('AWS::ECS::TaskDefinition'));
  expect(definition!['Properties']).toMatchObject({
    Family: familyOf({ name: 'vectors' }),
    ContainerDefinitions: [
      {
        Name: 'milvus',
        Image: 'milvusdb/milvus-backup:v0.5.16',
        EntryPoint: ['/app/milvus-backup'],
        Secrets: [
          { Name: 'MILVUS_USER', ValueFrom: `${vectors.reach.secret}:username::` },
          { Name: 'MILVUS_PASSWORD', ValueFrom: `${vectors.reach.secret}:password::` },
        ],
      },
    ],
  });
});

test('a Milvus that asks for no login gives none to the container', () => {
  const { secret: _, ...open } = vectors.reach;
  const [definition] = Object.values(
    synthesized(withMilvus({ reach: open }))(`Holdfast-${PRIMARY}`).findResources('AWS::ECS::TaskDefinition'),
  );
  expect(definition!['Properties'].ContainerDefinitions[0]).not.toHaveProperty('Secrets');
});

test('the driver names what is deployed, and its names fit into IAM', () => {
  expect(familyOf({ name: 'vectors' })).toBe(milvusFamily('vectors'));
  for (const region of REGION_NAMES)
    expect(startMilvusRoleName(region, 'c'.repeat(CLUSTER_NAME_MAX)).length).toBeLessThanOrEqual(64);
});

describe('the vault of the primary', () => {
  const here = permissionsOf(PRIMARY, control(template, 'primary'), template(`Holdfast-Store-${PRIMARY}`));
  const ID = 'vectors-hourly-20261121t030000z';
  const LOG = `vectors/${ID}/data/${backupNameOf(ID)}/binlogs/insert_log/1/2/3/4/100/5`;
  const META = `vectors/${ID}/data/${backupNameOf(ID)}/meta/full_meta.json`;
  const MANIFEST = `vectors/${ID}/manifest/index.json`;
  const OTHER = 'documents/documents-hourly-20261121t030000z/data/a.pdf';
  const among = (role: string, operation: string) =>
    [LOG, META, MANIFEST, OTHER].filter((Key) => here.may(role, operation, { Key }));

  test('takes from the tool what it backs up, below the folder of its cluster, and lets it hide nothing', () => {
    for (const operation of ['PutObject', 'UploadPart', 'GetObject', 'AbortMultipartUpload'])
      expect(among('milvus-vectors', operation), operation).toEqual([LOG, META]);
    expect(among('milvus-vectors', 'DeleteObject')).toEqual([]);
  });

  test('holds it there although another policy lets it out', () => {
    here.iam.attach(milvusRoleArn(ACCOUNT, PRIMARY, 'vectors'), {
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    });
    expect(among('milvus-vectors', 'PutObject')).toEqual([LOG, META]);
    expect(among('milvus-vectors', 'DeleteObject')).toEqual([]);
  });

  test('shows the verifier the metadata of a backup, and lets the poller empty a failed attempt', () => {
    expect(among('verify-recovery-point', 'GetObject')).toContain(META);
    expect(among('poll-capture', 'DeleteObject')).toEqual([LOG, META]);
  });
});
