import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { atoms, rightsOf, sorted } from './rights.ts';
import { key, type Place } from './rights-phrases.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { secretOf, shop, till, withTidb } from './tidb-installation.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const example = synthesized();
const template = synthesized(withTidb({ shop, till }));
const control = (of: (stack: string) => Template, place: Place) => of(`Holdfast-${REGIONS[place]}`);

const clustersAt = { primary: ['shop', 'till'], recovery: ['shop'] } as const;
const each = (place: Place, name: (cluster: string) => string) => clustersAt[place].map(name).join(', ');

const start = (place: Place): readonly string[] => [
  `ecs:RunTask on ${each(place, (name) => `ecs task-definition/holdfast-br-${name}:*`)} when ecs:cluster=ecs cluster/holdfast`,
  `iam:PassRole on ${each(place, (name) => `role br-${name}, role start-br-${name}`)} when iam:PassedToService=ecs-tasks.amazonaws.com`,
];
const follow = (place: Place): readonly string[] => [
  ...start(place),
  'ecs:DescribeTasks on ecs task/holdfast/* when ecs:cluster=ecs cluster/holdfast',
  `logs:GetLogEvents on ${each(place, (name) => `log holdfast-br-${name}:log-stream:*`)}`,
];
const stop: readonly string[] = [
  'ecs:ListTasks on * when ecs:cluster=ecs cluster/holdfast',
  'ecs:StopTask on ecs task/holdfast/* when ecs:cluster=ecs cluster/holdfast',
];

const work = (place: Place, cluster: string): readonly string[] => {
  const vault = `vault(${place})/${cluster}`;
  return [
    `s3:ListBucket on vault(${place}) when s3:prefix=${cluster}/*`,
    `s3:GetBucketObjectLockConfiguration on vault(${place})`,
    `s3:GetObject on ${vault}/*/data/*, ${vault}/log/*`,
    place === 'primary'
      ? `s3:PutObject s3:AbortMultipartUpload on ${vault}/*/data/*, ${vault}/log/*`
      : `s3:PutObject s3:AbortMultipartUpload on ${vault}/log/*`,
    place === 'primary'
      ? `s3:DeleteObject on ${vault}/*/data/checkpoints/*, ${vault}/log/*`
      : `s3:DeleteObject on ${vault}/log/*`,
    key('kms:Decrypt', place),
    key('kms:GenerateDataKey', place),
  ];
};
const begin = (cluster: string, secret?: string): readonly string[] => [
  `logs:CreateLogStream logs:PutLogEvents on log holdfast-br-${cluster}:log-stream:*`,
  ...(secret === undefined ? [] : [`secretsmanager:GetSecretValue on ${secret}`]),
];
const decrypt = (place: Place): string =>
  `kms:Decrypt on keys(${place}) when kms:EncryptionContext:SecretARN=${secretOf(REGIONS[place])} and kms:ViaService=secretsmanager.${REGIONS[place]}.amazonaws.com`;

/** What a TiDB cluster adds to what each role may do. Roles that are not here get nothing. */
const ADDED: Readonly<Record<Place, Readonly<Record<string, readonly string[]>>>> = {
  primary: {
    'tear-down-drill': stop,
    'sweep-drills': stop,
    'capture-recovery-point': start('primary'),
    'poll-capture': [
      ...follow('primary'),
      `s3:GetObject s3:DeleteObject on ${each('primary', (name) => `vault(primary)/${name}/*/data/*`)}`,
    ],
    'discard-partial-capture': stop,
    'close-stopped-execution': stop,
    'begin-restore': [...start('primary'), ...stop],
    'poll-restore': [...follow('primary'), ...stop],
    'fail-restore': stop,
    'br-shop': work('primary', 'shop'),
    'start-br-shop': [...begin('shop', secretOf(PRIMARY)), decrypt('primary')],
    'br-till': work('primary', 'till'),
    'start-br-till': begin('till'),
  },
  recovery: {
    'tear-down-drill': stop,
    'sweep-drills': stop,
    'begin-restore': [...start('recovery'), ...stop],
    'poll-restore': [...follow('recovery'), ...stop],
    'fail-restore': stop,
    'close-stopped-execution': stop,
    'br-shop': work('recovery', 'shop'),
    'start-br-shop': [...begin('shop', secretOf(RECOVERY)), decrypt('recovery')],
  },
};

describe.each(['primary', 'recovery'] as const)('a TiDB cluster in the %s', (place) => {
  const before = rightsOf(control(example, place));
  const after = rightsOf(control(template, place));
  const added = Object.fromEntries(
    Object.entries(after)
      .map(([role, rights]) => [role, rights.filter((right) => !before[role]?.includes(right))] as const)
      .filter(([, rights]) => rights.length > 0),
  );

  test('gives rights to these roles and to no other', () => {
    expect(sorted(Object.keys(added))).toEqual(sorted(Object.keys(ADDED[place])));
  });

  test.each(Object.entries(ADDED[place]))('gives %s this and nothing else', (role, rights) => {
    expect(added[role]).toEqual(sorted(atoms(...rights)));
  });

  test('takes nothing from anybody', () => {
    for (const [role, rights] of Object.entries(before))
      expect(
        rights.filter((right) => !after[role]?.includes(right)),
        role,
      ).toEqual([]);
  });
});
