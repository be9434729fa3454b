import { beforeEach, expect, test } from 'vitest';
import { wayOver } from '../../../core/groups/home.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { hours, minutes } from '../../../core/time/instant.ts';
import { resolve } from '../../../lambdas/failback/resolve-failback/resolve.ts';
import { HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = `arn:aws:states:${RECOVERY}:111122223333:execution:holdfast-failback:one`;

const [orders, billing] = INSTALLATION.clusters as [Cluster, Cluster];
/** Volumes have no name to come home to. */
const volumes = { ...billing, engine: 'ebs', tag: { key: 'is', value: 'billing' } } as unknown as Cluster;

let world: TaskWorld;
beforeEach(async () => {
  world = new TaskWorld();
  const rest = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
  const groups = [{ name: 'shop', layers: [['orders'], ['billing']], ...rest }];
  world.installation = { ...INSTALLATION, clusters: [orders, volumes], groups };
  await world.groups.raise({ group: 'shop', number: 2, active: RECOVERY, since: NOON, move: 'failover' });
});

const goHome = (byHand?: string[]) =>
  resolve(
    {
      kind: 'failback',
      request: { group: 'shop', ...(byHand && { byHand }) },
      execution: EXECUTION,
      startedAt: new Date(NOON).toISOString(),
    },
    {
      ...world.ports(RECOVERY),
      home: {
        region: HOME,
        vault: { store: { get: async () => undefined }, bucket: 'vault' },
        groups: world.groups,
      },
      heldBy: async () => [],
      runs: { isRunning: async () => false },
    },
    NOON,
  );

test('a member that no machine brings home refuses the group before anything is done, with what works', async () => {
  await expect(goHome()).rejects.toMatchObject({
    name: 'UnsupportedByEngine',
    message: expect.stringContaining('"byHand": ["billing"]'),
  });
  expect(await world.groups.moves('shop')).toEqual([]);
});

test('one that a person has brought home is left alone, switched with the others, and named in the question', async () => {
  const { members, switched, sentence } = await goHome(['billing']);
  expect(members.map(({ cluster }) => cluster)).toEqual(['orders']);
  expect(switched.map(({ cluster }) => cluster)).toEqual(['orders', 'billing']);
  expect(sentence).toMatch(/billing: brought over by hand$/);
});

test('a name that is none of the members is refused', async () => {
  await expect(goHome(['biling'])).rejects.toMatchObject({ name: 'InvalidInput' });
});

test('files go over what fell behind, volumes by hand', () => {
  expect(wayOver(orders, HOME, HOME)).toBe('difference');
  expect(wayOver(volumes, HOME, HOME)).toBeInstanceOf(Error);
});
