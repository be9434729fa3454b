import { describe, expect, test } from 'vitest';
import { Throttled } from '../../../core/errors/registry.ts';
import { quarantine } from '../../../lambdas/backup/quarantine-recovery-point/quarantine.ts';
import { seal } from '../../../lambdas/backup/seal-recovery-point/seal.ts';
import { start } from '../../../lambdas/backup/start-copies/start.ts';
import { verify } from '../../../lambdas/backup/verify-recovery-point/verify.ts';
import { captured, carried, sealed, twice } from '../../support/task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourly-20261121t120000z';

describe('sealing', () => {
  test('a sealed point is proven at home, reviewed in time and announced once more by a retry', async () => {
    const world = new TaskWorld();
    const state = await captured(world, 'orders', 'hourly', NOON);
    await verify({ capture: state }, world.ports(), NOON);
    const { same } = await twice(world, () => seal({ capture: state }, world.ports(), NOON));
    expect(same).toBe(true);
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'sealed',
      sealedAt: NOON,
      content: { items: 20 },
    });
    expect(await world.catalog.copy(ID, HOME)).toMatchObject({ state: 'proven', root: `root of ${ID}` });
    expect(await world.catalog.due('review', HOME, time('2026-11-29T12:00:00Z'), 10)).toHaveLength(1);
    expect(world.names()).toEqual(['RecoveryPointSealed', 'RecoveryPointSealed']);
  });

  test.each(['openCopy', 'advanceCopy', 'advance', 'reviewAt'] as const)(
    'a seal that dies at %s is finished by its retry',
    async (call) => {
      const world = new TaskWorld();
      const state = await captured(world, 'orders', 'hourly', NOON);
      await verify({ capture: state }, world.ports(), NOON);
      const original = world.catalog[call].bind(world.catalog) as (...args: unknown[]) => Promise<unknown>;
      // The write takes place and the answer is lost: the hardest kind of crash.
      Object.assign(world.catalog, {
        [call]: async (...args: unknown[]) => {
          await original(...args);
          Object.assign(world.catalog, { [call]: original });
          throw new Throttled('lost');
        },
      });
      await expect(seal({ capture: state }, world.ports(), NOON)).rejects.toThrow('lost');
      await seal({ capture: state }, world.ports(), NOON);
      expect(await world.catalog.point(ID)).toMatchObject({ state: 'sealed' });
      expect(await world.catalog.copy(ID, HOME)).toMatchObject({ state: 'proven', provenAt: NOON });
      expect(world.names()).toContain('RecoveryPointSealed');
    },
  );

  test('an unsound verdict is an answer, and the point that it is about is set aside with all it has', async () => {
    const world = new TaskWorld();
    const state = await captured(world, 'orders', 'hourly', NOON);
    world.driver.spoilt = { name: 'ChecksumMismatch', message: 'shard 1 is not what was planned' };
    const verdict = await verify({ capture: state }, world.ports(), NOON);
    expect(verdict).toEqual({ outcome: 'unsound', reason: world.driver.spoilt });
    const { same } = await twice(world, () => quarantine({ capture: state, verdict }, world.ports()));
    expect(same).toBe(true);
    expect(await world.catalog.point(ID)).toMatchObject({
      state: 'quarantined',
      reason: { name: 'ChecksumMismatch' },
    });
    expect(world.driver.stored.size).toBe(1);
    expect(world.events[0]).toMatchObject({ name: 'RecoveryPointQuarantined', recoveryPoint: ID });
  });

  test('an error after the seal does not take a good point out of the catalog', async () => {
    const world = new TaskWorld();
    const state = await captured(world, 'orders', 'hourly', NOON);
    await verify({ capture: state }, world.ports(), NOON);
    await seal({ capture: state }, world.ports(), NOON);
    await quarantine(
      { capture: state, error: { Error: 'EventRejected', Cause: '{"errorMessage":"no"}' } },
      world.ports(),
    );
    expect(await world.catalog.point(ID)).toMatchObject({ state: 'sealed' });
    expect(world.events.at(-1)?.sentence).toContain('is sealed and can be restored');
  });

  test('a verified point whose seal broke off after its home copy was proven loses that copy too', async () => {
    const world = new TaskWorld();
    const state = await captured(world, 'orders', 'hourly', NOON);
    await verify({ capture: state }, world.ports(), NOON);
    await world.catalog.openCopy({
      id: ID,
      cluster: 'orders',
      region: HOME,
      state: 'copying',
      startedAt: NOON,
    });
    await quarantine({ capture: state, error: { Error: 'Throttled' } }, world.ports());
    expect(await world.catalog.copy(ID, HOME)).toMatchObject({ state: 'quarantined' });
    expect(await world.catalog.newestProven('orders', HOME)).toBeUndefined();
  });
});

describe('starting copies', () => {
  test('each target region gets one machine with a name and input that never change', async () => {
    const world = new TaskWorld();
    await sealed(world, 'orders', 'hourly', NOON);
    const state = carried({ cluster: 'orders', recoveryPointId: ID, outcome: 'ready' as const });
    const { first } = await twice(world, () => start({ capture: state }, world.ports()));
    expect(first).toEqual({ regions: [RECOVERY] });
    expect(world.started).toEqual([
      {
        machine: 'copy',
        name: `${ID}-to-${RECOVERY}`,
        input: JSON.stringify({ cluster: 'orders', recoveryPointId: ID, region: RECOVERY }),
      },
    ]);
  });

  test('one region that cannot be reached keeps no other waiting, and the machine hears of it', async () => {
    const world = new TaskWorld();
    await sealed(world, 'orders', 'hourly', NOON);
    const [plan] = world.installation.plans;
    world.installation = { ...world.installation, plans: [{ ...plan!, copyTo: [RECOVERY, 'us-east-1'] }] };
    world.unreachable.set(`${ID}-to-${RECOVERY}`, new Throttled('slow down'));
    const state = carried({ cluster: 'orders', recoveryPointId: ID, outcome: 'ready' as const });
    await expect(start({ capture: state }, world.ports())).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      retryable: true,
    });
    expect(world.started.map(({ name }) => name)).toEqual([`${ID}-to-us-east-1`]);
  });
});
