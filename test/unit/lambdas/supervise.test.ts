import { expect, test } from 'vitest';
import { PermissionMissing, Throttled } from '../../../core/errors/registry.ts';
import { days, hours, minutes } from '../../../core/time/instant.ts';
import { LAPS, tend } from '../../../lambdas/supervise/tend-logs/tend.ts';
import { tendLogs } from '../../../workflows/contracts/supervise.ts';
import { HOME, SuperviseWorld } from '../../support/supervise-world.ts';

/** A cluster whose log runs, with a full in it. */
async function running(): Promise<SuperviseWorld> {
  const world = new SuperviseWorld();
  await world.supervise();
  await world.full();
  await world.wait(minutes(10));
  await world.supervise();
  return world;
}

test('a log that is not there is started where its record says, and a full is taken with it', async () => {
  const world = new SuperviseWorld();
  await world.supervise();
  const [chain] = await world.chains();
  const task = world.tidb.source.log.task!;
  expect(task.name).toBe('holdfast-shop');
  expect(String(task.startTs)).toBe(chain!.fromMark);
  expect(chain).toMatchObject({ state: 'running', region: HOME });
  expect(world.tasks.names()).toEqual(['LogChainBegun']);
  expect(world.tasks.started).toEqual([
    {
      machine: 'backup',
      name: 'shop-weekly-20261121t030000z',
      input: '{"cluster":"shop","rule":"weekly","scheduledAt":"2026-11-21T03:00:00Z"}',
    },
  ]);
  expect(world.files(chain!.chain)).toContain('backupmeta');
});

test('a full that the plan takes within the hour is waited for', async () => {
  const world = new SuperviseWorld();
  world.plan = { ...world.plan, rules: [{ ...world.plan.rules[0]!, cron: '30 3 * * ? *' }] };
  await world.supervise();
  expect(world.tidb.source.log.status).toBe('NORMAL');
  expect(world.tasks.started).toEqual([]);
});

test('while all is well the checkpoint is written down without asking anybody, and nothing is said', async () => {
  const world = await running();
  const [before] = await world.chains();
  await world.wait(minutes(20));
  const { outcome, lap } = await world.supervise();
  expect({ outcome, lap }).toEqual({ outcome: 'done', lap: 0 });
  const [after] = await world.chains();
  expect(after!.checkpoint - before!.checkpoint).toBeGreaterThan(minutes(10));
  expect(world.now - after!.checkpoint).toBeLessThan(minutes(6));
  expect(world.risks()).toEqual([]);
  expect(world.tasks.metrics.filter(({ name }) => name === 'LaggingLogs').at(-1)?.value).toBe(0);
});

test('a log that was paused runs again within minutes, and is the same chain', async () => {
  const world = await running();
  world.tidb.source.log.pause('by hand');
  await world.superviseFor(minutes(40));
  expect(world.tidb.source.log.status).toBe('NORMAL');
  const chains = await world.chains();
  expect(chains.map(({ state }) => state)).toEqual(['running']);
  expect(world.now - chains[0]!.checkpoint).toBeLessThan(minutes(20));
});

test('a log whose store failed runs again, and its record said why it stood', async () => {
  const world = await running();
  world.tidb.source.log.fail(1, 'disk is full');
  await world.wait(minutes(15));
  await world.supervise();
  expect(world.tidb.source.log.status).toBe('NORMAL');
  const [chain] = await world.chains();
  expect(chain).toMatchObject({
    state: 'paused',
    reason: { message: expect.stringContaining('disk is full') },
  });
});

