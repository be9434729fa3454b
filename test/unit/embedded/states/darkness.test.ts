import { expect, test } from 'vitest';
import { hours, later, minutes } from '../../../../core/time/instant.ts';
import { bench, REGION, START } from './bench.ts';

/** One task under a time-out, struck down with its region after a minute and lit again after four hours. */
async function throughTheDark(machineTimeout?: number) {
  const on = bench();
  const arn = on.addFunction('endless', () => new Promise(() => {}));
  const machine = on.addMachine({
    ...(machineTimeout === undefined ? {} : { TimeoutSeconds: machineTimeout }),
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: arn, TimeoutSeconds: 600, End: true } },
  });
  const execution = on.states.start(machine.arn, {});
  await on.world.runUntil(later(START, minutes(1)));
  on.dark.add(REGION);
  on.functions.kill({ region: REGION });
  await on.world.runUntil(later(START, hours(4)));
  const inTheDark = execution.status;
  on.dark.clear();
  await on.world.runUntil(later(START, hours(5)));
  return { execution, inTheDark };
}

test('a time-out that elapses in the dark is noticed in the light, and work that was struck down fails as that', async () => {
  const { execution, inTheDark } = await throughTheDark();
  expect(inTheDark).toBe('RUNNING');
  expect([execution.status, execution.error]).toEqual(['FAILED', 'Runtime.ExitError']);
});

test('an execution ends no earlier than its region is back, when its own time was over long before', async () => {
  const { execution, inTheDark } = await throughTheDark(1_200);
  expect(inTheDark).toBe('RUNNING');
  expect(execution.status).not.toBe('RUNNING');
  expect(execution.stoppedAt).toBeGreaterThanOrEqual(later(START, hours(4)));
});
