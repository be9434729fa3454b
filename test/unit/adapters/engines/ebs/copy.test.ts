import type { Snapshot } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { CopySpec, Step } from '../../../../../core/engines/driver.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import { capture, copyTo } from '../../../../support/driver-run.ts';
import { EbsWorld, keyIn } from '../../../../support/ebs-world.ts';

let world: EbsWorld;
let point: RecoveryPoint;
beforeEach(async () => {
  world = new EbsWorld();
  world.create();
  world.wait(5);
  point = await capture(world);
});

const spec = (): CopySpec => ({
  cluster: world.cluster,
  point,
  region: world.recovery,
  base: undefined,
  now: world.now(),
});
const there = () => world.snapshots(world.recovery);
const tagOf = (snapshot: Snapshot, key: string) =>
  snapshot.Tags?.find(({ Key }) => Key === `holdfast:${key}`)?.Value;

async function toItsEnd(step: Step): Promise<{ readonly end: Step; readonly said: readonly string[] }> {
  const said: string[] = [];
  for (let lap = 0; lap < 200 && (step.outcome === 'running' || step.outcome === 'waiting'); lap++) {
    said.push(`${step.outcome}: ${step.doing}`);
    world.wait(step.pollAfterSeconds);
    step = await world.driver.pollCopy(spec(), step.cursor);
  }
  return { end: step, said };
}

describe('a copy', () => {
  it('is encrypted with the vault key, and says by its tags what it is of', async () => {
    await copyTo(world, point, world.recovery);
    expect(there().map(({ KmsKeyId }) => KmsKeyId)).toEqual(Array(6).fill(keyIn(world.recovery)));
    const ofSource = (key: string) => new Set(there().map((copy) => tagOf(copy, key)));
    expect(ofSource('source-snapshot')).toEqual(
      new Set(world.snapshots(world.home).map(({ SnapshotId }) => SnapshotId)),
    );
    expect(ofSource('recovery-point')).toEqual(new Set([point.id]));
    expect(ofSource('instance')).toEqual(new Set(world.instances));
    expect(ofSource('device')).toEqual(new Set(['/dev/sdf', '/dev/sdg']));
  });

  it('is made once though the answer to a call is lost and lists lag behind', async () => {
    world.listLagSeconds = 45;
    let calls = 0;
    world.after = ({ operation }) => {
      if (operation === 'CopySnapshot' && ++calls === 4)
        throw new AwsError('TimeoutError', 'no answer came', { status: 0 });
    };
    await expect(world.driver.beginCopy(spec())).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect((await toItsEnd(await world.driver.beginCopy(spec()))).end.outcome).toBe('ready');
    expect(there()).toHaveLength(6);
  });

  it('waits for a place when twenty others are under way, and takes places as they come', async () => {
    for (let n = 0; n < 18; n++) world.copyByHand();
    const { end, said } = await toItsEnd(await world.driver.beginCopy(spec()));
    expect(end.outcome).toBe('ready');
    expect(said).toContainEqual(expect.stringMatching(/^waiting: waiting for a place: .* and 4 of /));
    expect(there()).toHaveLength(24);
    expect(await world.driver.prove(spec(), {})).toMatchObject({ sound: true });
  });

  it('fails with what EBS says when the key is not accessible, and another try succeeds where it is', async () => {
    world.closed.add(keyIn(world.recovery));
    const { end } = await toItsEnd(await world.driver.beginCopy(spec()));
    expect(end).toMatchObject({
      outcome: 'failed',
      reason: { name: 'CopyFailed', message: expect.stringMatching(/Given key ID is not accessible/) },
    });
    world.closed.clear();
    world.wait(3_600);
    const again = await toItsEnd(await world.driver.beginCopy(spec()));
    expect(again.end.outcome).toBe('ready');
    expect(await world.driver.prove(spec(), {})).toMatchObject({
      sound: true,
      index: { root: point.content!.root },
    });
  });

  it('fails when a snapshot of the point is gone', async () => {
    world.remove(world.snapshots(world.home)[0]!.SnapshotId!);
    await expect(world.driver.beginCopy(spec())).rejects.toMatchObject({ name: 'ResourceMissing' });
  });
});

describe('the proof of a copy', () => {
  beforeEach(() => copyTo(world, point, world.recovery).then(() => {}));

  it('needs nothing of the source region', async () => {
    world.before = ({ call }) => {
      if (call.region === world.home) throw new AwsError('TimeoutError', 'dark', { status: 0 });
    };
    expect(await world.driver.prove(spec(), {})).toMatchObject({ sound: true });
  });

  it('is refused when a copy is gone, or says that it is of another volume', async () => {
    const [first, second] = there();
    world.tag(first!.SnapshotId!, { 'holdfast:device': '/dev/sdz' });
    expect(await world.driver.prove(spec(), {})).toMatchObject({
      sound: false,
      reason: { name: 'RootMismatch' },
    });
    world.remove(second!.SnapshotId!, world.recovery);
    expect(await world.driver.prove(spec(), {})).toMatchObject({
      sound: false,
      reason: { name: 'CopyFailed', message: expect.stringMatching(/is missing in eu-central-1/) },
    });
  });
});

it('a copy whose notes were cleared away is not made again', async () => {
  await copyTo(world, point, world.recovery);
  world.forgetNotes(world.recovery, point);
  const { end } = await toItsEnd(await world.driver.beginCopy(spec()));
  expect(end.outcome).toBe('ready');
  expect(there()).toHaveLength(6);
});
