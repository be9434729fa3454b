import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { DiscardSpec, EngineDriver, RestoreTarget } from '../../core/engines/driver.ts';
import type { Instant } from '../../core/time/instant.ts';
import {
  capture,
  captureSpec,
  copyTo,
  type DriverWorld,
  NotDone,
  openPoint,
  restoreSpec,
  restoreTo,
} from '../support/driver-run.ts';
import { type DrillFixture, tearsDown } from './tear-down.ts';

/** Data in a form that can be compared: what identifies a piece (key, table and row) and what it is. */
export type Content = ReadonlyMap<string, string>;

/** What a driver must be shown with: an embedded source under protection, and ways to look at data. */
export interface DriverFixture extends DriverWorld {
  /** Makes the source's first data. */
  create(): void;
  /** Changes, adds and deletes some of it; each round does something else. */
  mutate(round: number): void;
  /** What the source held at an instant. */
  truth(at: Instant): Content;
  /** An empty place to restore to, new with every call. */
  target(region: string): RestoreTarget;
  /** What lies there; where a restore makes its target new, what the newest one made. */
  restored(region: string, target: RestoreTarget): Content;
  /** Where a drill lands; absent where the engine has none. */
  drill?(region: string, id: string): DrillFixture;
  /** Set where a restore makes something new every time, so that no target can be taken. */
  readonly makesItsTarget?: boolean;
}

/** Sorted, so that a difference reads well. */
const sorted = (content: Content) => [...content].sort(([a], [b]) => (a < b ? -1 : 1));

