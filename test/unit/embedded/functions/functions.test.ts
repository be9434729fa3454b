import { expect, test } from 'vitest';
import { hours, instant, milliseconds, minutes, seconds } from '../../../../core/time/instant.ts';
import { Daylight } from '../../../../embedded/clock/daylight.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { Functions } from '../../../../embedded/functions/functions.ts';
import {
  currentFunction,
  type RunningFunction,
  type Startable,
} from '../../../../embedded/functions/sandbox.ts';
import type { Blow, FunctionSettings } from '../../../../embedded/functions/settings.ts';
import { NotModelled } from '../../../../embedded/service.ts';

const REGION = 'eu-west-1';
const ARN = `arn:aws:lambda:${REGION}:111122223333:function:f`;
const ROLE = 'arn:aws:iam::111122223333:role/f';
type Handle = (event: never) => unknown;

function bench(handle: Handle, settings: Partial<FunctionSettings> = {}, strike?: () => Blow | undefined) {
  const world = new World(instant(Date.parse('2026-11-01T00:00:00Z')), 1);
  const dark = new Set<string>();
  const said: string[] = [];
  const delivered: [string, string][] = [];
  const functions = new Functions({
    world,
    daylight: new Daylight(world, (region) => dark.has(region)),
    telemetry: () => ({ info: (line) => said.push(line), error: () => {}, metric: () => {} }),
    deliver: (_from, target, payload) => delivered.push([target, payload]),
    ...(strike ? { strike } : {}),
  });
  const starts: (RunningFunction | undefined)[] = [];
  const handler: Startable = {
    start: (_environment, { telemetry }) => {
      starts.push(currentFunction());
      return async (event) => {
        const result = await handle(event as never);
        telemetry.info('done');
        return result;
      };
    },
  };
  functions.createFunction({
    ...{ name: 'f', arn: ARN, account: '111122223333', region: REGION, role: ROLE },
    ...{ environment: {}, timeoutSeconds: 10, memoryMb: 128 },
    load: async () => handler,
    ...settings,
  });
  const invoke = async (payload: unknown = {}) => {
    const outcome = functions.invoke(ARN, JSON.stringify(payload));
    let done = false;
    const stop = () => {
      done = true;
    };
    outcome.then(stop, stop);
    await world.runWhile(() => !done);
    return outcome;
  };
  return { world, dark, functions, starts, said, delivered, invoke, counts: () => functions.counts.get(ARN) };
}

test('the first invocation starts an environment, the next ones reuse it', async () => {
  const on = bench((event: { n: number }) => event.n + 1);
  const before = on.world.now();
  expect(await on.invoke({ n: 1 })).toEqual({ ok: true, payload: '2' });
  const cold = on.world.now() - before;
  expect(await on.invoke({ n: 2 })).toEqual({ ok: true, payload: '3' });
  const warm = on.world.now() - before - cold;
  expect(on.starts).toHaveLength(1);
  expect([cold >= 200, warm <= 20]).toEqual([true, true]);
  expect(on.counts()).toMatchObject({ invocations: 2, coldStarts: 1, errors: 0, billedMs: cold + warm });
});

test('an environment works on one event at a time and goes when it is idle for long', async () => {
  const on = bench(() => on.world.sleep(seconds(1)));
  await Promise.all([on.invoke(), on.invoke()]);
  expect(on.starts).toHaveLength(2);
  await on.world.runUntil(instant(on.world.now() + hours(3)));
  await on.invoke();
  expect(on.starts).toHaveLength(3);
});

test('while a function starts, its identity is known; at no other time', async () => {
  const on = bench(() => currentFunction()?.arn ?? null);
  expect(await on.invoke()).toEqual({ ok: true, payload: 'null' });
  expect(on.starts[0]).toMatchObject({ arn: ARN, role: ROLE, region: REGION });
  expect(currentFunction()).toBeUndefined();
});

test('an error reaches the caller by its name', async () => {
  const on = bench(() => {
    throw Object.assign(new Error('too many'), { name: 'Throttled' });
  });
  const cause = '{"errorType":"Throttled","errorMessage":"too many"}';
  expect(await on.invoke()).toEqual({ ok: false, error: 'Throttled', cause });
  expect(on.counts()).toMatchObject({ errors: 1 });
});

test('a function that takes too long is stopped; what it would still do has no effect', async () => {
  let alive: boolean | undefined;
  const on = bench(async () => {
    await on.world.sleep(seconds(11));
    alive = on.starts[0]?.alive();
  });
  expect(await on.invoke()).toMatchObject({ ok: false, error: 'Sandbox.Timedout' });
  await on.world.runUntil(instant(on.world.now() + minutes(1)));
  expect([alive, on.said]).toEqual([false, []]);
  expect(on.counts()).toMatchObject({ timeouts: 1, errors: 1 });
  await on.invoke();
  expect(on.starts).toHaveLength(2);
});

