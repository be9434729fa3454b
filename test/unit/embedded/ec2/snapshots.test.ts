import { beforeEach, describe, expect, it } from 'vitest';
import { Ec2Account, HOME } from './ec2-account.ts';

let account: Ec2Account;
beforeEach(() => {
  account = new Ec2Account();
});
const ofPoint = [{ Name: 'tag:point', Values: ['p'] }];

describe('a set of snapshots', () => {
  it('has one of every volume, all of one instant, with the tags of the request', () => {
    const made = account.take({ point: 'p' });
    expect(made.map(({ StartTime }) => StartTime)).toEqual([new Date(account.now), new Date(account.now)]);
    expect(made.map(({ VolumeId }) => VolumeId)).toEqual([
      ...account.ec2.devicesOf(account.instance, HOME).values(),
    ]);
    expect(made.map(({ State, Progress, Encrypted }) => [State, Progress, Encrypted])).toEqual([
      ['pending', '0%', false],
      ['pending', '0%', true],
    ]);
    expect(account.snapshots(ofPoint)).toHaveLength(2);
    expect(account.snapshots([{ Name: 'tag:point', Values: ['q'] }])).toEqual([]);
  });

  it('leaves out the volume that the instance boots from, when asked', () => {
    expect(account.take({}, { ExcludeBootVolume: true }).map(({ VolumeSize }) => VolumeSize)).toEqual([20]);
  });

  it('comes to its end with time and not by being looked at', () => {
    account.take();
    account.snapshots();
    expect(account.snapshots().map(({ State }) => State)).toEqual(['pending', 'pending']);
    account.wait(401);
    expect(account.snapshots().map(({ State, Progress }) => [State, Progress])).toEqual([
      ['completed', '100%'],
      ['completed', '100%'],
    ]);
  });

  it('is made twice by the same request twice: there is no token', () => {
    account.take({ point: 'p' });
    account.wait(15);
    account.take({ point: 'p' });
    expect(account.snapshots(ofPoint)).toHaveLength(4);
  });

  it('fails as a whole when one of it fails', () => {
    account.ec2.spoil(HOME, account.instance, 'fails');
    account.take();
    account.wait(401);
    expect(account.snapshots().map(({ State }) => State)).toEqual(['error', 'error']);
    expect(account.snapshots()[0]?.StateMessage).toMatch(/could not be created/);
  });

  it('holds what was there at its instant, whatever was written while it was pending', () => {
    account.write('before');
    const [, data] = account.take();
    account.wait(1);
    account.write('after');
    account.wait(400);
    expect(account.read(account.volume(data?.SnapshotId).VolumeId)).toBe('before');
  });

  it('is shown by lists some time after it was made', () => {
    account.lagSeconds = 4;
    const [boot] = account.take({ point: 'p' });
    expect(account.snapshots(ofPoint)).toEqual([]);
    account.wait(4);
    expect(account.snapshots(ofPoint)).toContainEqual(
      expect.objectContaining({ SnapshotId: boot?.SnapshotId }),
    );
  });
});

describe('limits', () => {
  it('are one set of an instance in fifteen seconds', () => {
    account.take();
    account.wait(14);
    expect(account.refusal('CreateSnapshots', account.wish())).toBe('SnapshotCreationPerVolumeRateExceeded');
    account.wait(1);
    expect(account.refusal('CreateSnapshots', account.wish())).toBe('none');
  });

  it('are five pending snapshots of a volume, and one of an st1', () => {
    account.ec2.spoil(HOME, account.instance, 'hangs');
    for (let n = 0; n < 5; n++) {
      account.ec2.spoil(HOME, account.instance, 'hangs');
      account.take();
      account.wait(15);
    }
    expect(account.refusal('CreateSnapshots', account.wish())).toBe('ConcurrentSnapshotLimitExceeded');
    const slow = new Ec2Account();
    slow.ec2.attachVolume(slow.instance, HOME, { device: '/dev/sdg', type: 'st1' }, slow.now);
    slow.ec2.spoil(HOME, slow.instance, 'hangs');
    slow.take();
    slow.wait(15);
    expect(slow.refusal('CreateSnapshots', slow.wish())).toBe('ConcurrentSnapshotLimitExceeded');
  });
});

describe('deleting a snapshot', () => {
  it('takes it away, and leaves the other of its set', () => {
    const [boot, data] = account.take();
    account.wait(401);
    account.call('DeleteSnapshot', { SnapshotId: boot?.SnapshotId });
    expect(account.snapshots().map(({ SnapshotId }) => SnapshotId)).toEqual([data?.SnapshotId]);
    expect(account.refusal('DeleteSnapshot', { SnapshotId: boot?.SnapshotId })).toBe(
      'InvalidSnapshot.NotFound',
    );
  });

  it('takes effect when it is complete, if it is pending', () => {
    const [boot] = account.take();
    account.call('DeleteSnapshot', { SnapshotId: boot?.SnapshotId });
    expect(account.snapshots()).toHaveLength(2);
    account.wait(401);
    expect(account.snapshots()).toHaveLength(1);
  });

  it('is refused while an image is registered on it', () => {
    const [boot] = account.take();
    account.ec2.registerImage(HOME, boot?.SnapshotId ?? '');
    expect(account.refusal('DeleteSnapshot', { SnapshotId: boot?.SnapshotId })).toBe('InvalidSnapshot.InUse');
  });
});

it('an instance that is gone has no snapshots taken', () => {
  account.ec2.terminate(account.instance, HOME, account.now);
  expect(account.refusal('CreateSnapshots', account.wish())).toBe('InvalidInstanceID.NotFound');
  const running = [{ Name: 'instance-state-name', Values: ['running'] }];
  expect(account.call('DescribeInstances', { Filters: running })).toEqual({ Reservations: [] });
});
