import { expect } from 'vitest';
import type { Step } from '../../core/engines/driver.ts';
import { DorisWorld } from './doris-world.ts';
import { capture, captureSpec, NotDone, openPoint } from './driver-run.ts';

export function filled(options: ConstructorParameters<typeof DorisWorld>[0] = {}): DorisWorld {
  const world = new DorisWorld(options);
  world.create();
  return world;
}

/** Why a capture ends otherwise than by success. */
export const failureOf = async (world: DorisWorld) => {
  const failure = await capture(world).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotDone);
  return (failure as NotDone).reason;
};

/** Laps until one says it, with what happens before each. */
export async function until(
  world: DorisWorld,
  is: (step: Step) => boolean,
  before: (lap: number) => Promise<unknown> | undefined = () => undefined,
): Promise<{ readonly step: Step; readonly point: ReturnType<typeof openPoint> }> {
  const point = openPoint(world);
  let step = await world.driver.begin(captureSpec(world, point));
  for (let lap = 0; lap < 200 && !is(step); lap++) {
    if (step.outcome === 'ready' || step.outcome === 'failed') break;
    if (step.outcome === 'shards')
      for (const shard of step.shards) await world.driver.captureShard(captureSpec(world, point), shard);
    else await world.wait(step.pollAfterSeconds);
    await before(lap);
    step = await world.driver.poll(captureSpec(world, point), step.cursor);
  }
  expect(is(step), JSON.stringify(step)).toBe(true);
  return { step, point };
}

/** A capture and the manifest's index of it. */
export async function captured(world: DorisWorld) {
  const { step, point } = await until(world, (one) => one.outcome === 'ready');
  if (step.outcome !== 'ready') throw new Error('until() saw to it');
  const verdict = await world.driver.verify(captureSpec(world, point), step.cursor);
  if (!verdict.sound) throw new Error(verdict.reason.message);
  const { takenAt } = step;
  return { point: { ...point, takenAt: takenAt! }, index: verdict.index };
}

export const doing = (step: Step): string => ('doing' in step ? step.doing : '');
export const labelsSent = (world: DorisWorld): readonly string[] =>
  world.sent.filter((sql) => sql.startsWith('BACKUP')).map((sql) => /`([^`]*-\d)`/.exec(sql)![1]!);

/** The point that is being captured. */
export const pointIn = (world: DorisWorld): string =>
  /CREATE REPOSITORY `holdfast_([^`]+)`/.exec(
    world.sent.findLast((sql) => sql.startsWith('CREATE REPO'))!,
  )![1]!;