test('a checkpoint that is frozen although the task calls itself normal is told, once', async () => {
  const world = await running();
  for (const id of world.tidb.source.storeIds) world.tidb.source.faults.stopFlushing(id);
  await world.superviseFor(hours(2));
  expect(world.tidb.source.log.status).toBe('NORMAL');
  expect(world.risks().filter((name) => name === 'LogStuck')).toEqual(['LogStuck']);
  expect(world.risks()).toContain('LogLagging');
  expect(world.tasks.metrics.filter(({ name }) => name === 'LaggingLogs').at(-1)?.value).toBe(1);
  const lag = world.tasks.metrics.filter(({ name }) => name === 'LogLag').at(-1)!;
  expect(lag.value).toBeGreaterThan(6_000);
});

test('a pause that comes back again and again is told before what comes next is lost', async () => {
  const world = await running();
  const { log } = world.tidb.source;
  for (let hour = 0; hour < 15; hour++) {
    log.pause('by somebody');
    await world.supervise();
    await world.wait(hours(1));
  }
  const told = world.tasks.events.filter(({ reason }) => reason?.name === 'LogPaused');
  expect(told.map(({ facts }) => facts?.['level'])).toEqual(['warn', 'critical']);
  expect((await world.chains()).length).toBe(1);
});

test('a log whose safepoint is lost ends where it stood, and another begins with a full of its own', async () => {
  const world = await running();
  world.tidb.source.log.pause('by hand');
  await world.wait(days(3));
  await world.supervise();
  const [first, second] = await world.chains();
  expect([first!.state, second!.state]).toEqual(['broken', 'running']);
  expect(first!.reason?.name).toBe('LogChainBroken');
  expect(world.tidb.source.log.status).toBe('NORMAL');
  expect(world.tidb.source.log.task!.storage.prefix).toContain(second!.chain);
  expect(String(world.tidb.source.log.task!.startTs)).toBe(second!.fromMark);
  expect(world.tasks.names().filter((name) => name === 'LogChainBroken')).toHaveLength(1);
  expect(world.tasks.started).toHaveLength(2);
});

test('a log that somebody stopped is told as broken, and another begins', async () => {
  const world = await running();
  world.tidb.source.log.stop();
  await world.wait(minutes(15));
  await world.supervise();
  const states = (await world.chains()).map(({ state }) => state);
  expect(states).toEqual(['broken', 'running']);
  expect(world.tasks.names()).toContain('LogChainBroken');
  expect(world.tidb.source.log.status).toBe('NORMAL');
});

test('a task that is not ours is left alone, and told', async () => {
  const world = new SuperviseWorld();
  const { source } = world.tidb;
  const storage = { bucket: 'theirs', prefix: 'x/', region: HOME, put: {} };
  source.log.start({ name: 'pitr-main', startTs: source.pd.tso(), endTs: (1n << 62n) - 1n, storage });
  await world.supervise();
  expect(source.log.task!.name).toBe('pitr-main');
  expect(world.risks()).toEqual(['LogTaskTaken']);
  expect(await world.chains()).toEqual([]);
  expect(world.tasks.started).toEqual([]);
});

test('a cluster that cannot be asked is told, and keeps its log and its record', async () => {
  const world = await running();
  world.tidb.source.faults.hidesPd = true;
  await world.wait(hours(2));
  await world.supervise();
  expect(world.risks()).toContain('LogUnknown');
  expect((await world.chains()).map(({ state }) => state)).toEqual(['running']);
  expect(world.tidb.source.log.task).toBeDefined();
});

test('a plan that asks for no log any more ends it', async () => {
  const world = await running();
  world.plan = { ...world.plan, logBackup: false };
  await world.superviseFor(minutes(30));
  expect(world.tidb.source.log.status).toBe('NONE');
  expect((await world.chains()).map(({ state }) => state)).toEqual(['stopped']);
  await world.wait(hours(2));
  expect((await world.supervise()).lap).toBe(0);
});

