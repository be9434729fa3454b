import { describe, expect, it } from 'vitest';
import type { HoldfastInput } from '../../../../core/plan/input.ts';
import type { Cluster } from '../../../../core/plan/installation.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { chooseTarget, type TargetRequest } from '../../../../core/recovery/target.ts';

const doris = {
  engine: 'ebs',
  plan: 'daily',
  expectedSize: '2 TB',
  instances: { key: 'cluster', value: 'doris' },
  restoreInto: { 'eu-central-1': { availabilityZone: 'eu-central-1b' } },
} as const;

function validated(clusters: Readonly<Record<string, object>>) {
  const input: HoldfastInput = {
    regions: { primary: 'eu-west-1', recovery: ['eu-central-1'] },
    plans: {
      daily: {
        rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
        retention: { daily: 7 },
        objectives: { rpo: '30h', rto: '24h' },
      },
    },
    clusters: clusters as HoldfastInput['clusters'],
  };
  return validate(input);
}

function said(change: object): string[] {
  const answer = validated({ doris: { ...doris, ...change } });
  return Array.isArray(answer) ? answer.map((problem) => `${problem.path}: ${problem.change}`) : [];
}

describe('a cluster on EBS volumes', () => {
  it('leaves boot volumes out unless it says otherwise', () => {
    const answer = validated({ doris });
    expect(Array.isArray(answer) ? answer : answer.clusters).toMatchObject([
      {
        name: 'doris',
        engine: 'ebs',
        excludeBootVolume: true,
        instances: { key: 'cluster', value: 'doris' },
      },
    ]);
    expect(said({ excludeBootVolume: false })).toEqual([]);
  });

  it('names a zone wherever it is copied to, and one of that region', () => {
    expect(said({ restoreInto: {} })).toEqual([
      expect.stringMatching(/^clusters\.doris\.restoreInto\.eu-central-1: name the zone .*"eu-central-1a"/),
    ]);
    expect(said({ restoreInto: { 'eu-central-1': { availabilityZone: 'eu-west-1a' } } })).toEqual([
      expect.stringMatching(/availabilityZone: not a zone of eu-central-1/),
    ]);
  });

  it('takes a tag that EC2 takes, word for word', () => {
    const tag = (key: string, value: string) => said({ instances: { key, value } });
    expect(tag('aws:cloudformation:stack-name', 'doris')).toEqual([expect.stringMatching(/instances\.key/)]);
    expect(tag('cluster', 'doris-*')).toEqual([expect.stringMatching(/instances\.value/)]);
    expect(tag('cluster', '')).toEqual([expect.stringMatching(/instances\.value/)]);
  });

  it('is refused volume types that need more than a size', () => {
    const into = { availabilityZone: 'eu-central-1a', volumeType: 'io2' };
    expect(said({ restoreInto: { 'eu-central-1': into } })).toEqual([
      expect.stringMatching(/volumeType: write "gp2" or "gp3"/),
    ]);
  });

  it('is one source: a second cluster of the same tag is found', () => {
    const answer = validated({ doris, again: doris });
    expect(Array.isArray(answer) ? answer.map(({ path, change }) => `${path}: ${change}`) : []).toEqual([
      expect.stringMatching(/^clusters\.again\.instances: cluster doris protects the same source/),
    ]);
  });
});

describe('where its volumes are restored', () => {
  const restored = (request: TargetRequest, region: string, restoreInto: Cluster['restoreInto'] = {}) => {
    const cluster: Cluster = {
      ...doris,
      name: 'doris',
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      excludeBootVolume: true,
      restoreInto,
    };
    const restoreId = 'doris-restore-20261121t041502z';
    const surroundings = { region, captureRegion: 'eu-west-1', restoreId, landingBucket: 'landing' };
    const answer = chooseTarget(cluster, request, surroundings);
    return answer.outcome === 'chosen' ? answer.target : `${answer.refusal.name}: ${answer.refusal.message}`;
  };

  it('is where they were, or where the configuration or the request says', () => {
    expect(restored({}, 'eu-west-1')).toEqual({});
    const into = { 'eu-central-1': { availabilityZone: 'eu-central-1b', volumeType: 'gp3' as const } };
    expect(restored({}, 'eu-central-1', into)).toEqual(into['eu-central-1']);
    expect(restored({ availabilityZone: 'eu-central-1c' }, 'eu-central-1', into)).toEqual({
      availabilityZone: 'eu-central-1c',
      volumeType: 'gp3',
    });
  });

  it('is refused in another region without a zone of it, and with what other engines take', () => {
    expect(restored({}, 'eu-central-1')).toMatch(/^InvalidInput: target.availabilityZone is not given/);
    expect(restored({ availabilityZone: 'eu-west-1a' }, 'eu-central-1')).toMatch(
      /lie in a zone of eu-central-1/,
    );
    expect(restored({ bucket: 'mine' }, 'eu-west-1')).toMatch(/does not take; it takes availabilityZone/);
  });
});
