import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { Cursor, Step } from '../../../../../core/engines/driver.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import type { DirectCall } from '../../../../support/direct-transport.ts';
import { capture, captureSpec, openPoint } from '../../../../support/driver-run.ts';
import { EbsWorld } from '../../../../support/ebs-world.ts';

let world: EbsWorld;
let point: RecoveryPoint;
beforeEach(() => {
  world = new EbsWorld();
  world.create();
  world.wait(5);
  point = openPoint(world);
});

const begin = () => world.driver.begin(captureSpec(world, point));
const poll = (cursor: Cursor) => world.driver.poll(captureSpec(world, point), cursor);
const lost = () => new AwsError('TimeoutError', 'no answer came', { status: 0 });
const sets = () => world.snapshots(world.home).length / 6;

/** Polls as the machine does, until the capture has an end. */
async function toItsEnd(step: Step): Promise<Step> {
  for (let lap = 0; lap < 100 && (step.outcome === 'running' || step.outcome === 'waiting'); lap++) {
    world.wait(step.pollAfterSeconds);
    step = await poll(step.cursor);
  }
  return step;
}

/** Something that happens once, at the nth call of an operation. */
function once(operation: string, what: (call: DirectCall) => void, nth = 1): (call: DirectCall) => void {
  let calls = 0;
  return (call) => {
    if (call.operation === operation && ++calls === nth) what(call);
  };
}

describe('a capture whose answer is lost', () => {
  it('finds what it made, whatever lists show at first, and makes nothing twice', async () => {
    world.listLagSeconds = 45;
    const made: string[] = [];
    world.after = ({ operation, input }) => {
      if (operation !== 'CreateSnapshots') return;
      made.push(
        (input as { InstanceSpecification: { InstanceId: string } }).InstanceSpecification.InstanceId,
      );
      if (made.length === 3) throw lost();
    };
    await expect(begin()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    const end = await toItsEnd(await begin());
    expect(end).toMatchObject({ outcome: 'ready', takenAt: point.openedAt });
    expect(made.sort()).toEqual([...world.instances].sort());
  });

  it('makes what the lost attempt had not made', async () => {
    world.before = once('CreateSnapshots', () => {
      throw lost();
    });
    await expect(begin()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect((await toItsEnd(await begin())).outcome).toBe('ready');
    expect(sets()).toBe(1);
  });

  it('keeps the older of two sets when a repeat has made a second one, and removes the other', async () => {
    await begin();
    world.wait(60);
    const [instance] = world.instances;
    const [older] = world.snapshots(world.home);
    world.take(instance!, { 'holdfast:recovery-point': point.id, 'holdfast:cluster': 'doris' });
    expect(world.snapshots(world.home)).toHaveLength(8);
    const end = await toItsEnd(await poll({}));
    expect(end).toMatchObject({ outcome: 'ready', takenAt: older!.StartTime?.getTime() });
    world.wait(600);
    expect(world.snapshots(world.home)).toHaveLength(6);
  });

  it('counts on the set that did not fail, when the older one has', async () => {
    const [instance] = world.instances;
    world.ec2.spoil(world.home, instance!, 'fails');
    await begin();
    world.wait(200);
    world.take(instance!, { 'holdfast:recovery-point': point.id, 'holdfast:cluster': 'doris' });
    world.wait(250);
    expect((await toItsEnd(await poll({}))).outcome).toBe('ready');
    expect(sets()).toBe(1);
  });
});

describe('a capture that EBS refuses', () => {
  it('waits when too many snapshots of a volume are pending, and begins when they have ended', async () => {
    world.before = once('CreateSnapshots', () => {
      throw new AwsError('ConcurrentSnapshotLimitExceeded', 'five are pending');
    });
    const first = await begin();
    expect(first).toMatchObject({ outcome: 'waiting', doing: expect.stringMatching(/five are pending/) });
    expect((await toItsEnd(first)).outcome).toBe('ready');
    expect(sets()).toBe(1);
  });

  it('ends when the last instance could not be begun within minutes of the first', async () => {
    world.before = ({ operation, input }) => {
      const { InstanceSpecification: of } = input as { InstanceSpecification?: { InstanceId: string } };
      if (operation === 'CreateSnapshots' && of?.InstanceId === world.instances[1])
        throw new AwsError('SnapshotCreationPerVolumeRateExceeded', 'not so fast');
    };
    expect(await toItsEnd(await begin())).toMatchObject({
      outcome: 'failed',
      reason: { name: 'CaptureFailed', message: expect.stringMatching(/within 5 min of those of the first/) },
    });
  });

  it('is slowed down by EC2 like any other call', async () => {
    world.before = once('DescribeInstances', () => {
      throw new AwsError('RequestLimitExceeded', 'slower', { status: 503 });
    });
    await expect(begin()).rejects.toMatchObject({ name: 'Throttled' });
  });
});

describe('a capture ends by name', () => {
  const reason = async () => {
    const end = await toItsEnd(await begin());
    return end.outcome === 'failed' ? `${end.reason.name}: ${end.reason.message}` : end.outcome;
  };

  it('when a snapshot of a set fails, which fails the others', async () => {
    world.ec2.spoil(world.home, world.instances[2]!, 'fails');
    expect(await reason()).toMatch(
      `CaptureFailed: the snapshots of instance ${world.instances[2]} ended as error`,
    );
  });

  it('when somebody removes a snapshot on the way', async () => {
    await begin();
    world.wait(600);
    const [one] = world.snapshots(world.home);
    world.remove(one!.SnapshotId!);
    expect(await reason()).toMatch(`there is no snapshot of ${one!.VolumeId}`);
  });

  it('when an instance goes away between the look and the snapshot', async () => {
    world.before = once('CreateSnapshots', ({ call }) =>
      world.ec2.terminate(world.instances[0]!, world.home, call.now),
    );
    await expect(begin()).rejects.toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringMatching(`${world.instances[0]} went away`),
    });
  });

  it('when no instance carries the tag, or none has a volume to take', async () => {
    for (const id of world.instances) world.ec2.terminate(id, world.home, world.now());
    await expect(begin()).rejects.toMatchObject({
      name: 'ResourceMissing',
      message: expect.stringMatching(/no instance in eu-west-1 carries the tag cluster=doris/),
    });
    world.ec2.seedInstance({
      region: world.home,
      tags: { cluster: 'doris' },
      launchedAt: world.now(),
      volumes: [{ device: '/dev/xvda' }],
    });
    await expect(begin()).rejects.toMatchObject({
      message: expect.stringMatching(/no volumes but those they boot from/),
    });
  });
});

