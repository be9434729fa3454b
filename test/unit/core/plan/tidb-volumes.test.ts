import { describe, expect, it } from 'vitest';
import type { HoldfastInput } from '../../../../core/plan/input.ts';
import type { Cluster } from '../../../../core/plan/installation.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { engineOfPoints, volumeGroupOf } from '../../../../core/plan/volume-group.ts';
import { chooseTarget } from '../../../../core/recovery/target.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const ledger = {
  engine: 'tidb',
  plan: 'daily',
  version: 'v8.5.3',
  reach: { pd: 'pd:2379', subnets: ['subnet-01'], securityGroups: ['sg-01'] },
  volumes: { instances: { key: 'role', value: 'tikv' } },
  expectedSize: '300 GB',
  restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b` } },
} as const;

function validated(change: object = {}, plan: object = {}) {
  const rules = [{ name: 'daily', cron: '0 3 * * ? *' }];
  const daily = { rules, retention: { daily: 7 }, objectives: { rpo: '30h', rto: '24h' }, ...plan };
  return validate({
    regions: { primary: HOME, recovery: [AWAY] },
    plans: { daily },
    clusters: { ledger: { ...ledger, ...change } },
  } as unknown as HoldfastInput);
}

function said(change: object, plan: object = {}): string[] {
  const answer = validated(change, plan);
  return Array.isArray(answer) ? answer.map((problem) => `${problem.path}: ${problem.change}`) : [];
}

function cluster(change: object = {}): Cluster {
  const answer = validated(change);
  if (Array.isArray(answer)) throw new Error(answer.map((problem) => problem.change).join());
  return answer.clusters[0]!;
}

describe('a TiDB cluster that is captured as volumes', () => {
  it('is a group of instances without the volumes that they boot from, and its points are of EBS', () => {
    const volumes = { name: 'ledger', instances: { key: 'role', value: 'tikv' }, excludeBootVolume: true };
    expect(volumeGroupOf(cluster())).toEqual(volumes);
    expect(engineOfPoints(cluster())).toBe('ebs');
    expect(volumeGroupOf(cluster({ volumes: undefined }))).toBeUndefined();
    expect(engineOfPoints(cluster({ volumes: undefined }))).toBe('tidb');
  });

  it.each([
    ['a filter', { filter: ['shop.*'] }, {}, /volumes: snapshots of volumes hold every table/],
    ['a log', {}, { logBackup: true }, /volumes: plan daily says logBackup: true, and BR replays a log/],
    [
      'a rule for increments',
      {},
      {
        rules: [
          { name: 'f', cron: '0 3 * * ? *' },
          { name: 'i', cron: '0 9 * * ? *', kind: 'incremental' },
        ],
      },
      /volumes: rule i of plan daily says kind: "incremental"/,
    ],
    [
      'no zone in a region that it is copied to',
      { restoreInto: {} },
      {},
      /name the zone that restored volumes/,
    ],
    ['a pattern for a tag', { volumes: { instances: { key: 'role', value: 't*' } } }, {}, /instances\.value/],
  ])('is refused with %s', (_what, change, plan, words) => {
    expect(said(change, plan)).toEqual([expect.stringMatching(words)]);
  });

  it('is restored into a zone, and not into a cluster', () => {
    const surroundings = { captureRegion: HOME, restoreId: 'r-1', landingBucket: 'b' };
    expect(chooseTarget(cluster(), {}, { ...surroundings, region: AWAY })).toMatchObject({
      outcome: 'chosen',
      target: { availabilityZone: `${AWAY}b` },
      called: 'the volumes of r-1',
    });
    expect(
      chooseTarget(cluster(), { availabilityZone: `${HOME}c` }, { ...surroundings, region: AWAY }),
    ).toMatchObject({ outcome: 'refused' });
  });
});