/** What every driver must do, whatever its engine. One fixture per test. */
export function driverSuite(engine: string, makeFixture: () => DriverFixture): void {
  describe(`the ${engine} driver`, () => {
    let f: DriverFixture;
    beforeEach(async () => {
      f = makeFixture();
      f.create();
      await f.wait(5);
    });

    async function expectRestores(point: RecoveryPoint, region: string): Promise<void> {
      const target = f.target(region);
      await restoreTo(f, point, region, target);
      expect(sorted(f.restored(region, target))).toEqual(sorted(f.truth(point.takenAt!)));
    }

    /** Three points with changes between them, each captured against the one before. */
    async function three(): Promise<[RecoveryPoint, RecoveryPoint, RecoveryPoint]> {
      const points: RecoveryPoint[] = [];
      for (let round = 0; round < 3; round++) {
        points.push(await capture(f, points.at(-1)));
        await f.wait(60);
        f.mutate(round);
        await f.wait(60);
      }
      return [points[0]!, points[1]!, points[2]!];
    }

    const discardSpec = (
      point: RecoveryPoint,
      region: string,
      neighbours: readonly RecoveryPoint[],
    ): DiscardSpec => ({ cluster: f.cluster.name, point, region, neighbours });

    it('restores the data as it was when the recovery point was taken, not as it is now', async () => {
      const point = await capture(f);
      await f.wait(60);
      f.mutate(0);
      await f.wait(60);
      expect(sorted(f.truth(f.now()))).not.toEqual(sorted(f.truth(point.takenAt!)));
      await expectRestores(point, f.home);
    });

    it('restores each of several recovery points to its own instant', async () => {
      for (const point of await three()) await expectRestores(point, f.home);
    });

    it('says when the data was as it is restored, and that lies before the capture ended', async () => {
      const opened = f.now();
      const point = await capture(f);
      expect(point.takenAt).toBeGreaterThan(opened - 60_000);
      expect(point.takenAt).toBeLessThanOrEqual(f.now());
    });

    it('gives the manifest of a copy the root of the recovery point, and restores from it in that region', async () => {
      const [first, second] = await three();
      expect((await copyTo(f, first, f.recovery)).root).toBe(first.content!.root);
      expect((await copyTo(f, second, f.recovery, first)).root).toBe(second.content!.root);
      await expectRestores(first, f.recovery);
      await expectRestores(second, f.recovery);
    });

    it('copies a recovery point although a younger one is there already', async () => {
      const [first, second, third] = await three();
      await copyTo(f, third, f.recovery);
      await copyTo(f, first, f.recovery, third);
      await copyTo(f, second, f.recovery, third);
      for (const point of [first, second, third]) await expectRestores(point, f.recovery);
    });

    it('keeps the older and the younger recovery point restorable when the one between is discarded', async () => {
      const [first, second, third] = await three();
      await copyTo(f, first, f.recovery);
      await copyTo(f, second, f.recovery, first);
      await copyTo(f, third, f.recovery, second);
      for (const region of [f.home, f.recovery]) {
        await f.driver.discard(discardSpec(second, region, [first, third]));
        await expectRestores(first, region);
        await expectRestores(third, region);
      }
    });

    it('refuses to restore a recovery point that was discarded, and discards it again without complaint', async () => {
      const [first, second] = await three();
      await f.driver.discard(discardSpec(first, f.home, [second]));
      expect(await f.driver.discard(discardSpec(first, f.home, [second]))).toEqual({ removedItems: 0 });
      await expect(restoreTo(f, first, f.home, f.target(f.home))).rejects.toBeInstanceOf(NotDone);
    });

    it('discards the oldest until one is left, and that one restores', async () => {
      const [first, second, third] = await three();
      await f.driver.discard(discardSpec(first, f.home, [second]));
      await f.driver.discard(discardSpec(second, f.home, [third]));
      await expectRestores(third, f.home);
    });

    it('finds its own work when every call is made twice', async () => {
      const twice: DriverWorld = {
        driver: everythingTwice(f.driver),
        cluster: f.cluster,
        home: f.home,
        recovery: f.recovery,
        now: () => f.now(),
        wait: (s) => f.wait(s),
      };
      const first = await capture(twice);
      await f.wait(60);
      f.mutate(0);
      await f.wait(60);
      const second = await capture(twice, first);
      await copyTo(twice, first, f.recovery);
      await copyTo(twice, second, f.recovery, first);
      for (const [point, region] of [
        [first, f.home],
        [second, f.recovery],
      ] as const) {
        const target = f.target(region);
        await restoreTo(twice, point, region, target);
        expect(sorted(f.restored(region, target))).toEqual(sorted(f.truth(point.takenAt!)));
      }
    });

    it('abandons a capture that has only begun, twice, and takes the next one', async () => {
      const point = openPoint(f);
      await f.driver.begin(captureSpec(f, point));
      await f.driver.abandon(captureSpec(f, point));
      await f.driver.abandon(captureSpec(f, point));
      await f.wait(60);
      await expectRestores(await capture(f), f.home);
    });

    it('abandons a restore that has only begun, twice, and goes on to restore elsewhere', async () => {
      const point = await capture(f);
      const spec = restoreSpec(f, point, f.home, f.target(f.home));
      await f.driver.beginRestore(spec);
      const { cluster, region, restore } = spec;
      const reason = { name: 'RestoreOverdue', message: 'it took too long' };
      for (let time = 1; time <= 2; time++)
        expect(await f.driver.abandonRestore({ cluster, region, restore, reason })).toMatchObject({
          target: 'unfinished',
        });
      await f.wait(300);
      await expectRestores(point, f.home);
    });

    it('refuses a target that is not empty, by name and before anything is restored, or makes a new one', async () => {
      const point = await capture(f);
      const target = f.target(f.home);
      await restoreTo(f, point, f.home, target);
      await f.wait(60);
      if (f.makesItsTarget) {
        f.mutate(0);
        return expectRestores(point, f.home);
      }
      const before = sorted(f.restored(f.home, target));
      await expect(restoreTo(f, point, f.home, target)).rejects.toMatchObject({
        reason: { name: 'TargetNotEmpty' },
      });
      expect(sorted(f.restored(f.home, target))).toEqual(before);
    });

    it('tears down what a drill restored, asked as often as it takes, and leaves everything else alone', () =>
      tearsDown(f));

    it('has a restorable window exactly when it can restore to any instant, and refuses that otherwise', async () => {
      const point = await capture(f);
      await f.wait(3_600);
      const window = await f.driver.window(f.cluster, f.now());
      expect(window !== undefined).toBe(f.driver.can.nativePointInTime);
      if (f.driver.can.nativePointInTime) return;
      const change = { nativePointInTime: true };
      const reasons = await f.driver.preflight(restoreSpec(f, point, f.home, f.target(f.home), change));
      expect(reasons.map((reason) => reason.name)).toContain('UnsupportedByEngine');
    });
  });
}

/** Each method runs twice, and the second answer must be the first: a machine repeats a task whose answer was lost. */
function everythingTwice(driver: EngineDriver): EngineDriver {
  const twice =
    <Args extends unknown[], Result>(method: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const first = await method(...args);
      expect(await method(...args)).toEqual(first);
      return first;
    };
  return {
    ...driver,
    begin: twice((spec) => driver.begin(spec)),
    poll: twice((spec, cursor) => driver.poll(spec, cursor)),
    captureShard: twice((spec, shard) => driver.captureShard(spec, shard)),
    verify: twice((spec, cursor) => driver.verify(spec, cursor)),
    beginCopy: twice((spec) => driver.beginCopy(spec)),
    pollCopy: twice((spec, cursor) => driver.pollCopy(spec, cursor)),
    copyShard: twice((spec, shard) => driver.copyShard(spec, shard)),
    prove: twice((spec, cursor) => driver.prove(spec, cursor)),
    preflight: twice((spec) => driver.preflight(spec)),
    beginRestore: twice((spec) => driver.beginRestore(spec)),
    pollRestore: twice((spec, cursor) => driver.pollRestore(spec, cursor)),
    restoreShard: twice((spec, shard) => driver.restoreShard(spec, shard)),
    validate: twice((spec, cursor) => driver.validate(spec, cursor)),
  };
}
