import { beforeEach, describe, expect, test } from 'vitest';
import type {
  AbandonedRestore,
  RestoreSpec,
  RestoreTarget,
  Step,
} from '../../../../../core/engines/driver.ts';
import type { Reason } from '../../../../../core/errors/registry.ts';
import { restoreId } from '../../../../../core/ids/names.ts';
import { iso, later, minutes } from '../../../../../core/time/instant.ts';
import { restoreSpec } from '../../../../support/driver-run.ts';
import { HOME, TidbWorld } from '../../../../support/tidb-world.ts';
import { type Logged, logged } from './log-scene.ts';

const OVERDUE: Reason = { name: 'RestoreOverdue', message: 'it took too long' };

let world: TidbWorld;
let scene: Logged;
let target: RestoreTarget;

beforeEach(async () => {
  // Hours of work for BR: a snapshot of gigabytes, and a log of more.
  world = new TidbWorld({ source: { bytesPerRow: 2_000_000_000, bytesPerChange: 20_000_000_000 } });
  world.create();
  await world.wait(5);
  scene = await logged(world);
  target = world.target(HOME);
});

/** The restore to the middle of the log, by a request of its own. */
function toTheMiddle(request: string, instant = scene.middle): RestoreSpec {
  const { point, chain } = scene;
  const spec = restoreSpec(world, point, HOME, target, { instant, log: { chain } });
  const id = restoreId('shop', world.now(), request);
  return { ...spec, restore: { ...spec.restore, id, instant, chain: chain.chain, target: 'pd' } };
}

const abandoned = ({ cluster, region, restore }: RestoreSpec, reason: Reason): AbandonedRestore => ({
  cluster,
  region,
  restore,
  reason,
});

const filled = () => world.fleet.at(HOME, `${target.clusterId}:2379`)!;

/** Goes on until BR replays the log, or to the end when told so. */
async function follow(spec: RestoreSpec, until: () => boolean = () => false): Promise<Step> {
  let step = await world.driver.beginRestore(spec);
  while (!until() && (step.outcome === 'running' || step.outcome === 'waiting')) {
    await world.wait(step.pollAfterSeconds);
    step = await world.driver.pollRestore({ ...spec, now: world.now() }, step.cursor);
  }
  return step;
}

const runningFor = ({ restore }: RestoreSpec) => world.settled(world.containers.runningFor(HOME, restore.id));

async function abandonedInTheLog(): Promise<RestoreSpec> {
  const spec = toTheMiddle('first');
  await follow(spec, () => filled().pd.gcIsOff);
  const { left } = await world.driver.abandonRestore(abandoned(spec, OVERDUE));
  expect(left).toContain('"SET CONFIG tikv `gc.ratio-threshold` = 1.1"');
  expect(left).toContain(`{"cluster":"shop","to":"${iso(scene.middle)}"}`);
  await world.wait(180);
  return spec;
}

describe('a restore that is abandoned while BR replays a log', () => {
  test('is stopped, and leaves GC off; the second time nothing is to be stopped', async () => {
    const spec = toTheMiddle('first');
    await follow(spec, () => filled().pd.gcIsOff);
    expect(await runningFor(spec)).toHaveLength(1);
    const first = await world.driver.abandonRestore(abandoned(spec, OVERDUE));
    expect(first).toMatchObject({ target: 'unfinished', ending: true });
    const { ending: _, ...rest } = first;
    expect(await world.driver.abandonRestore(abandoned(spec, OVERDUE))).toEqual(rest);
    await world.wait(180);
    expect(await runningFor(spec)).toEqual([]);
    const rows = filled().rowsNow().size;
    await world.wait(3_600);
    expect(filled().rowsNow().size).toBe(rows);
    expect(filled().pd.gcIsOff).toBe(true);
  });

  test('goes on by another request for the same instant, which turns GC on and brings every row', async () => {
    await abandonedInTheLog();
    expect(await follow(toTheMiddle('second'))).toMatchObject({ outcome: 'ready' });
    expect(filled().pd.gcIsOff).toBe(false);
    expect(new Map(world.restored(HOME, target))).toEqual(new Map(world.truth(scene.middle)));
  });

  test('refuses another instant, and names the one that would go on', async () => {
    await abandonedInTheLog();
    const other = await follow(toTheMiddle('second', later(scene.middle, minutes(1))));
    expect(other).toMatchObject({
      outcome: 'failed',
      reason: { name: 'TargetNotUsable', message: expect.stringContaining(`"to":"${iso(scene.middle)}"`) },
    });
  });
});

test('a restore that BR refused has left its target as it was', async () => {
  filled().createDatabase('somebodys');
  const spec = toTheMiddle('first');
  const step = await follow(spec);
  expect(step).toMatchObject({ outcome: 'failed', reason: { name: 'TargetNotEmpty' } });
  if (step.outcome !== 'failed') return;
  expect(await world.driver.abandonRestore(abandoned(spec, step.reason))).toEqual({ target: 'untouched' });
});

test('a target that BR has written to and then lost is not called untouched', async () => {
  const spec = restoreSpec(world, scene.point, HOME, target);
  let step = await world.driver.beginRestore(spec);
  while (step.outcome === 'running') {
    if (filled().rowsNow().size > 0) filled().faults.hidesPd = true;
    await world.wait(step.pollAfterSeconds);
    step = await world.driver.pollRestore(spec, step.cursor);
  }
  if (step.outcome !== 'failed') throw new Error(JSON.stringify(step));
  expect(step.reason.name).toBe('ClusterUnreachable');
  expect(await world.driver.abandonRestore(abandoned(spec, step.reason))).toEqual({ target: 'unfinished' });
});

test('a refusal is one no more when an earlier attempt may have written', async () => {
  world.fleet.killNext('restore full', 0.9);
  const spec = restoreSpec(world, scene.point, HOME, target);
  let step = await world.driver.beginRestore(spec);
  while (step.outcome === 'running') {
    await world.wait(step.pollAfterSeconds);
    // What BR noted in it is gone, and its rows are not.
    if (filled().rowsNow().size > 0) filled().restore = undefined;
    step = await world.driver.pollRestore(spec, step.cursor);
  }
  expect(step).toMatchObject({
    outcome: 'failed',
    reason: {
      name: 'RestoreFailed',
      message: expect.stringMatching(/is not empty: .*a part may have been written before this/s),
    },
  });
});

test('without a log nothing is left but what was written', async () => {
  const spec = restoreSpec(world, scene.point, HOME, target);
  await world.driver.beginRestore(spec);
  await world.wait(120);
  expect(await world.driver.abandonRestore(abandoned(spec, OVERDUE))).toEqual({
    target: 'unfinished',
    ending: true,
  });
  await world.wait(180);
  expect(await runningFor(spec)).toEqual([]);
});
