import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { AWAY, HOME } from './installations.ts';

/** Nothing but a self-run cluster on EBS: no right to anything of RDS, and few points that go soon. */
export const DORIS: HoldfastInput = {
  name: 'doris',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    volumes: {
      rules: [{ name: 'twelvely', cron: '15 0/12 * * ? *', deadline: '1h' }],
      retention: { keepLast: 2, minimumKeep: 2 },
      objectives: { rpo: '15h', rto: '4h', survives: 'region' },
      copyAllowance: '40m',
      grace: '2h',
      maxExpireShare: 1,
    },
  },
  clusters: {
    doris: {
      engine: 'ebs',
      plan: 'volumes',
      instances: { key: 'cluster', value: 'doris' },
      expectedSize: '120 GB',
      restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b`, volumeType: 'gp3' } },
    },
  },
};

/** By recovery point: the snapshots of a region that carry its tag. */
export function snapshotsByPoint(stage: Stage, region: string): ReadonlyMap<string, readonly string[]> {
  const call = { account: stage.cloud.account, region, principal: 'root', now: stage.now };
  const { Snapshots } = stage.cloud.ec2.call('DescribeSnapshots', { OwnerIds: ['self'] }, call) as {
    readonly Snapshots: readonly {
      readonly SnapshotId: string;
      readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
    }[];
  };
  const found = new Map<string, string[]>();
  for (const { SnapshotId, Tags } of Snapshots) {
    const point = Tags.find(({ Key }) => Key === 'holdfast:recovery-point')?.Value ?? 'nobody';
    found.set(point, [...(found.get(point) ?? []), SnapshotId]);
  }
  return found;
}