test('a killed invocation is dead for ever, also when the function is invoked again', async () => {
  const on = bench(() => on.world.sleep(seconds(5)));
  on.world.after(seconds(2), () => on.functions.kill({ region: REGION }));
  expect(await on.invoke()).toMatchObject({ ok: false, error: 'Runtime.ExitError' });
  expect((await on.invoke()).ok).toBe(true);
  expect(on.starts.map((running) => running?.alive())).toEqual([false, false]);
  expect(on.said).toEqual(['done']);
});

test('a fault strikes an invocation down after a part of its run', async () => {
  const blows: Blow[] = [{ after: milliseconds(500), as: 'Lambda.Unknown' }];
  const on = bench(
    () => on.world.sleep(seconds(1)),
    {},
    () => blows.pop(),
  );
  expect(await on.invoke()).toMatchObject({ ok: false, error: 'Lambda.Unknown' });
  expect(await on.invoke()).toMatchObject({ ok: true });
});

test('a fault loses the answer of an invocation that has done its work', async () => {
  const blows: Blow[] = [{ after: 'end', as: 'Lambda.Unknown' }];
  let done = 0;
  const work = async () => {
    await on.world.sleep(seconds(1));
    return ++done;
  };
  const on = bench(work, {}, () => blows.pop());
  expect(await on.invoke()).toMatchObject({ ok: false, error: 'Lambda.Unknown' });
  expect(await on.invoke()).toEqual({ ok: true, payload: '2' });
  expect(on.counts()).toMatchObject({ coldStarts: 2, errors: 1 });
});

test('reserved concurrency throttles; zero refuses everything', async () => {
  const on = bench(() => on.world.sleep(seconds(1)), { reservedConcurrency: 1 });
  const outcomes = await Promise.all([on.invoke(), on.invoke()]);
  const throttled = 'Lambda.TooManyRequestsException';
  expect(outcomes.map((outcome) => outcome.ok || outcome.error)).toEqual([true, throttled]);
  const closed = bench(() => 1, { reservedConcurrency: 0 });
  expect(await closed.invoke()).toMatchObject({ error: throttled });
});

test('an event is tried three times, then its record goes to the destination and it to the dead letters', async () => {
  const on = bench(
    () => {
      throw new Error('no');
    },
    { onFailure: 'destination', deadLetter: 'letters' },
  );
  on.functions.invokeAsync(ARN, '{"n":1}');
  await on.world.runUntil(instant(on.world.now() + minutes(2)));
  expect([on.counts()?.invocations, on.delivered]).toEqual([2, []]);
  await on.world.runUntil(instant(on.world.now() + minutes(5)));
  expect(on.counts()?.invocations).toBe(3);
  expect(on.delivered.map(([target]) => target)).toEqual(['destination', 'letters']);
  expect(JSON.parse(on.delivered[0]![1])).toMatchObject({
    requestContext: { condition: 'RetriesExhausted' },
    requestPayload: { n: 1 },
    responsePayload: { errorMessage: 'no' },
  });
  expect(on.delivered[1]![1]).toBe('{"n":1}');
});

test('a throttled event waits for room without losing an attempt', async () => {
  let calls = 0;
  const on = bench(
    async () => {
      calls++;
      await on.world.sleep(minutes(5));
    },
    { reservedConcurrency: 1, timeoutSeconds: 900 },
  );
  on.functions.invokeAsync(ARN, '{}');
  on.functions.invokeAsync(ARN, '{}');
  await on.world.runUntil(instant(on.world.now() + minutes(30)));
  expect([calls, on.counts()?.errors]).toEqual([2, 0]);
});

test('in a dark region nothing is invoked until there is light', async () => {
  const on = bench(() => 1);
  on.dark.add(REGION);
  on.world.after(hours(1), () => void on.dark.clear());
  const before = on.world.now();
  expect((await on.invoke()).ok).toBe(true);
  expect(on.world.now() - before).toBeGreaterThanOrEqual(hours(1));
});

test('a hole in the embedded cloud ends the run, however a handler wraps it', async () => {
  const on = bench(() => {
    throw new Error('wrapped', { cause: new NotModelled('s3', 'RenameObject') });
  });
  await expect(on.invoke()).rejects.toThrow('wrapped');
});

test('environment variables have four kilobytes together, names and all', () => {
  const withValueOf = (characters: number) => () =>
    bench(() => 1, { environment: { A: 'x'.repeat(characters) } });
  expect(withValueOf(4_096 - '{"A":""}'.length)).not.toThrow();
  expect(withValueOf(4_097 - '{"A":""}'.length)).toThrow(
    'the environment variables of f have 4097 bytes, more than 4096',
  );
});
