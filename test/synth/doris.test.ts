import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { vaultRoleArn } from '../../adapters/engines/doris/ports.ts';
import { CLUSTER_NAME_MAX } from '../../core/ids/names.ts';
import { REGION_NAMES } from '../../core/plan/region-names.ts';
import { dorisRoleArn, dorisRoleName } from '../../lib/names.ts';
import { HOSTS, HOSTS_THERE, withDoris } from './doris-installation.ts';
import { permissionsOf } from './permissions.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { key, type Place } from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const example = synthesized();
const template = synthesized(withDoris());
const control = (of: (stack: string) => Template, place: Place) => of(`Holdfast-${REGIONS[place]}`);

const speak = (...ends: readonly string[]): string =>
  `lambda:InvokeFunction on ${ends.map((end) => `function reach-${end}-olap`).join(', ')}`;
const TURNS = 'dynamodb:PutItem on catalog';
const NOTES = (place: Place) =>
  ['__meta.*', '__info_*']
    .map((note) => `vault(${place})/olap/*/data/__palo_repository_*/__ss_*/${note}`)
    .join(', ');
const read = (place: Place): readonly string[] => [
  `s3:ListBucket on vault(${place}) when s3:prefix=olap/*`,
  `s3:GetBucketLocation on vault(${place})`,
  `s3:GetObject on vault(${place})/olap/*/data/*`,
  key('kms:Decrypt', place),
];

/** What a Doris cluster adds to what each role may do, besides the functions in its network. Roles that are not here get nothing. */
const ADDED: Readonly<Record<Place, Readonly<Record<string, readonly string[]>>>> = {
  primary: {
    'tear-down-drill': [speak('source')],
    'sweep-drills': [speak('source')],
    'capture-recovery-point': [speak('source')],
    'poll-capture': [speak('source'), TURNS],
    'discard-partial-capture': [speak('source'), TURNS],
    'close-stopped-execution': [speak('source')],
    'resolve-restore': [speak('source')],
    'preflight-restore': [speak('source')],
    'begin-restore': [speak('source')],
    'poll-restore': [speak('source'), TURNS],
    'validate-restore': [speak('source')],
    'fail-restore': [speak('source')],
    'doris-source-olap': [
      ...read('primary'),
      key('kms:GenerateDataKey', 'primary'),
      's3:PutObject s3:AbortMultipartUpload s3:ListMultipartUploadParts on vault(primary)/olap/*/data/*',
      `s3:DeleteObject on ${NOTES('primary')}`,
    ],
  },
  recovery: {
    'tear-down-drill': [speak('target')],
    'sweep-drills': [speak('target')],
    'preflight-restore': [speak('target')],
    'begin-restore': [speak('target')],
    'poll-restore': [speak('target'), TURNS],
    'validate-restore': [speak('target')],
    'fail-restore': [speak('target')],
    'close-stopped-execution': [speak('target')],
    'doris-target-olap': read('recovery'),
  },
};

describe.each(['primary', 'recovery'] as const)('in the %s', (place) => {
  const before = rightsOf(control(example, place));
  const after = rightsOf(control(template, place));

  const added = Object.fromEntries(
    Object.entries(after)
      .map(([role, rights]) => [role, rights.filter((right) => !before[role]?.includes(right))] as const)
      // The functions in its network, and who beats there, have a table of their own.
      .filter(([role, rights]) => rights.length > 0 && !/^(beat|read-heartbeat|reach-)/.test(role)),
  );

  test('a Doris cluster gives rights to these roles and to no other', () => {
    expect(sorted(Object.keys(added))).toEqual(sorted(Object.keys(ADDED[place])));
  });

  test.each(Object.entries(ADDED[place]))('it gives %s this and nothing else', (role, rights) => {
    expect(added[role]).toEqual(sorted(atoms(...rights)));
  });
});

test.each([
  ['primary', 'source', HOSTS],
  ['recovery', 'target', HOSTS_THERE],
] as const)('in the %s the hosts alone assume the role, and say whose they are', (place, end, hosts) => {
  const roles = Object.values(control(template, place).findResources('AWS::IAM::Role'));
  const role = roles.find(
    ({ Properties }) => Properties.RoleName === dorisRoleName(REGIONS[place], end, 'olap'),
  );
  expect(role?.['Properties'].AssumeRolePolicyDocument.Statement).toEqual([
    {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { AWS: hosts },
      Condition: { StringEquals: { 'sts:ExternalId': 'olap' } },
    },
  ]);
});

test('the driver names the roles that are deployed, and their names fit into IAM', () => {
  const place = { cluster: 'olap', region: RECOVERY, end: 'target' } as const;
  expect(vaultRoleArn({ account: ACCOUNT }, place)).toBe(dorisRoleArn(ACCOUNT, RECOVERY, 'target', 'olap'));
  for (const region of REGION_NAMES)
    expect(dorisRoleName(region, 'source', 'c'.repeat(CLUSTER_NAME_MAX)).length).toBeLessThanOrEqual(64);
});

describe('the vault of the primary', () => {
  const here = permissionsOf(PRIMARY, control(template, 'primary'), template(`Holdfast-Store-${PRIMARY}`));
  const POINT = 'olap/olap-hourly-20261121t030000z';
  const SNAPSHOT = `${POINT}/data/__palo_repository_holdfast_olap-hourly-20261121t030000z/__ss_l-1`;
  const TABLET = `${SNAPSHOT}/__ss_content/__db_1/__tbl_2/__part_3/__idx_4/__5/__6/7.dat.0123`;
  const META = `${SNAPSHOT}/__meta.0123456789abcdef0123456789abcdef`;
  const INFO = `${SNAPSHOT}/__info_2026-11-21-03-00-01.0123456789abcdef0123456789abcdef`;
  const MANIFEST = `${POINT}/manifest/index.json`;
  const OTHER = 'documents/documents-hourly-20261121t030000z/data/a.pdf';
  const among = (operation: string) =>
    [TABLET, META, INFO, MANIFEST, OTHER].filter((Key) => here.may('doris-source-olap', operation, { Key }));

  test('takes from the hosts what they back up, below the folder of their cluster', () => {
    for (const operation of ['PutObject', 'UploadPart', 'GetObject', 'AbortMultipartUpload'])
      expect(among(operation), operation).toEqual([TABLET, META, INFO]);
  });

  test('lets a frontend take away what it is about to store again, and no file of a tablet', () => {
    expect(among('DeleteObject')).toEqual([META, INFO]);
    expect(here.may('doris-source-olap', 'DeleteObject', { Key: INFO, VersionId: 'v1' })).toBe(false);
  });

  test('holds them there although another policy lets them out', () => {
    here.iam.attach(dorisRoleArn(ACCOUNT, PRIMARY, 'source', 'olap'), {
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    });
    expect(among('PutObject')).toEqual([TABLET, META, INFO]);
    expect(among('DeleteObject')).toEqual([META, INFO]);
  });
});
