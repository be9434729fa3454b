import { beforeEach, describe, expect, test } from 'vitest';
import { logStartArgv } from '../../../../../adapters/engines/tidb/argv-log.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { Cursor, RestoreSpec, Step } from '../../../../../core/engines/driver.ts';
import { FencedOff } from '../../../../../core/errors/registry.ts';
import { logPrefix } from '../../../../../core/log/chain.ts';
import { tsoOf } from '../../../../../embedded/tidb/tso.ts';
import { capture, restoreSpec, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, TidbWorld } from '../../../../support/tidb-world.ts';

let world: TidbWorld;
let point: RecoveryPoint;

const wanted = async () => undefined;
const unwanted = async () => {
  throw new FencedOff('no planned move wants that');
};
const refill = (mayEmpty: () => Promise<void> = wanted): Partial<RestoreSpec> => ({
  mode: 'refill',
  mayEmpty,
});
const home = (mayEmpty?: () => Promise<void>) => restoreTo(world, point, HOME, {}, refill(mayEmpty));
const now = () => new Map(world.source.rowsNow());
/** What it holds is as it was when the point was taken, by names: ids of tables are new. */
const truth = () => new Map(world.source.rowsAt(tsoOf(point.takenAt!) + (1n << 18n) - 1n));

beforeEach(async () => {
  world = new TidbWorld({ source: { bytesPerRow: 200_000_000 } });
  world.create();
  await world.wait(5);
  point = await capture(world);
  world.mutate(0);
  for (let n = 0; n < 25; n++) world.source.createDatabase(`behind \`${n}\``);
});

/** Goes on for as long as something is true of its steps, and answers the last one. */
async function goOn(spec: RestoreSpec, until: (step: Step) => boolean, from?: Cursor): Promise<Step> {
  let step = from ? await world.driver.pollRestore(spec, from) : await world.driver.beginRestore(spec);
  while (!until(step)) {
    if (step.outcome !== 'running') throw new Error(JSON.stringify(step));
    await world.wait(step.pollAfterSeconds);
    step = await world.driver.pollRestore(spec, step.cursor);
  }
  return step;
}

describe('a cluster that a move brings home', () => {
  test('holds what its last backup holds, and nothing of what was there', async () => {
    const before = truth();
    expect(now()).not.toEqual(before);
    await home();
    expect(now()).toEqual(before);
    expect([...world.source.contentsNow().databases].filter((name) => name.startsWith('behind'))).toEqual([]);
  });

  test('is logged no more, because BR restores into no cluster with a log', async () => {
    const to = world.storage(HOME, logPrefix('shop', '20261121t030000z'));
    await world.br(logStartArgv(world.cluster.reach, 'holdfast-shop', to));
    const before = truth();
    await home();
    expect(now()).toEqual(before);
    expect(world.source.log.task).toBeUndefined();
  });

  test('keeps everything while no move that was allowed wants it', async () => {
    const before = now();
    const databases = [...world.source.contentsNow().databases];
    await expect(home(unwanted)).rejects.toThrow(/FencedOff/);
    expect(now()).toEqual(before);
    expect([...world.source.contentsNow().databases]).toEqual(databases);
  });

  test('keeps what is left when the move that wants it ends in the middle', async () => {
    let asked = 0;
    const once = async () => (asked++ === 0 ? wanted() : unwanted());
    await expect(home(once)).rejects.toThrow(/FencedOff/);
    expect([...world.source.contentsNow().databases].length).toBeGreaterThan(3);
  });

  test('keeps everything, and its log, where that is somebody else’s', async () => {
    const to = world.storage(HOME, logPrefix('shop', 'theirs'));
    await world.br(logStartArgv(world.cluster.reach, 'theirs', to));
    const before = now();
    await expect(home()).rejects.toThrow(/TargetNotUsable.*theirs.*nothing was dropped/);
    expect(now()).toEqual(before);
    expect(world.source.log.task?.name).toBe('theirs');
  });

  test('is not emptied without anybody to ask', async () => {
    const before = now();
    await expect(restoreTo(world, point, HOME, {}, { mode: 'refill' })).rejects.toThrow(/nothing is dropped/);
    expect(now()).toEqual(before);
  });
});

describe('a refill that did not come to its end', () => {
  test('is begun anew, notes that BR left there and all', async () => {
    const before = truth();
    const first = restoreSpec(world, point, HOME, {}, refill());
    const fills = (): boolean => world.source.restore !== undefined;
    const step = await goOn(first, fills);
    const [task] = await world.settled(world.containers.runningFor(HOME, first.restore.id));
    await world.settled(world.containers.stop(HOME, task!, 'the test ends it'));
    await world.wait(150);
    expect(step.outcome).toBe('running');
    expect([...world.source.contentsNow().databases].join()).toContain('__TiDB_BR_Temporary');
    await world.wait(60);
    await home();
    expect(now()).toEqual(before);
  });

  test('goes on where it was after a step whose answer was lost', async () => {
    const before = truth();
    const spec = restoreSpec(world, point, HOME, {}, refill());
    // Each step is carried out twice, as a machine does whose function was killed before it answered.
    let step = await world.driver.beginRestore(spec);
    step = await world.driver.beginRestore(spec);
    while (step.outcome === 'running') {
      await world.wait(step.pollAfterSeconds);
      const { cursor } = step;
      await world.driver.pollRestore(spec, cursor);
      step = await world.driver.pollRestore(spec, cursor);
    }
    expect(step.outcome).toBe('ready');
    expect(now()).toEqual(before);
  });

  test.each([0.1, 0.9])(
    'is gone on with by BR itself after it was killed at %d of its way',
    async (share) => {
      const before = truth();
      world.fleet.killNext('restore full', share);
      await home();
      expect(now()).toEqual(before);
    },
  );

  test('leaves its cluster unfinished, whatever BR says of it', async () => {
    const spec = restoreSpec(world, point, HOME, {}, refill());
    const made = await goOn(spec, (step) => step.outcome === 'running' && step.cursor['room'] === 'made');
    // Somebody works there, who should not.
    world.source.createDatabase('busy');
    world.source.createTable('busy', 'bee', [{ name: 'honey', default: 0 }]);
    const ended = await goOn(spec, (step) => step.outcome !== 'running', (made as { cursor: Cursor }).cursor);
    expect(ended).toMatchObject({ outcome: 'failed', reason: { name: 'RestoreFailed' } });
  });
});
