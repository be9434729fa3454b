import { beforeEach, expect, test } from 'vitest';
import type { Cursor, Step } from '../../../../../core/engines/driver.ts';
import { dataPrefix } from '../../../../../core/manifest/layout.ts';
import { captureSpec, openPoint } from '../../../../support/driver-run.ts';
import { HOME, MilvusWorld, VAULTS } from '../../../../support/milvus-world.ts';

let world: MilvusWorld;
beforeEach(async () => {
  world = new MilvusWorld();
  world.create();
  await world.wait(30);
});

/** Polls until a capture's cursor says something, and hands out every step on the way. */
async function stepsUntil(is: (cursor: Cursor) => boolean, point = openPoint(world)): Promise<Step[]> {
  const steps = [await world.driver.begin(captureSpec(world, point))];
  for (let laps = 0; laps < 100; laps++) {
    const step = steps.at(-1)!;
    if (step.outcome === 'failed') throw new Error(step.reason.message);
    if (step.outcome !== 'running' || is(step.cursor)) return steps;
    await world.wait(step.pollAfterSeconds);
    steps.push(await world.driver.poll(captureSpec(world, point), step.cursor));
  }
  throw new Error('it never came');
}

test('the folder of a run that was killed is emptied at once, before anything is started again', async () => {
  world.fleet.killNext('create', 0.5);
  const point = openPoint(world);
  const left = () => [...world.cloud.s3.current(VAULTS[HOME]!, dataPrefix('docs', point.id))].length;
  const killed = (await stepsUntil(({ step }) => step === 'clear', point)).at(-1)!;
  expect(killed).toMatchObject({ outcome: 'running', cursor: { step: 'clear', task: '', attempt: 2 } });
  expect(left()).toBeGreaterThan(0);
  if (killed.outcome !== 'running') throw new Error('it waits');
  const emptied = await world.driver.poll(captureSpec(world, point), killed.cursor);
  expect(emptied).toMatchObject({ outcome: 'running', cursor: { step: 'backup', task: '' } });
  expect(left()).toBe(0);
});

test('the instant of a recovery point is that of the attempt that wrote it', async () => {
  world.fleet.killNext('create', 0.5);
  const opened = world.now();
  const last = (await stepsUntil(({ step }) => step === 'files')).at(-1)!;
  if (last.outcome !== 'shards') throw new Error(JSON.stringify(last));
  // The first attempt, its end and the wait behind it.
  expect(Number(last.cursor['startedAt'])).toBeGreaterThan(opened + 60_000);
});

test('and lies before its start, though the answer of that was lost and found by another lap', async () => {
  const point = openPoint(world);
  await world.driver.begin(captureSpec(world, point));
  const started = world.now();
  await world.wait(40);
  // Nobody kept what the first lap said.
  const last = (await stepsUntil(({ step }) => step === 'files', point)).at(-1)!;
  if (last.outcome !== 'shards') throw new Error(JSON.stringify(last));
  expect(Number(last.cursor['startedAt'])).toBeLessThanOrEqual(started);
});