test('a log that nobody wants any more is stopped in the end, although BR could not be reached at first', async () => {
  const world = await running();
  world.plan = { ...world.plan, logBackup: false };
  const { faults, log } = world.tidb.source;
  // Asked while PD answers, it is not there any more when it is to stop.
  const { advanceChain } = world.tasks.catalog;
  world.tasks.catalog.advanceChain = (...of) => {
    if (of[1].state === 'stopped') faults.hidesPd = true;
    return advanceChain.apply(world.tasks.catalog, of);
  };
  await world.wait(minutes(10));
  await world.supervise();
  expect(log.status).toBe('NORMAL');
  expect(world.risks()).toContain('ClusterUnreachable');
  faults.hidesPd = false;
  await world.superviseFor(minutes(60));
  expect(log.status).toBe('NONE');
});

test('two runs at once do nothing twice', async () => {
  const world = new SuperviseWorld();
  await Promise.all([world.supervise(), world.supervise()]);
  expect(await world.chains()).toHaveLength(1);
  expect(world.tasks.names()).toEqual(['LogChainBegun']);
  expect(world.tasks.started).toHaveLength(1);
});

test('a task whose answer is lost is carried out again, and nothing comes of it twice', async () => {
  const world = new SuperviseWorld();
  await world.supervise(HOME, 1);
  expect(await world.chains()).toHaveLength(1);
  expect(new Set(world.tasks.started.map(({ name }) => name)).size).toBe(1);
  expect(world.tidb.source.log.status).toBe('NORMAL');
  expect(String(world.tidb.source.log.task!.startTs)).toBe((await world.chains())[0]!.fromMark);

  await world.full();
  await world.wait(minutes(10));
  await world.supervise(HOME, 1);
  world.tidb.source.log.pause('by hand');
  await world.wait(days(3));
  await world.supervise(HOME, 1);
  expect((await world.chains()).map(({ state }) => state)).toEqual(['broken', 'running']);
  const [, second] = await world.chains();
  expect(world.tidb.source.log.task!.storage.prefix).toContain(second!.chain);
  expect(new Set(world.tasks.started.map(({ name }) => name)).size).toBe(2);
});

test('what may pass stands in the way of one cluster, and is got over', async () => {
  const world = new SuperviseWorld();
  const { catalog } = world.tasks;
  const openChain = catalog.openChain.bind(catalog);
  let faults = 3;
  catalog.openChain = (chain) => (faults-- > 0 ? Promise.reject(new Throttled('slower')) : openChain(chain));
  expect((await world.supervise()).outcome).toBe('done');
  expect(world.tidb.source.log.status).toBe('NORMAL');
  expect(world.risks()).toEqual([]);
});

test('what does not pass is told, and the execution comes to its end', async () => {
  const world = new SuperviseWorld();
  world.tasks.catalog.openChain = () => Promise.reject(new PermissionMissing('no right to write'));
  expect((await world.supervise()).outcome).toBe('done');
  expect(world.risks()).toEqual(['PermissionMissing']);
  expect(world.tidb.source.log.status).toBe('NONE');
});

test('a pause between two attempts is kept, although others are due before it is over', async () => {
  const world = await running();
  const errand = { cluster: 'shop', does: 'status', dueAt: world.now + minutes(5) };
  const state = { work: { outcome: 'tend', lap: 3, errands: [errand] } };
  const input = tendLogs.input.parse({ execution: 'x', startedAt: '2026-11-21T03:00:00Z', state });
  const work = await world.settled(tend(input, world.ports(), world.now));
  expect(work).toMatchObject({ outcome: 'tend', pollAfterSeconds: 300 });
  expect(work.errands).toMatchObject([errand]);
  expect(world.tidb.cloud.ecs.running(HOME)).toEqual([]);
});

test('what is not done within all laps is overdue', async () => {
  const world = await running();
  const state = { work: { outcome: 'tend', lap: LAPS - 1, errands: [{ cluster: 'shop', does: 'status' }] } };
  const input = tendLogs.input.parse({ execution: 'x', startedAt: '2026-11-21T03:00:00Z', state });
  expect((await world.settled(tend(input, world.ports(), world.now))).outcome).toBe('overdue');
});
