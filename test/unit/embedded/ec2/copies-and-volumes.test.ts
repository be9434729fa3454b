import type { Snapshot, Volume } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { AWAY, Ec2Account, HOME, keyIn } from './ec2-account.ts';

let account: Ec2Account;
let data: Snapshot;
beforeEach(() => {
  account = new Ec2Account();
  account.write('rows');
  data = account.take({ point: 'p' })[1]!;
  account.wait(401);
});
const away = () => account.snapshots([], AWAY);

describe('a copy', () => {
  it('has no tags but those it is given, no volume that exists, and a start of its own', () => {
    account.copy(data.SnapshotId);
    const tags = [{ ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'p' }] }];
    account.copy(data.SnapshotId, { TagSpecifications: tags });
    expect(away().map(({ Tags }) => Tags)).toEqual([[], tags[0]!.Tags]);
    expect(new Set(away().map(({ VolumeId }) => VolumeId))).toEqual(new Set(['vol-ffffffff']));
    expect(away()[0]?.StartTime).toEqual(new Date(account.now));
  });

  it('is of a snapshot that is complete', () => {
    account.wait(15);
    const [pending] = account.take();
    const input = { SourceRegion: HOME, SourceSnapshotId: pending?.SnapshotId };
    expect(account.refusal('CopySnapshot', input, AWAY)).toBe('IncorrectState');
  });

  it('is encrypted with the key it is given, or with the default one of its region', () => {
    account.copy(data.SnapshotId, { KmsKeyId: keyIn(AWAY) });
    account.copy(data.SnapshotId);
    expect(away().map(({ KmsKeyId }) => KmsKeyId)).toEqual([
      keyIn(AWAY),
      expect.stringMatching(/:eu-central-1:.*alias\/aws\/ebs$/),
    ]);
  });

  it('ends as an error when its key is not accessible, after the call was answered', () => {
    account.closed.add(keyIn(AWAY));
    account.copy(data.SnapshotId, { KmsKeyId: keyIn(AWAY) });
    expect(away()[0]?.State).toBe('pending');
    account.wait(61);
    expect(away()[0]).toMatchObject({ State: 'error', StateMessage: 'Given key ID is not accessible' });
  });

  it('is one of twenty at once to a region, and of any number after each other', () => {
    for (let n = 0; n < 20; n++) account.copy(data.SnapshotId);
    const input = { SourceRegion: HOME, SourceSnapshotId: data.SnapshotId };
    expect(account.refusal('CopySnapshot', input, AWAY)).toBe('ResourceLimitExceeded');
    account.wait(1_000);
    expect(account.refusal('CopySnapshot', input, AWAY)).toBe('none');
  });

  it('fails when its source, or the region of it, is lost on the way', () => {
    account.copy(data.SnapshotId);
    account.call('DeleteSnapshot', { SnapshotId: data.SnapshotId });
    expect(away()[0]?.State).toBe('error');
    account.wait(15);
    const [boot] = account.take();
    account.wait(401);
    account.copy(boot?.SnapshotId);
    account.dark.add(HOME);
    expect(away()[1]?.State).toBe('error');
  });

  it('moves the whole volume the first time, and what changed when one under the same key was there before', () => {
    const large = { device: '/dev/sdg', sizeGib: 2_000, kmsKeyId: keyIn(HOME) };
    account.ec2.attachVolume(account.instance, HOME, large, account.now);
    const [, , source] = account.take();
    account.wait(401);
    const doneInTime = (key: string): boolean => {
      const copy = account.copy(source?.SnapshotId, { KmsKeyId: key });
      account.wait(401);
      return away().some(({ SnapshotId, State }) => SnapshotId === copy && State === 'completed');
    };
    expect(doneInTime(keyIn(AWAY))).toBe(false);
    account.wait(20_000);
    expect(doneInTime(keyIn(AWAY))).toBe(true);
    expect(doneInTime(`${keyIn(AWAY)}-another`)).toBe(false);
  });

  it('holds the bytes of its source', () => {
    const copy = account.copy(data.SnapshotId);
    account.wait(1_000);
    expect(account.read(account.volume(copy, {}, AWAY).VolumeId, AWAY)).toBe('rows');
  });
});

describe('a volume', () => {
  it('is made of a snapshot, in a zone of its region, with its bytes', () => {
    const made = account.volume(data.SnapshotId, { Iops: 4_000 });
    expect(made).toMatchObject({ State: 'creating', Size: 20, Iops: 4_000, SnapshotId: data.SnapshotId });
    account.wait(31);
    const described = account.call<{ Volumes: Volume[] }>('DescribeVolumes', { VolumeIds: [made.VolumeId] });
    expect(described.Volumes[0]).toMatchObject({ State: 'available', AvailabilityZone: 'eu-west-1a' });
    expect(account.read(made.VolumeId)).toBe('rows');
    const elsewhere = { AvailabilityZone: 'eu-central-1a', SnapshotId: data.SnapshotId };
    expect(account.refusal('CreateVolume', elsewhere)).toBe('InvalidZone.NotFound');
  });

  it('is found by its token, and not made twice', () => {
    const first = account.volume(data.SnapshotId, { ClientToken: 't' });
    expect(account.volume(data.SnapshotId, { ClientToken: 't' }).VolumeId).toBe(first.VolumeId);
    expect(() => account.volume(data.SnapshotId, { ClientToken: 't', Size: 30 })).toThrow(/another request/);
  });

  it('goes away again when its key is not accessible', () => {
    account.closed.add(keyIn(HOME));
    const { VolumeId } = account.volume(data.SnapshotId);
    expect(account.refusal('DescribeVolumes', { VolumeIds: [VolumeId] })).toBe('none');
    account.wait(61);
    expect(account.refusal('DescribeVolumes', { VolumeIds: [VolumeId] })).toBe('InvalidVolume.NotFound');
  });

  it('is not smaller than its snapshot, and has only settings that its type knows', () => {
    const of = (more: object) =>
      account.refusal('CreateVolume', {
        AvailabilityZone: 'eu-west-1a',
        SnapshotId: data.SnapshotId,
        ...more,
      });
    expect(of({ Size: 19 })).toBe('InvalidParameterValue');
    expect(of({ VolumeType: 'gp2', Iops: 3_000 })).toBe('InvalidParameterValue');
    expect(of({ VolumeType: 'io2' })).toBe('InvalidParameterValue');
    expect(of({ VolumeType: 'io2', Iops: 3_000 })).toBe('none');
  });
});
