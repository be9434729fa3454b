import { expect, test } from 'vitest';
import { fail } from '../../../lambdas/reconcile/fail-reconciliation/fail.ts';
import { RECOVERY, TaskWorld } from '../../support/task-world.ts';

test('a reconciliation that breaks off says why, and that nothing is lost by it', async () => {
  const world = new TaskWorld();
  await fail({ error: { Error: 'Throttled', Cause: '{"errorMessage":"slow down"}' } }, world.ports(RECOVERY));
  expect(world.events).toMatchObject([
    { name: 'ReconciliationFailed', region: RECOVERY, reason: { name: 'Throttled', message: 'slow down' } },
  ]);
});
