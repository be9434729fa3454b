import { beforeEach, describe, expect, test } from 'vitest';
import { recoveryPointId } from '../../../core/ids/names.ts';
import { hours, minutes } from '../../../core/time/instant.ts';
import { next } from '../../../lambdas/failover/next-layer/next.ts';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { resolve } from '../../../lambdas/failover/resolve-failover/resolve.ts';
import { HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON_TEXT = '2026-11-21T12:00:00Z';
const NOON = time(NOON_TEXT);
const STATES = `arn:aws:states:${RECOVERY}:111122223333`;
const execution = `${STATES}:execution:holdfast-failover:one`;

let world: TaskWorld;
/** Database clusters that bear the name of one that is to come. Asked for, they begin to get another. */
let left: Set<string>;
const ports = () => ({
  ...world.ports(RECOVERY),
  machineArns: { restore: `${STATES}:stateMachine:holdfast-restore` },
  runs: { isRunning: async () => false },
  oldSides: { moveAway: async (id: string) => !left.delete(id) },
});

beforeEach(async () => {
  world = new TaskWorld();
  left = new Set(['billing-db']);
  const [cluster] = INSTALLATION.clusters;
  const { plan, expectedBytes, restoreBytesPerSecond } = cluster!;
  const rest = { name: 'billing', plan, expectedBytes, restoreBytesPerSecond, restoreInto: {} };
  const group = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
  world.installation = {
    ...INSTALLATION,
    clusters: [{ ...rest, engine: 'aurora', clusterId: 'billing-db' }],
    groups: [{ name: 'shop', layers: [['billing']], ...group }],
  };
  const takenAt = time('2026-11-21T11:00:00Z');
  const id = recoveryPointId('billing', 'hourly', takenAt);
  const copy = { id, cluster: 'billing', region: RECOVERY, startedAt: takenAt, takenAt, root: 'ab12' };
  await world.catalog.openCopy({ ...copy, state: 'copying' });
  await world.catalog.advanceCopy(id, RECOVERY, 'copied');
  await world.catalog.advanceCopy(id, RECOVERY, 'proven', { provenAt: takenAt });
});

/** A failover that was raised; each call asks for its layer. */
async function raised() {
  const request = { group: 'shop', to: 'latest' as const, without: [] };
  const failover = await resolve({ request, execution, startedAt: NOON_TEXT }, ports(), NOON);
  await raise({ execution, failover }, ports(), NOON);
  return () => next({ execution, state: { failover } }, ports(), NOON);
}

describe('a database cluster under the name that a restore is to get', () => {
  test('gets another one first where a way home was cut short, and nothing is handed out before', async () => {
    const before = { group: 'shop', since: NOON };
    await world.groups.raise({ ...before, number: 2, active: RECOVERY, move: 'over' });
    await world.groups.raise({ ...before, number: 3, active: HOME, move: 'back' });
    const layer = await raised();
    await expect(layer()).rejects.toMatchObject({
      name: 'EngineBusy',
      message: expect.stringContaining('billing'),
    });
    expect((await layer()).members).toMatchObject([{ cluster: 'billing', how: 'restore' }]);
  });

  test('is left alone where the group never was: it is somebody else’s', async () => {
    const layer = await raised();
    await layer();
    expect([...left]).toEqual(['billing-db']);
  });
});
