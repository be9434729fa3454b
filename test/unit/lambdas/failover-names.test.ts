import { beforeEach, describe, expect, test } from 'vitest';
import { raise } from '../../../lambdas/failover/raise-epoch/raise.ts';
import { FailoverWorld, NOON, ONE } from '../../support/failover-world.ts';
import { HOME, INSTALLATION, RECOVERY } from '../../support/task-world.ts';

let failing: FailoverWorld;
beforeEach(async () => {
  failing = await FailoverWorld.of(['billing']);
  failing.left.add('billing-db');
  const [cluster] = INSTALLATION.clusters;
  const { plan, expectedBytes, restoreBytesPerSecond } = cluster!;
  const rest = { name: 'billing', plan, expectedBytes, restoreBytesPerSecond, restoreInto: {} };
  failing.tasks.installation = {
    ...failing.tasks.installation,
    clusters: [{ ...rest, engine: 'aurora', clusterId: 'billing-db' }],
  };
});

/** A failover that was raised; each call asks for its layer. */
async function raised() {
  const failover = await failing.resolveBy(ONE);
  await raise({ execution: ONE, failover }, failing.ports(), NOON);
  return () => failing.nextOf(failover, ONE);
}

describe('a database cluster under the name that a restore is to get', () => {
  test('gets another one first where a way home was cut short, and nothing is handed out before', async () => {
    const before = { group: 'shop', since: NOON };
    await failing.tasks.groups.raise({ ...before, number: 2, active: RECOVERY, move: 'over' });
    await failing.tasks.groups.raise({ ...before, number: 3, active: HOME, move: 'back' });
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
    expect([...failing.left]).toEqual(['billing-db']);
  });
});
