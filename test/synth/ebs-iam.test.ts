import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { type Place, REGION, readNotes } from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const example = synthesized();
const template = synthesized({
  ...config,
  clusters: {
    ...config.clusters,
    doris: {
      engine: 'ebs',
      plan: 'database',
      instances: { key: 'cluster', value: 'doris' },
      expectedSize: '100 GB',
      restoreInto: { [RECOVERY]: { availabilityZone: `${RECOVERY}a` } },
    },
  },
});
const control = (of: (stack: string) => Template, place: Place) => of(`Holdfast-${REGIONS[place]}`);

const NAMES = {
  instances: 'Instances',
  volumes: 'Volumes',
  snapshots: 'Snapshots',
  zones: 'AvailabilityZones',
};
const see = (place: Place, ...what: readonly (keyof typeof NAMES)[]): string =>
  `${what.map((kind) => `ec2:Describe${NAMES[kind]}`).join(' ')} on * when aws:RequestedRegion=${REGION[place]}`;
const arn = (place: Place, kind: string): string =>
  `arn:aws:ec2:${REGION[place]}:${kind === 'snapshot' ? '*' : ACCOUNT}:${kind}/*`;
const make = (operation: string, place: Place, kind: string, tag: string): readonly string[] => [
  `ec2:${operation} on ${arn(place, kind)} when aws:RequestTag/holdfast:${tag}=*`,
  `ec2:CreateTags on ${arn(place, kind)} when ec2:CreateAction=${operation}`,
];
const USES =
  'kms:DescribeKey kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:ReEncryptFrom kms:ReEncryptTo kms:Decrypt';
const VAULT_KEY = 'kms:ResourceAliases=alias/holdfast-vault and ';
const keys = (place: Place, which = ''): readonly string[] => [
  `${USES} on keys(${place}) when ${which}kms:ViaService=ec2.${REGION[place]}.amazonaws.com`,
  `kms:CreateGrant on keys(${place}) when kms:GrantIsForAWSResource=true and ${which}kms:ViaService=ec2.${REGION[place]}.amazonaws.com`,
];

const take: readonly string[] = [
  `ec2:CreateSnapshots on ${arn('primary', 'instance')} when aws:ResourceTag/cluster=doris`,
  `ec2:CreateSnapshots on ${arn('primary', 'volume')}`,
  ...make('CreateSnapshots', 'primary', 'snapshot', 'recovery-point'),
];
const discard = (place: Place): readonly string[] => [
  see(place, 'snapshots'),
  `ec2:DeleteSnapshot on ${arn(place, 'snapshot')} when aws:ResourceTag/holdfast:recovery-point=*`,
];
const copy: readonly string[] = [
  see('recovery', 'snapshots'),
  ...make('CopySnapshot', 'recovery', 'snapshot', 'recovery-point'),
  ...keys('primary'),
  ...keys('recovery', VAULT_KEY),
  ...readNotes('recovery'),
];
const tearDown = (place: Place): string =>
  `ec2:DeleteVolume on ${arn(place, 'volume')} when aws:ResourceTag/holdfast:drill=drill-*`;
const everywhere = (place: Place): Readonly<Record<string, readonly string[]>> => ({
  'survey-region': [see(place, 'snapshots')],
  'discard-expired': discard(place),
  'discard-unclaimed': discard(place),
  'preflight-restore': [see(place, 'snapshots', 'zones')],
  'begin-restore': [
    see(place, 'snapshots', 'volumes'),
    ...make('CreateVolume', place, 'volume', 'restore'),
    ...keys(place),
  ],
  'poll-restore': [see(place, 'volumes')],
  'validate-restore': [see(place, 'snapshots', 'volumes')],
  'tear-down-drill': [see(place, 'volumes'), tearDown(place)],
  'sweep-drills': [see(place, 'volumes'), tearDown(place)],
});

/** What one cluster on EBS adds, role by role. Nothing may attach or change a volume, or delete one that no drill made. */
const ADDED: Readonly<Record<Place, Readonly<Record<string, readonly string[]>>>> = {
  primary: {
    ...everywhere('primary'),
    'survey-region': [see('primary', 'snapshots'), see('recovery', 'snapshots')],
    'capture-recovery-point': [see('primary', 'instances', 'volumes'), ...take],
    'poll-capture': [...take, ...discard('primary')],
    'verify-recovery-point': [see('primary', 'snapshots')],
    'discard-partial-capture': discard('primary'),
    'close-stopped-execution': discard('primary'),
    'begin-copy': copy,
    'poll-copy': copy,
    'prove-copy': [see('recovery', 'snapshots')],
  },
  recovery: everywhere('recovery'),
};

describe.each(['primary', 'recovery'] as const)('a cluster on EBS in the %s', (place) => {
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
    const fresh = atoms(...rights).filter((right) => !before[role]?.includes(right));
    expect(added[role]).toEqual(sorted(fresh));
  });

  test('takes nothing from anybody', () => {
    for (const [role, rights] of Object.entries(before))
      expect(
        rights.filter((right) => !after[role]?.includes(right)),
        role,
      ).toEqual([]);
  });
});
