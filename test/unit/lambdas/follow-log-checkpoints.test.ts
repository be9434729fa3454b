import { expect, test } from 'vitest';
import { PermissionMissing } from '../../../core/errors/registry.ts';
import { minutes } from '../../../core/time/instant.ts';
import { decodeCheckpoint } from '../../../embedded/tidb/log-files.ts';
import { bring as bringFile } from '../../../lambdas/log/bring.ts';
import { bringCheckpoint, type Checkpoint, checkpointsOf } from '../../../lambdas/log/checkpoints.ts';
import { FollowWorld } from '../../support/follow-world.ts';
import { RECOVERY } from '../../support/task-world.ts';

const PATH = 'v1/global_checkpoint/1.ts';

/** The versions that one store's checkpoint file had, the oldest first; nothing follows by itself. */
async function versionsOf(world: FollowWorld): Promise<Checkpoint[]> {
  world.fate = () => [];
  await world.begin();
  const { layouts } = world.ports();
  const folder = { prefix: world.prefix, layout: layouts('tidb')! };
  const found: Checkpoint[] = [];
  for (let n = 0; n < 4; n++) {
    await world.pass(minutes(6));
    const all = await world.wait(checkpointsOf(folder, world.ports()));
    found.push(all.find(({ key }) => key === world.prefix + PATH)!);
  }
  return found;
}

const bring = (world: FollowWorld, checkpoint: Checkpoint): Promise<void> =>
  bringCheckpoint(
    checkpoint,
    { prefix: world.prefix, layout: world.ports().layouts('tidb')! },
    world.ports(),
  );
const here = (world: FollowWorld): string => String(decodeCheckpoint(world.files(RECOVERY).get(PATH)!));

test('an older checkpoint that comes after a newer one changes nothing', async () => {
  const world = new FollowWorld();
  const [older, , , newer] = await versionsOf(world);
  await world.wait(bring(world, newer!));
  await world.wait(bring(world, older!));
  expect(here(world)).toBe(newer!.mark.mark);
});

test.each([1, 2, 3, 4, 5, 6])(
  'of several that come at once the newest stands in the end (%i)',
  async (seed) => {
    const world = new FollowWorld(seed);
    const versions = await versionsOf(world);
    const some = [versions[3]!, versions[0]!, versions[2]!, versions[1]!];
    await world.wait(Promise.all(some.map((each) => bring(world, each))));
    expect(here(world)).toBe(versions[3]!.mark.mark);
  },
);

test('one whose copy takes longer than that of a newer one does not overwrite it', async () => {
  const world = new FollowWorld();
  const [first, older, newer] = await versionsOf(world);
  await world.wait(bring(world, first!));
  world.takes = (operation, input) => {
    const { CopySource = '' } = input as { CopySource?: string };
    return operation === 'CopyObject' && CopySource.includes(older!.version) ? minutes(1) : undefined;
  };
  await world.wait(Promise.all([bring(world, older!), bring(world, newer!)]));
  expect(here(world)).toBe(newer!.mark.mark);
});

test('one that was altered on its way is never left behind', async () => {
  const world = new FollowWorld();
  const [first] = await versionsOf(world);
  let times = 0;
  world.s3.tamperCopy = () => (times++ < 2 ? Buffer.alloc(8, 0xff) : undefined);
  await world.wait(bring(world, first!));
  expect(here(world)).toBe(first!.mark.mark);
});

test('a version that is gone is told from one that may not be read, where S3 denies both', async () => {
  const world = new FollowWorld();
  const [wanted] = await versionsOf(world);
  const { source, own } = world.ports();
  const recorded = () => Promise.reject(new PermissionMissing('denied'));
  const denied = { own, source: { ...source, bytes: { ...source.bytes, recorded } } };
  await expect(world.wait(bringFile(wanted!, denied))).rejects.toThrow('denied');
  expect(await world.wait(bringFile({ ...wanted!, version: 'gone' }, denied))).toBe('gone');
});
