import { expect } from 'vitest';
import type { RestoreTarget } from '../../core/engines/driver.ts';
import { drillId } from '../../core/ids/names.ts';
import { hours, later } from '../../core/time/instant.ts';
import { capture, restoreSpec, restoreTo } from '../support/driver-run.ts';
import type { Content, DriverFixture } from './driver-suite.ts';

/** Where a drill lands in a fixture. */
export interface DrillFixture {
  readonly target: RestoreTarget;
  /** As its restore's record names it. */
  readonly called: string;
  content(): Content;
  /** What the restore before it made, where `restored` shows the newest alone. */
  others?(): Content;
}

const sorted = (content: Content) => [...content].sort(([a], [b]) => (a < b ? -1 : 1));

/** A drill's restore beside another one: torn down twice it is gone, and the other one is there. */
export async function tearsDown(f: DriverFixture): Promise<void> {
  if (!f.drill) return;
  const point = await capture(f);
  const target = f.target(f.home);
  await restoreTo(f, point, f.home, target);
  const before = sorted(f.restored(f.home, target));
  await f.wait(60);
  const id = drillId(f.cluster.name, f.now(), 'a drill');
  const drill = f.drill(f.home, id);
  const { restore: other } = restoreSpec(f, point, f.home, target);
  const restore = {
    ...other,
    ...{ target: drill.called, drill: { id, deadline: later(f.now(), hours(6)) } },
  };
  await restoreTo(f, point, f.home, drill.target, { restore });
  expect(sorted(drill.content())).toEqual(sorted(f.truth(point.takenAt!)));
  const tearDown = async () => {
    for (let laps = 0; laps < 60; laps++) {
      if ((await f.driver.tearDown({ ...where, restore })).gone) return;
      await f.wait(60);
    }
    throw new Error('it is never gone');
  };
  const where = { cluster: f.cluster, region: f.home, now: f.now() };
  await tearDown();
  expect([...drill.content()]).toEqual([]);
  await tearDown();
  await expect(f.driver.tearDown({ ...where, restore: other })).rejects.toMatchObject({
    name: 'InvariantViolation',
  });
  expect(sorted(drill.others ? drill.others() : f.restored(f.home, target))).toEqual(before);
}