describe('a finished capture', () => {
  it('is unsound when a volume was attached while its set was begun', async () => {
    world.before = once('CreateSnapshots', ({ call }) => {
      world.ec2.attachVolume(world.instances[0]!, world.home, { device: '/dev/sdh' }, call.now);
    });
    await expect(capture(world)).rejects.toThrow(/was attached to .* while it was captured/);
  });

  it('is unsound when its instances lie more than five minutes apart', async () => {
    await begin();
    const end = await toItsEnd(await poll({}));
    if (end.outcome !== 'ready') throw new Error('it was to be ready');
    for (const { SnapshotId, Tags = [] } of world.snapshots(world.home))
      if (Tags.some(({ Value }) => Value === world.instances[1])) world.remove(SnapshotId!);
    world.take(world.instances[1]!, { 'holdfast:recovery-point': point.id, 'holdfast:cluster': 'doris' });
    world.wait(600);
    const verdict = await world.driver.verify(captureSpec(world, { ...point, takenAt: end.takenAt! }), {});
    expect(verdict).toMatchObject({
      sound: false,
      reason: { message: expect.stringMatching(/apart, and more than 5 min/) },
    });
  });

  it('names every volume with its place, its settings and its snapshot', async () => {
    const { content } = await capture(world, undefined, point);
    expect(content).toMatchObject({ items: 6, bytes: 450 * 1024 ** 3 });
    const { configuration, statistics } = world.index(world.home, point);
    expect(statistics).toMatchObject({ instances: 3, volumes: 6, sizeGib: 450, spreadMilliseconds: 0 });
    const first = (configuration as { instances: { instanceId: string }[] }).instances.find(
      ({ instanceId }) => instanceId === world.instances[0],
    );
    expect(first).toMatchObject({
      zone: 'eu-west-1a',
      volumes: [
        {
          device: '/dev/sdf',
          type: 'gp3',
          iops: 6_000,
          sizeGib: 100,
          snapshotId: expect.stringMatching(/^snap-/),
        },
        { device: '/dev/sdg', type: 'gp2', sizeGib: 50, encrypted: false },
      ],
    });
  });

  it('takes boot volumes too, when it is asked to', async () => {
    const all = { ...world.cluster, excludeBootVolume: false };
    await world.driver.begin({ ...captureSpec(world, point), cluster: all });
    expect(world.snapshots(world.home)).toHaveLength(9);
  });
});
