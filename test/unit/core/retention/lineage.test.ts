import { expect, it } from 'vitest';
import type { Installation } from '../../../../core/plan/installation.ts';
import { judgeCluster } from '../../../../core/retention/judge-cluster.ts';
import { PLAN } from '../../../support/task-world.ts';
import { at, nothingKept, point } from './timeline.ts';

it('an incremental that stays keeps the full that it continues, and all between them', () => {
  const full = point('2026-11-15T00:00:00Z', { rule: 'weekly' });
  const first = point('2026-11-16T00:00:00Z', { rule: 'daily', kind: 'incremental', base: full.id });
  const second = point('2026-11-17T00:00:00Z', { rule: 'daily', kind: 'incremental', base: first.id });
  const plan = { ...PLAN, retention: { ...nothingKept, keepLast: 1, minimumKeep: 1 } };
  const installation = {
    plans: [plan],
    clusters: [{ name: 'orders', plan: plan.name }],
  } as unknown as Installation;
  const points = [full, first, second];
  const { decisions, plan: expiry } = judgeCluster(
    'orders',
    installation,
    { points, holds: [] },
    at('2026-11-18T00:00:00Z'),
  );
  expect(expiry.expire).toEqual([]);
  const neededBy = decisions.map(({ keep }) =>
    keep.flatMap((r) => (r.kind === 'needed-by' ? [r.point] : [])),
  );
  expect(neededBy).toEqual([[], [second.id], [first.id]]);
});
