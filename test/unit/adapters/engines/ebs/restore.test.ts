import type { Volume } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { RestoreSpec, RestoreTarget } from '../../../../../core/engines/driver.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import { capture, copyTo, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { EbsWorld, keyIn } from '../../../../support/ebs-world.ts';

let world: EbsWorld;
let point: RecoveryPoint;
beforeEach(async () => {
  world = new EbsWorld();
  world.create();
  world.wait(5);
  point = await capture(world);
});

const spec = (target: RestoreTarget, region = world.home, change: Partial<RestoreSpec> = {}) =>
  restoreSpec(world, point, region, target, change);
const refused = async (...of: Parameters<typeof spec>) =>
  (await world.driver.preflight(spec(...of))).map(({ name, message }) => `${name}: ${message}`);
const made = (region: string): Volume[] =>
  world.volumes(region).filter(({ Tags }) => Tags?.some(({ Key }) => Key === 'holdfast:restore'));

describe('a restore', () => {
  it('puts each volume where it was and as it was, with what an operator needs to attach it', async () => {
    await restoreTo(world, point, world.home, {});
    expect(
      made(world.home)
        .map(({ AvailabilityZone, VolumeType, Size, Iops }) => [AvailabilityZone, VolumeType, Size, Iops])
        .sort(),
    ).toEqual(
      ['a', 'b', 'c'].flatMap((zone) => [
        [`eu-west-1${zone}`, 'gp2', 50, undefined],
        [`eu-west-1${zone}`, 'gp3', 100, 6_000],
      ]),
    );
    const tags = made(world.home).map(({ Tags = [] }) =>
      Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    );
    expect(tags).toContainEqual({
      'holdfast:restore': expect.stringMatching(/^doris-restore-/),
      'holdfast:restored-from': point.id,
      'holdfast:instance': world.instances[1],
      'holdfast:device': '/dev/sdf',
      'holdfast:source-volume': world.ec2.devicesOf(world.instances[1]!, world.home).get('/dev/sdf'),
      'holdfast:taken-at': '2026-11-21T03:00:05.250Z',
      team: 'data',
    });
  });

  it('takes the type, the zone and the key that are named', async () => {
    const target = { availabilityZone: 'eu-west-1c', volumeType: 'gp3', kmsKey: keyIn(world.home) } as const;
    await restoreTo(world, point, world.home, target);
    for (const volume of made(world.home))
      expect(volume).toMatchObject({
        AvailabilityZone: 'eu-west-1c',
        VolumeType: 'gp3',
        KmsKeyId: keyIn(world.home),
      });
  });

  it('makes each volume once though an answer is lost', async () => {
    let calls = 0;
    world.after = ({ operation }) => {
      if (operation === 'CreateVolume' && ++calls === 3)
        throw new AwsError('TimeoutError', 'no answer came', { status: 0 });
    };
    const same = spec({});
    await expect(world.driver.beginRestore(same)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await world.driver.beginRestore(same);
    expect(made(world.home)).toHaveLength(6);
  });

  it('fails with a name when EBS takes volumes away whose key it may not use', async () => {
    world.closed.add(keyIn(world.home));
    await expect(restoreTo(world, point, world.home, {})).rejects.toMatchObject({
      reason: { name: 'RestoreFailed', message: expect.stringMatching(/3 volumes of .* went away/) },
    });
  });

  it('is unsound when a volume is not what was captured', async () => {
    const same = spec({});
    await world.driver.beginRestore(same);
    world.wait(60);
    expect(await world.driver.validate(same, {})).toMatchObject({ sound: true });
    expect(await world.driver.validate({ ...same, target: { volumeType: 'gp3' } }, {})).toMatchObject({
      sound: false,
      reason: { message: expect.stringMatching(/type of vol-\w+ is gp2 and was to be gp3/) },
    });
    const other = { ...same, restore: { ...same.restore, id: 'another' } };
    expect(await world.driver.validate(other, {})).toMatchObject({ sound: false });
  });
});

describe('the pre-flight', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await refused({})).toEqual([]);
    expect(await refused({ availabilityZone: 'eu-west-1b' })).toEqual([]);
  });

  it('refuses a zone that is not there, and parts of a cluster, all at once', async () => {
    const parts = { scope: { databases: ['shop'] } };
    expect(await refused({ availabilityZone: 'eu-west-1x' }, world.home, parts)).toEqual([
      expect.stringMatching(/^UnsupportedByEngine: what databases lie on the volumes of doris/),
      expect.stringMatching(/^TargetNotUsable: there is no zone eu-west-1x/),
    ]);
  });

  it('refuses a region without the copy, and a point of which a snapshot is gone', async () => {
    expect(await refused({ availabilityZone: 'eu-central-1a' }, world.recovery)).toEqual([
      expect.stringMatching(/^ManifestIncomplete/),
    ]);
    await copyTo(world, point, world.recovery);
    expect(await refused({ availabilityZone: 'eu-central-1a' }, world.recovery)).toEqual([]);
    world.remove(world.snapshots(world.recovery)[0]!.SnapshotId!, world.recovery);
    expect(await refused({ availabilityZone: 'eu-central-1a' }, world.recovery)).toEqual([
      expect.stringMatching(/^RecoveryPointNotRestorable: of 6 snapshots .* 1 are not complete/),
    ]);
    // The copy that takes its place is under way, and nothing restores from it yet.
    world.copyByHand(point);
    expect(await refused({ availabilityZone: 'eu-central-1a' }, world.recovery)).toHaveLength(1);
    world.wait(1_000);
    expect(await refused({ availabilityZone: 'eu-central-1a' }, world.recovery)).toEqual([]);
  });
});

describe('a discard', () => {
  it('removes the manifest and every snapshot of the point, surplus ones too, and no other', async () => {
    world.wait(60);
    const other = await capture(world);
    world.take(world.instances[0]!, { 'holdfast:recovery-point': point.id, 'holdfast:cluster': 'doris' });
    // Somebody's own: one tag alone proves nothing.
    world.take(world.instances[1]!, { 'holdfast:recovery-point': point.id });
    world.wait(600);
    const of = { cluster: 'doris', point, region: world.home, neighbours: [other] };
    expect(await world.driver.discard(of)).toEqual({ removedItems: 8 });
    expect(world.snapshots(world.home)).toHaveLength(6 + 2);
    expect(() => world.index(world.home, point)).toThrow(/no index/);
    expect(world.index(world.home, other).root).toBe(other.content!.root);
  });

  it('is refused by name while an image is registered on one of its snapshots', async () => {
    world.ec2.registerImage(world.home, world.snapshots(world.home)[2]!.SnapshotId!);
    const of = { cluster: 'doris', point, region: world.home, neighbours: [] };
    await expect(world.driver.discard(of)).rejects.toMatchObject({ name: 'SnapshotInUse', retryable: false });
  });
});
