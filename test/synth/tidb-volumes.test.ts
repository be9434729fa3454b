import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { rightsOf, sorted } from './rights.ts';
import { type Place, REGION } from './rights-phrases.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const REGIONS = { primary: PRIMARY, recovery: RECOVERY } as const;
const instances = { key: 'role', value: 'tikv' };
const common = {
  plan: 'database',
  expectedSize: '100 GB',
  restoreInto: { [RECOVERY]: { availabilityZone: `${RECOVERY}a` } },
} as const;
const ledger = {
  ...common,
  engine: 'tidb',
  version: 'v8.5.3',
  reach: { pd: 'pd:2379', subnets: ['subnet-01'], securityGroups: ['sg-01'] },
} as const;
const control = (of: (stack: string) => Template, place: Place) => of(`Holdfast-${REGIONS[place]}`);
const withClusters = (clusters: object) =>
  synthesized({ ...config, clusters: { ...config.clusters, ...clusters } });

const files = withClusters({ ledger });
const volumes = withClusters({ ledger: { ...ledger, volumes: { instances } } });
const beside = withClusters({ ledger, hosts: { ...common, engine: 'ebs', instances } });

/** Who finds a cluster still looks for its instances, and tells BR to end. */
const MORE: Readonly<Record<Place, Readonly<Record<string, readonly string[]>>>> = {
  primary: {
    'poll-capture': ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ecs:StopTask'],
  },
  recovery: {},
};

function added(to: typeof files, place: Place): Readonly<Record<string, readonly string[]>> {
  const before = rightsOf(control(files, place));
  const all = Object.entries(rightsOf(control(to, place)));
  return Object.fromEntries(
    all
      .map(
        ([role, rights]) => [role, sorted(rights.filter((right) => !before[role]?.includes(right)))] as const,
      )
      .filter(([, rights]) => rights.length > 0),
  );
}

describe.each(['primary', 'recovery'] as const)('volumes of a TiDB cluster in the %s', (place) => {
  const [own, asEbs] = [added(volumes, place), added(beside, place)];

  test('need what the same instances would as a cluster on EBS, and little more', () => {
    for (const [role, rights] of Object.entries(asEbs))
      expect(own[role], role).toEqual(expect.arrayContaining([...rights]));
    const more = Object.fromEntries(
      Object.entries(own)
        .map(([role, rights]) => [role, rights.filter((right) => !asEbs[role]?.includes(right))] as const)
        .filter(([, rights]) => rights.length > 0),
    );
    expect(Object.keys(more)).toEqual(Object.keys(MORE[place]));
    for (const [role, rights] of Object.entries(MORE[place]))
      expect(more[role]?.map((right) => right.split(' on ')[0])).toEqual(rights);
    for (const right of Object.values(more).flat())
      expect(right).toMatch(
        new RegExp(
          right.startsWith('ec2:')
            ? ` when aws:RequestedRegion=${REGION[place]}$`
            : '^ecs:StopTask on ecs task/holdfast/[*] w',
        ),
      );
  });
});
